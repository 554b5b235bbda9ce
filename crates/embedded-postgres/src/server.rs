//! One run of the postmaster: starts it, waits for it, stops it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::binaries::Binaries;
use crate::os_user::OsUser;
use crate::socket::{PORT, SocketDir};
use crate::stop_control::StopControl;
use crate::{Error, pid_file, process};

/// Interval of the checks of a starting or stopping server.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Recovery after a crash may replay a gigabyte.
const READY_DEADLINE: Duration = Duration::from_mins(5);

/// How long the children of a killed postmaster may keep its shared memory.
const LEFTOVER_DEADLINE: Duration = Duration::from_mins(1);

/// How long we wait for an immediate shutdown. Postgres continues it by itself: after five seconds
/// it kills its remaining children.
const IMMEDIATE_DEADLINE: Duration = Duration::from_secs(1);

/// Settings for one machine.
const SERVER_SETTINGS: [(&str, &str); 8] = [
    ("cluster_name", "kreis"),
    ("jit", "off"),
    // Otherwise the log would contain the key of a duplicate row, such as an e-mail.
    ("log_error_verbosity", "terse"),
    ("log_line_prefix", "%m [%p] "),
    ("log_timezone", "UTC"),
    ("max_connections", "200"),
    ("shared_buffers", "128MB"),
    ("timezone", "UTC"),
];

/// Everything that is needed to start the postmaster repeatedly.
#[derive(Debug)]
pub(crate) struct ServerSpec {
    /// The directory of the cluster.
    pub(crate) cluster: PathBuf,
    /// The binaries to run.
    pub(crate) binaries: Binaries,
    /// The user that runs them.
    pub(crate) os_user: OsUser,
    /// Directory of its socket.
    pub(crate) socket_dir: SocketDir,
    /// File of its log.
    pub(crate) log: PathBuf,
    /// The caller's own server settings.
    pub(crate) server_settings: Vec<(String, String)>,
}

/// A postmaster.
#[derive(Debug)]
pub(crate) enum Server {
    /// Started by this kreis.
    Child(Child),
    /// Started by a former kreis.
    Adopted(Pid),
}

impl Server {
    /// Its process.
    pub(crate) fn pid(&self) -> Pid {
        match self {
            Self::Child(child) => Pid::from_raw(child.id().cast_signed()),
            Self::Adopted(pid) => *pid,
        }
    }

    /// Whether it has ended.
    pub(crate) fn has_exited(&mut self) -> bool {
        match self {
            Self::Child(child) => !matches!(child.try_wait(), Ok(None)),
            Self::Adopted(pid) => !process::is_running(*pid),
        }
    }

    /// Stops it. A fast shutdown closes connections and writes a checkpoint. After `grace` an
    /// immediate shutdown follows, and the next start needs recovery.
    pub(crate) fn stop(&mut self, grace: Duration) -> Result<(), Error> {
        for (signal, timeout) in [
            (Signal::SIGINT, grace),
            (Signal::SIGQUIT, IMMEDIATE_DEADLINE),
        ] {
            let _ = kill(self.pid(), signal);
            let until = Instant::now() + timeout;
            while Instant::now() < until {
                if self.has_exited() {
                    return Ok(());
                }
                thread::sleep(POLL_INTERVAL);
            }
        }
        if self.has_exited() {
            return Ok(());
        }
        Err(Error::DidNotStop {
            pid: self.pid().as_raw().cast_unsigned(),
        })
    }
}

impl ServerSpec {
    /// Finds a postmaster that a former kreis left running, and waits until it is ready.
    pub(crate) fn adopt(&self, control: &StopControl) -> Result<Option<Server>, Error> {
        let since = Instant::now();
        loop {
            let running = pid_file::read(&self.cluster)?.filter(|file| {
                process::is_running(file.pid)
                    && process::is_postgres_on(file.pid, &self.cluster) != Some(false)
            });
            let Some(file) = running else {
                return self.check_no_listener().map(|()| None);
            };
            let pid = file.pid.as_raw().cast_unsigned();
            if file
                .socket_dir
                .is_some_and(|directory| directory != self.socket_dir.path)
            {
                return Err(Error::ForeignServer {
                    pid,
                    cluster: self.cluster.clone(),
                });
            }
            if file.ready && process::listener(&self.socket_dir.socket()) == Some(file.pid) {
                tracing::info!(
                    postgres.pid = pid,
                    "adopted a postgres that outlived its kreis"
                );
                return Ok(Some(Server::Adopted(file.pid)));
            }
            self.check_start_timeout(file.pid, since)?;
            if control.sleep_unless_stopped(POLL_INTERVAL).is_some() {
                return Err(Error::Stopped);
            }
        }
    }

