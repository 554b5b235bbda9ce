//! A file that is written whole or not at all.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// Puts these bytes in the place of a file, or makes it. Until that is done, and
/// where it fails, what was there stays.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (path, permissions) = match fs::metadata(path) {
        Ok(there) if there.is_file() => (fs::canonicalize(path)?, Some(there.permissions())),
        Ok(_) => return Err(io::Error::other("it is there and not a file")),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => (where_links_lead(path), None),
        Err(fault) => return Err(fault),
    };
    let draft = beside(&path)?;
    let replaced = write(&draft, permissions, bytes)
        .and_then(|()| fs::rename(&draft, &path))
        .and_then(|()| File::open(directory(&path))?.sync_all());
    if replaced.is_err() {
        // There may be none, and the first fault is the one to tell.
        let _ = fs::remove_file(&draft);
    }
    replaced
}

/// Where a file is to be that is not there yet. A link that leads to none is kept;
/// one that leads in circles has been refused before.
fn where_links_lead(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    while let Ok(next) = fs::read_link(&path) {
        path = directory(&path).join(next);
    }
    path
}

/// A new name in the same directory: only within one can a file take another
/// one's place in one step.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    let mut draft = OsString::from(".");
    draft.push(name);
    draft.push(format!(".{}", Uuid::new_v4()));
    Ok(path.with_file_name(draft))
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes a new file down to the disk.
fn write(path: &Path, permissions: Option<Permissions>, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}
