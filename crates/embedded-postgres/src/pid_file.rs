//! `postmaster.pid`: the state of a running Postgres.
//!
//! Its lines are pid, data directory, start time, port, first socket directory, first listen
//! address, shared memory key and status (`src/include/utils/pidfile.h` in Postgres).

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;

use crate::{Error, process};

/// The relevant lines of `postmaster.pid`. While Postgres starts, the pid is written first and the
/// others follow one by one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PidFile {
    /// The postmaster.
    pub(crate) pid: Pid,
    /// Its port, which is part of the socket's name.
    pub(crate) port: Option<u16>,
    /// Directory of its socket.
    pub(crate) socket_dir: Option<PathBuf>,
    /// Whether it accepts connections.
    pub(crate) ready: bool,
}

/// Reads the file of a cluster; `None` if it is missing or still empty.
pub(crate) fn read(cluster: &Path) -> Result<Option<PidFile>, Error> {
    let path = cluster.join("postmaster.pid");
    match fs::read(&path) {
        Ok(content) => Ok(parse(&content)),
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(reason) => Err(Error::io("read", &path)(reason)),
    }
}

fn parse(content: &[u8]) -> Option<PidFile> {
    let lines: Vec<_> = content.split(|byte| *byte == b'\n').collect();
    let text = |index: usize| {
        lines
            .get(index)
            .and_then(|line| std::str::from_utf8(line).ok())
            .map(str::trim)
    };
    // A single-user backend, without a postmaster, writes its pid as a negative number.
    let pid = text(0)?.parse().ok().filter(|pid| *pid > 0)?;
    Some(PidFile {
        pid: Pid::from_raw(pid),
        port: text(3).and_then(|port| port.parse().ok()),
        socket_dir: lines
            .get(4)
            .filter(|line| !line.is_empty())
            .map(|line| PathBuf::from(OsStr::from_bytes(line))),
        ready: text(7) == Some("ready"),
    })
}

/// Removes lock files whose pid now belongs to a zombie or another program, as after the restart of
/// a container. Also removes those without a pid, which a crash of the machine has left. Postgres
/// itself only ignores pids of ended processes.
pub(crate) fn clear_stale(cluster: &Path, socket: &Path) {
    let mut socket_lock = socket.as_os_str().to_owned();
    socket_lock.push(".lock");
    for path in [cluster.join("postmaster.pid"), PathBuf::from(socket_lock)] {
        let Ok(content) = fs::read(&path) else {
            continue;
        };
        let pid = parse(&content).map(|file| file.pid);
        let gone = match pid {
            Some(pid) => {
                process::exists(pid)
                    && (!process::is_running(pid)
                        || process::is_postgres_on(pid, cluster) == Some(false))
            }
            // Another process may be writing the file.
            None => process::any_works_on(cluster) == Some(false),
        };
        let stale = gone && process::listener(socket).is_none();
        if stale && fs::remove_file(&path).is_ok() {
            let (path, pid) = (path.display(), pid.map(Pid::as_raw));
            tracing::warn!(%path, pid, "removed the lock file of a postgres that is gone");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_understood() {
        let content = b"71\n/d/postgres\n1700000000\n5432\n/d/socket\n\n  1234  5\nready   \n";
        let expected = PidFile {
            pid: Pid::from_raw(71),
            port: Some(5432),
            socket_dir: Some("/d/socket".into()),
            ready: true,
        };
        assert_eq!(parse(content), Some(expected));
    }

    #[test]
    fn a_file_that_is_still_being_written_is_not_ready() {
        let expected = PidFile {
            pid: Pid::from_raw(71),
            port: Some(5432),
            socket_dir: None,
            ready: false,
        };
        assert_eq!(
            parse(b"71\n/d/postgres\n1700000000\n5432\n"),
            Some(expected)
        );
        assert_eq!(parse(b""), None);
        assert_eq!(parse(b"-71\n"), None);
    }
}
