//! One kreis per data directory. What is locked is the directory itself: a file in it can be
//! deleted while it is locked, and another one of its name is another file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::fcntl::OFlag;

use crate::Error;

/// Held as long as it lives. The kernel lets go of it when the process ends in whatever way;
/// children do not inherit it.
#[derive(Debug)]
pub(crate) struct Lock {
    directory: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a child that another thread has just forked holds a copy of the
        // descriptor until it executes its program.
        let _ = self.directory.unlock();
    }
}

/// Takes `data_dir`, or says who has it, as `kreis.lock` in it tells.
pub(crate) fn acquire(data_dir: &Path) -> Result<Lock, Error> {
    let directory = File::open(data_dir).map_err(Error::io("open", data_dir))?;
    let path = data_dir.join("kreis.lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        // Root must not be led to write elsewhere.
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(&path)
        .map_err(Error::io("open", &path))?;
    match directory.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let pid = file
                .read_to_string(&mut holder)
                .ok()
                .and_then(|_| holder.trim().parse().ok());
            return Err(Error::Held {
                data_dir: data_dir.to_owned(),
                pid,
            });
        }
        Err(TryLockError::Error(reason)) => return Err(Error::io("lock", data_dir)(reason)),
    }
    file.set_len(0).map_err(Error::io("write", &path))?;
    writeln!(file, "{}", std::process::id()).map_err(Error::io("write", &path))?;
    Ok(Lock { directory })
}
