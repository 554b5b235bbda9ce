//! One kreis per data directory.

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
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a child that another thread has just forked holds a copy of the
        // descriptor until it executes its program.
        let _ = self.file.unlock();
    }
}

/// Takes `kreis.lock` in `data_dir`, or says who has it.
pub(crate) fn acquire(data_dir: &Path) -> Result<Lock, Error> {
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
    match file.try_lock() {
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
        Err(TryLockError::Error(reason)) => return Err(Error::io("lock", &path)(reason)),
    }
    file.set_len(0).map_err(Error::io("write", &path))?;
    writeln!(file, "{}", std::process::id()).map_err(Error::io("write", &path))?;
    Ok(Lock { file })
}
