//! Limits the log of Postgres: the current `postgres.log`, and the part before it in
//! `postgres.log.1`.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::fcntl::OFlag;

/// Size in bytes at which the log is moved aside.
const MAX_LOG_BYTES: u64 = 8 * 1024 * 1024;

/// Moves a long log aside, and overwrites the previous one.
pub(crate) fn rotate_if_large(log: &Path) {
    if fs::metadata(log).map_or(0, |metadata| metadata.len()) < MAX_LOG_BYTES {
        return;
    }
    if let Err(error) = rotate(log) {
        tracing::warn!(path = %log.display(), %error, "the log of postgres cannot be put aside");
    }
}

/// Copies the log and empties it in place, because Postgres keeps it open and appends to it. Lines
/// that are written between the two steps are lost.
fn rotate(log: &Path) -> io::Result<()> {
    // A link must not make root write elsewhere.
    let no_links = OFlag::O_NOFOLLOW.bits();
    let mut from = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(no_links)
        .open(log)?;
    let mut to = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .custom_flags(no_links)
        .open(log.with_added_extension("1"))?;
    io::copy(&mut from, &mut to)?;
    from.set_len(0)
}
