//! A Postgres for one machine, which kreis itself creates, runs and supervises.
//!
//! [`start`] finds binaries, creates a cluster if there is none, and starts the postmaster. It
//! restarts the postmaster after each crash, until [`Postgres::stop`]. There is no TCP: clients
//! connect over a unix socket. Only root and the user that runs Postgres may enter the directory of
//! the socket, so every connection there is trusted.
//!
//! All work runs in threads and needs no async runtime; the async functions only wait.

mod binaries;
mod cluster;
mod download;
mod error;
mod lock;
mod log;
mod os_user;
mod pid_file;
mod pins;
mod process;
mod search_path;
mod server;
mod settings;
mod socket;
mod stop_control;
mod supervisor;

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use nix::unistd::geteuid;

use crate::binaries::RequiredVersion;
use crate::cluster::SUPERUSER;
use crate::os_user::OsUser;
use crate::server::ServerSpec;
use crate::socket::SocketDir;
use crate::stop_control::StopControl;

pub use crate::error::Error;
pub use crate::settings::Settings;

/// Mode of the data directory: other users may pass through it, but not list it.
const PASSABLE: u32 = 0o711;

/// How long a dropped handle waits for a clean shutdown.
const DROP_GRACE: Duration = Duration::from_secs(3);

/// How to connect to a running Postgres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The directory of its unix socket.
    pub socket_dir: PathBuf,
    /// The port, which is part of the socket's name.
    pub port: u16,
    /// The role to connect as; it needs no password.
    pub superuser: &'static str,
}

/// A running Postgres. [`Postgres::stop`] ends it. Dropping it ends it too, but only logs an error.
#[derive(Debug)]
pub struct Postgres {
    location: Location,
    version: String,
    control: Arc<StopControl>,
    supervisor: Option<JoinHandle<Result<(), Error>>>,
}

/// Starts Postgres, or adopts one that a killed kreis left behind. Returns when it accepts
/// connections.
///
/// The first start on a machine creates the cluster. It may also fetch binaries of about 24 MB. If
/// the future is dropped, the start is cancelled: nothing runs any more when the runtime's blocking
/// threads have ended.
pub async fn start(settings: Settings) -> Result<Postgres, Error> {
    let control = Arc::new(StopControl::default());
    let stop_on_drop = StopOnDrop(&control);
    let starting = {
        let control = Arc::clone(&control);
        tokio::task::spawn_blocking(move || start_blocking(&settings, control))
    };
    let outcome = starting.await;
    std::mem::forget(stop_on_drop);
    match outcome {
        Ok(outcome) => outcome,
        Err(join) => match join.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Stopped),
        },
    }
}

/// Tells the thread that starts Postgres that its caller has cancelled the start.
struct StopOnDrop<'a>(&'a StopControl);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.request_stop(DROP_GRACE);
    }
}

/// Finds the Postgres that runs on a data directory, without starting one. It may still be
/// starting. `None` if none runs.
pub fn locate(data_dir: &Path) -> Result<Option<Location>, Error> {
    let Some(file) = pid_file::read(&data_dir.join("postgres"))? else {
        return Ok(None);
    };
    let (Some(socket_dir), Some(port)) = (file.socket_dir, file.port) else {
        return Ok(None);
    };
    if process::listener(&socket::file(&socket_dir, port)) != Some(file.pid) {
        return Ok(None);
    }
    Ok(Some(Location {
        socket_dir,
        port,
        superuser: SUPERUSER,
    }))
}

impl Postgres {
    /// How to connect to it.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// The directory of its unix socket.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.location.socket_dir
    }

    /// The port, which is part of the socket's name.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.location.port
    }

    /// The role to connect as; it needs no password.
    #[must_use]
    pub fn superuser(&self) -> &str {
        self.location.superuser
    }

    /// The version of the binaries, such as `15.14`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The postmaster's process; `None` while it is restarted.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.control.pid()
    }

    /// Stops Postgres: closes the connections and writes a checkpoint. After `grace` it stops at
    /// once, and the next start needs recovery. This function returns at most one second after
    /// that.
    pub async fn stop(mut self, grace: Duration) -> Result<(), Error> {
        self.control.request_stop(grace);
        let Some(supervisor) = self.supervisor.take() else {
            return Ok(());
        };
        match tokio::task::spawn_blocking(move || supervisor.join()).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Stopped),
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let Some(supervisor) = self.supervisor.take() else {
            return;
        };
        self.control.request_stop(DROP_GRACE);
        if let Ok(Err(error)) = supervisor.join() {
            tracing::error!(%error, "cannot stop postgres");
        }
    }
}

fn start_blocking(settings: &Settings, control: Arc<StopControl>) -> Result<Postgres, Error> {
    let data_dir = prepare(&settings.data_dir)?;
    let lock = lock::acquire(&data_dir)?;
    let cluster = data_dir.join("postgres");
    let os_user = OsUser::choose(&cluster)?;
    os_user.check_access(&data_dir)?;
    let major_version = cluster::major_version(&cluster)?;
    let required = major_version.map_or(RequiredVersion::Any, |version| {
        RequiredVersion::Major(version, &cluster)
    });
    let binaries = binaries::find(settings, required, &os_user, &control)?;
    if major_version.is_none() {
        cluster::create(
            &data_dir,
            &cluster,
            &binaries,
            &os_user,
            settings.is_durable(),
            &control,
        )?;
    }
    os_user.check_owner(&cluster)?;
    // The cluster may be a link to another disk, and its processes know only its real path.
    let cluster = fs::canonicalize(&cluster).map_err(Error::io("find", &cluster))?;
    let socket_dir = SocketDir::choose(&data_dir, os_user.uid());

    let location = Location {
        socket_dir: socket_dir.path.clone(),
        port: socket::PORT,
        superuser: SUPERUSER,
    };
    let version = binaries.version.clone();
    let log = data_dir.join("postgres.log");
    let server_settings = settings.server_settings.clone();
    let spec = ServerSpec {
        cluster,
        binaries,
        os_user,
        socket_dir,
        log,
        server_settings,
    };
    let server = match spec.adopt(&control)? {
        Some(server) => server,
        None => spec.start(&control)?,
    };
    tracing::info!(
        postgres.pid = %server.pid(),
        postgres.version = version,
        path = %location.socket_dir.display(),
        "postgres runs"
    );
    let supervisor = Some(supervisor::supervise(
        server,
        spec,
        Arc::clone(&control),
        lock,
    ));
    Ok(Postgres {
        location,
        version,
        control,
        supervisor,
    })
}

/// Makes the data directory if it is missing, and returns its real path. Directories made by root
/// let other users pass, whatever the umask is, because Postgres runs as another user.
fn prepare(data_dir: &Path) -> Result<PathBuf, Error> {
    let whole = std::path::absolute(data_dir).map_err(Error::io("find", data_dir))?;
    let mut missing: Vec<&Path> = whole
        .ancestors()
        .take_while(|path| !path.exists())
        .collect();
    missing.reverse();
    for directory in missing {
        match DirBuilder::new().mode(PASSABLE).create(directory) {
            Ok(()) if geteuid().is_root() => {
                fs::set_permissions(directory, fs::Permissions::from_mode(PASSABLE))
                    .map_err(Error::io("open", directory))?;
            }
            Ok(()) => {}
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => {}
            Err(reason) => return Err(Error::io("create", directory)(reason)),
        }
    }
    fs::canonicalize(&whole).map_err(Error::io("find", &whole))
}
