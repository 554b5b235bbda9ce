//! The user of the operating system that runs Postgres, because Postgres refuses to run as root.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, lchown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::{Gid, Uid, User, getegid, geteuid};

use crate::Error;

/// Users that may run Postgres if we are root; the first existing one is used. Not `nobody`: other
/// servers without a user of their own run as `nobody`, and they could read the cluster.
const CANDIDATES: [&str; 2] = ["kreis", "postgres"];

/// The user that should own no files.
const NOBODY: &str = "nobody";

/// A user of the operating system.
#[derive(Debug, Clone)]
pub(crate) struct OsUser {
    uid: Uid,
    gid: Gid,
    name: String,
    /// Whether this is a user other than ours.
    is_other_user: bool,
}

impl OsUser {
    /// Our own user, unless we are root. As root: the owner of an existing cluster, otherwise the
    /// first existing candidate.
    pub(crate) fn choose(cluster: &Path) -> Result<Self, Error> {
        let owner = fs::metadata(cluster).ok();
        let us = geteuid();
        if !us.is_root() {
            if let Some(owner) = owner
                .map(|metadata| metadata.uid())
                .filter(|uid| *uid != us.as_raw())
            {
                return Err(Error::ForeignOwner {
                    cluster: cluster.to_owned(),
                    owner,
                });
            }
            let name = User::from_uid(us)
                .ok()
                .flatten()
                .map_or_else(|| us.to_string(), |user| user.name);
            return Ok(Self {
                uid: us,
                gid: getegid(),
                name,
                is_other_user: false,
            });
        }
        if let Some(metadata) = owner.filter(|metadata| metadata.uid() != 0) {
            let uid = Uid::from_raw(metadata.uid());
            let nobody = User::from_name(NOBODY).ok().flatten();
            if nobody.is_some_and(|nobody| nobody.uid == uid) {
                return Err(Error::ClusterOwnedByNobody {
                    cluster: cluster.to_owned(),
                });
            }
            return Ok(User::from_uid(uid).ok().flatten().map_or_else(
                || Self {
                    uid,
                    gid: Gid::from_raw(metadata.gid()),
                    name: uid.to_string(),
                    is_other_user: true,
                },
                Self::from_user,
            ));
        }
        CANDIDATES
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(Self::from_user)
            .ok_or(Error::NoAccount)
    }

    fn from_user(user: User) -> Self {
        Self {
            uid: user.uid,
            gid: user.gid,
            name: user.name,
            is_other_user: true,
        }
    }

    /// The numeric id.
    pub(crate) fn uid(&self) -> u32 {
        self.uid.as_raw()
    }

    /// Refuses a user without a name, because `initdb` does so.
    pub(crate) fn check_passwd_entry(&self) -> Result<(), Error> {
        match User::from_uid(self.uid) {
            Ok(None) => Err(Error::NoPasswdEntry { uid: self.uid() }),
            _ => Ok(()),
        }
    }

    /// A command that runs as this user, in its own process group. It gets none of our environment,
    /// which may contain secrets, or `PG…` variables that change how Postgres behaves.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C")
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::null());
        if self.is_other_user {
            // std clears the supplementary groups when root changes the uid.
            command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
        }
        command
    }

    /// Changes the owner of a path to this user. Does not follow links.
    pub(crate) fn chown(&self, path: &Path) -> Result<(), Error> {
        if !self.is_other_user {
            return Ok(());
        }
        lchown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
            .map_err(Error::io("change the owner of", path))
    }

    /// Refuses a cluster that belongs to root, as after `cp -r` from a backup. If we changed the
    /// owner ourselves, a user who may write to the data directory could get any directory of
    /// root's.
    pub(crate) fn check_owner(&self, cluster: &Path) -> Result<(), Error> {
        let owner = fs::metadata(cluster)
            .map_err(Error::io("read", cluster))?
            .uid();
        if owner != 0 || !self.is_other_user {
            return Ok(());
        }
        Err(Error::ClusterOwnedByRoot {
            cluster: cluster.to_owned(),
            user: self.name.clone(),
        })
    }

    /// Refuses a data directory that this user cannot enter.
    pub(crate) fn check_access(&self, data_dir: &Path) -> Result<(), Error> {
        if !self.is_other_user {
            return Ok(());
        }
        let entered = self
            .command(Path::new("/bin/sh"))
            .args(["-c", "cd -- \"$1\"", "sh"])
            .arg(data_dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(Error::io("run", Path::new("/bin/sh")))?;
        if entered.success() {
            return Ok(());
        }
        Err(Error::Unreachable {
            user: self.name.clone(),
            data_dir: data_dir.to_owned(),
            closed: self.first_closed(data_dir),
        })
    }

    /// The first directory on the path whose file mode does not let this user pass.
    fn first_closed(&self, path: &Path) -> PathBuf {
        let mut way: Vec<_> = path.ancestors().collect();
        way.reverse();
        way.into_iter()
            .find(|directory| {
                fs::metadata(directory).is_ok_and(|metadata| {
                    let bit = if metadata.uid() == self.uid.as_raw() {
                        0o100
                    } else if metadata.gid() == self.gid.as_raw() {
                        0o010
                    } else {
                        0o001
                    };
                    metadata.mode() & bit == 0
                })
            })
            .unwrap_or(path)
            .to_owned()
    }
}
