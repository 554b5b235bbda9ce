//! Allows one kreis per data directory. The lock is on the directory itself. A lock file could be
//! deleted while it is locked, and a new file with the same name would not be locked.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::fcntl::OFlag;

use crate::Error;

/// The lock, until it is dropped. The kernel releases it when the process ends for any reason.
/// Children do not inherit it.
#[derive(Debug)]
pub(crate) struct Lock {
    directory: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough. A child that another thread has just forked has a copy of the
        // descriptor until it executes its program.
        let _ = self.directory.unlock();
    }
}

/// Locks `data_dir`. If it is locked already, the error has the pid in its file `kreis.lock`.
pub(crate) fn acquire(data_dir: &Path) -> Result<Lock, Error> {
    let directory = File::open(data_dir).map_err(Error::io("open", data_dir))?;
    let path = data_dir.join("kreis.lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        // A link must not make root write elsewhere.
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
            return Err(Error::AlreadyRunning {
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
