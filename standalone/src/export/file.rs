//! Writes a file completely or not at all.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// Replaces or creates a file with these bytes. Until this succeeds, and if it fails, the old file
/// stays.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (path, permissions) = match fs::metadata(path) {
        Ok(there) if there.is_file() => (fs::canonicalize(path)?, Some(there.permissions())),
        Ok(_) => return Err(io::Error::other("it is there and not a file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (where_links_lead(path), None),
        Err(error) => return Err(error),
    };
    let draft = beside(&path)?;
    let replaced = write(&draft, permissions, bytes)
        .and_then(|()| fs::rename(&draft, &path))
        .and_then(|()| File::open(directory(&path))?.sync_all());
    if replaced.is_err() {
        // It may not exist, and the first error is the one to report.
        let _ = fs::remove_file(&draft);
    }
    replaced
}

/// Path of a new file. A link without a target stays and gets one. A circle of links was refused
/// before.
fn where_links_lead(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    while let Ok(next) = fs::read_link(&path) {
        path = directory(&path).join(next);
    }
    path
}

/// An unused name in the same directory, and so on the same file system. Only there can a rename
/// replace a file in one step.
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

/// Writes a new file, and syncs it to the disk.
fn write(path: &Path, permissions: Option<Permissions>, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}