    /// Refuses if no postmaster is visible but one listens. It may run in another container with
    /// the same directory, but with processes and shared memory of its own.
    fn check_no_listener(&self) -> Result<(), Error> {
        process::listener(&self.socket_dir.socket()).map_or(Ok(()), |pid| {
            let pid = pid.as_raw().cast_unsigned();
            Err(Error::ForeignServer {
                pid,
                cluster: self.cluster.clone(),
            })
        })
    }

    /// Starts the postmaster and waits until it accepts connections. Tries again while a former one
    /// has not completely ended.
    pub(crate) fn start(&self, control: &StopControl) -> Result<Server, Error> {
        let since = Instant::now();
        let mut delay = Duration::from_millis(50);
        loop {
            self.socket_dir.prepare(&self.os_user)?;
            pid_file::clear_stale(&self.cluster, &self.socket_dir.socket());
            let log_length_before = fs::metadata(&self.log).map_or(0, |metadata| metadata.len());
            let mut server = Server::Child(self.spawn()?);
            match self.wait_until_ready(&mut server, control) {
                Ok(true) => return Ok(server),
                Ok(false) => {}
                Err(error) => {
                    server.stop(Duration::ZERO)?;
                    return Err(error);
                }
            }
            let tail = tail(&self.log, log_length_before);
            if !blocked_by_previous(&tail) || since.elapsed() > LEFTOVER_DEADLINE {
                return Err(Error::DidNotStart {
                    log: self.log.clone(),
                    tail,
                });
            }
            if control.sleep_unless_stopped(delay).is_some() {
                return Err(Error::Stopped);
            }
            delay = (delay * 2).min(Duration::from_secs(2));
        }
    }

    /// Returns `false` if it ended instead.
    fn wait_until_ready(&self, server: &mut Server, control: &StopControl) -> Result<bool, Error> {
        let since = Instant::now();
        loop {
            if server.has_exited() {
                return Ok(false);
            }
            if pid_file::read(&self.cluster)?
                .is_some_and(|file| file.ready && file.pid == server.pid())
            {
                return Ok(true);
            }
            self.check_start_timeout(server.pid(), since)?;
            if control.sleep_unless_stopped(POLL_INTERVAL).is_some() {
                return Err(Error::Stopped);
            }
        }
    }

    fn check_start_timeout(&self, pid: Pid, since: Instant) -> Result<(), Error> {
        let waited = since.elapsed();
        if waited < READY_DEADLINE {
            return Ok(());
        }
        let pid = pid.as_raw().cast_unsigned();
        Err(Error::NotReady {
            pid,
            waited_s: waited.as_secs(),
            log: self.log.clone(),
        })
    }

    fn spawn(&self) -> Result<Child, Error> {
        let log = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            // A link must not make root write elsewhere.
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(&self.log)
            .map_err(Error::io("open", &self.log))?;
        let again = log.try_clone().map_err(Error::io("open", &self.log))?;
        let program = self.binaries.directory.join("postgres");
        let mut command = self.os_user.command(&program);
        command
            .arg("-D")
            .arg(&self.cluster)
            .current_dir(&self.cluster);
        for (name, value) in SERVER_SETTINGS {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        for (name, value) in &self.server_settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        // These come last, so that no other setting can make it public or move its socket.
        for (name, value) in [
            ("listen_addresses", OsString::new()),
            ("port", PORT.to_string().into()),
            ("unix_socket_directories", quoted(&self.socket_dir.path)),
            ("unix_socket_permissions", "0700".into()),
            ("log_destination", "stderr".into()),
            ("logging_collector", "off".into()),
        ] {
            let mut setting = OsString::from(format!("{name}="));
            setting.push(value);
            command.arg("-c").arg(setting);
        }
        command
            .stdout(log)
            .stderr(again)
            .spawn()
            .map_err(Error::io("run", &program))
    }
}

/// Quotes a path for `unix_socket_directories`, which is a list. Within quotes a comma is part of
/// the name, and a quote is doubled.
fn quoted(path: &Path) -> OsString {
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    let mut bytes = vec![b'"'];
    for byte in path.as_os_str().as_bytes() {
        if *byte == b'"' {
            bytes.push(b'"');
        }
        bytes.push(*byte);
    }
    bytes.push(b'"');
    OsString::from_vec(bytes)
}

/// Whether Postgres did not start because a former one has not completely ended. The text is
/// English because we set `LC_ALL`.
fn blocked_by_previous(tail: &str) -> bool {
    tail.contains("shared memory block") || tail.contains("lock file")
}

/// The end of what was written to a log after its first `from` bytes.
fn tail(log: &Path, from: u64) -> String {
    const MAX_TAIL_BYTES: u64 = 4096;
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(log)?;
        let end = file.metadata()?.len();
        file.seek(SeekFrom::Start(
            from.max(end.saturating_sub(MAX_TAIL_BYTES)),
        ))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("; ")
}
