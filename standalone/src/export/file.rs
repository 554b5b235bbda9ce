//! Writes a file completely or not at all.

use std::{
    fs::{self, File, Permissions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::Builder;

/// Replaces or creates a file with these bytes. Until this succeeds, and if it fails, the old file
/// stays.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (path, permissions) = match fs::metadata(path) {
        Ok(there) if there.is_file() => (fs::canonicalize(path)?, Some(there.permissions())),
        Ok(_) => return Err(io::Error::other("it is there and not a file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (where_links_lead(path), None),
        Err(error) => return Err(error),
    };
    // In the same directory, and so on the same file system: only there can a rename replace a file
    // in one step. The draft is removed when it is dropped.
    let draft = Builder::new()
        .prefix(".kreis-export-")
        .make_in(directory(&path), |draft| File::create_new(draft))?;
    write(draft.as_file(), permissions, bytes)?;
    draft.persist(&path).map_err(|error| error.error)?;
    File::open(directory(&path))?.sync_all()
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

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes a new file, and syncs it to the disk.
fn write(mut file: &File, permissions: Option<Permissions>, bytes: &[u8]) -> io::Result<()> {
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}
