//! The log of Postgres, which does not grow for ever: `postgres.log`, and the part before it in
//! `postgres.log.1`.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::fcntl::OFlag;

/// Bytes of a log that is put aside.
const LONG: u64 = 8 * 1024 * 1024;

/// Puts a long log aside, in place of the one before.
pub(crate) fn keep_short(log: &Path) {
    if fs::metadata(log).map_or(0, |metadata| metadata.len()) < LONG {
        return;
    }
    if let Err(error) = put_aside(log) {
        tracing::warn!(path = %log.display(), %error, "the log of postgres cannot be put aside");
    }
}

/// Copies it and empties it in place, since Postgres holds it open and appends to it: what is
/// written between the two is lost.
fn put_aside(log: &Path) -> io::Result<()> {
    // Root must not be led to write elsewhere.
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
