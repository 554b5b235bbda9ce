//! The directory of the unix socket. A user who may enter it is superuser of the database. So only
//! the user that runs Postgres may.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::os_user::OsUser;

/// The port is only a part of the socket's name.
pub(crate) const PORT: u16 = 5432;

/// Longest path of a socket, in bytes: `sun_path` without its final zero.
const MAX_SOCKET_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// Directory of the socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SocketDir {
    /// The directory.
    pub(crate) path: PathBuf,
    /// Whether it is outside of the data directory, where other users have directories too.
    shared: bool,
}

impl SocketDir {
    /// A directory below the data directory. If that path is too long, a name in `/tmp` that
    /// depends only on the data directory and the user.
    pub(crate) fn choose(data_dir: &Path, uid: u32) -> Self {
        let path = data_dir.join("postgres-socket");
        if file(&path, PORT).as_os_str().len() <= MAX_SOCKET_PATH {
            return Self {
                path,
                shared: false,
            };
        }
        let hash = fnv1a(data_dir.as_os_str().as_bytes());
        Self {
            path: format!("/tmp/kreis-{uid}-{hash:016x}").into(),
            shared: true,
        }
    }

    /// Path of the socket.
    pub(crate) fn socket(&self) -> PathBuf {
        file(&self.path, PORT)
    }

    /// Makes the directory with access only for its owner. If it exists, checks its owner and mode.
    pub(crate) fn prepare(&self, os_user: &OsUser) -> Result<(), Error> {
        match DirBuilder::new().mode(0o700).create(&self.path) {
            Ok(()) => return os_user.chown(&self.path),
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => {}
            Err(reason) => return Err(Error::io("create", &self.path)(reason)),
        }
        let found = fs::symlink_metadata(&self.path).map_err(Error::io("read", &self.path))?;
        let open_to_others = found.mode() & 0o077;
        if found.is_dir() && found.uid() == os_user.uid() && open_to_others == 0 {
            return Ok(());
        }
        Err(Error::SocketDirectory {
            path: self.path.clone(),
            uid: os_user.uid(),
        })
    }

    /// Removes a directory in `/tmp`.
    pub(crate) fn remove_leftovers(&self) {
        if self.shared {
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Path of the socket in a directory.
pub(crate) fn file(directory: &Path, port: u16) -> PathBuf {
    directory.join(format!(".s.PGSQL.{port}"))
}

/// FNV-1a, 64 bits: the same in every release, unlike std's hashes.
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_path_of_exactly_the_limit_stays_in_the_data_directory() {
        let rest = "/postgres-socket/.s.PGSQL.5432".len();
        let fitting = format!("/{}", "d".repeat(MAX_SOCKET_PATH - rest - 1));
        let long = format!("{fitting}d");
        assert!(
            SocketDir::choose(Path::new(&fitting), 7)
                .path
                .starts_with(&fitting)
        );
        let elsewhere = SocketDir::choose(Path::new(&long), 7);
        assert!(elsewhere.path.starts_with("/tmp"));
        assert_eq!(elsewhere, SocketDir::choose(Path::new(&long), 7));
        assert_ne!(elsewhere, SocketDir::choose(Path::new(&long), 8));
        assert!(elsewhere.socket().as_os_str().len() <= MAX_SOCKET_PATH);
    }

    #[test]
    fn a_directory_that_others_may_enter_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let os_user = OsUser::choose(home.path()).unwrap();
        let directory = SocketDir {
            path: home.path().join("socket"),
            shared: true,
        };
        directory.prepare(&os_user).unwrap();
        directory.prepare(&os_user).unwrap();
        fs::set_permissions(&directory.path, fs::Permissions::from_mode(0o750)).unwrap();
        let error = directory.prepare(&os_user).unwrap_err();
        assert!(matches!(error, Error::SocketDirectory { .. }), "{error}");
    }

    #[test]
    fn a_link_in_its_place_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let os_user = OsUser::choose(home.path()).unwrap();
        let theirs = SocketDir {
            path: home.path().join("theirs"),
            shared: true,
        };
        theirs.prepare(&os_user).unwrap();
        let ours = SocketDir {
            path: home.path().join("ours"),
            shared: true,
        };
        std::os::unix::fs::symlink(&theirs.path, &ours.path).unwrap();
        let error = ours.prepare(&os_user).unwrap_err();
        assert!(matches!(error, Error::SocketDirectory { .. }), "{error}");
    }
}
