//! Directories of the servers under test, queries to these servers, and tests in separate processes.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kreis_embedded_postgres::{Location, Postgres, Settings, start};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tempfile::TempDir;

/// Names the data directory for a test in a separate process.
pub(crate) const DATA_DIR: &str = "KREIS_TEST_DATA_DIR";

pub(crate) const GRACE: Duration = Duration::from_secs(20);

/// A directory for one server. The user that runs Postgres may enter it.
pub(crate) struct ServerDir {
    directory: TempDir,
}

impl ServerDir {
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new()
            .prefix("kreis-pg-")
            .tempdir_in("/tmp")
            .unwrap();
        fs::set_permissions(directory.path(), Permissions::from_mode(0o711)).unwrap();
        Self { directory }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path().join("data")
    }

    pub(crate) fn settings(&self) -> Settings {
        quick(&self.data_dir())
    }

    /// Makes the cluster if there is none, and leaves it stopped.
    pub(crate) async fn start_and_stop(&self) {
        let postgres = start(self.settings()).await.unwrap();
        postgres.stop(GRACE).await.unwrap();
    }
}

/// Stops a server that a failed test left running, by the pid in its pid file.
impl Drop for ServerDir {
    fn drop(&mut self) {
        if let Some(pid) = written_pid(&self.data_dir())
            && fs::read_link(format!("/proc/{pid}/cwd"))
                .is_ok_and(|directory| directory == self.data_dir().join("postgres"))
        {
            let _ = kill(pid, Signal::SIGQUIT);
            wait_until("the server ends", || {
                kill(pid, None).is_err() || zombie(pid)
            });
        }
    }
}

/// Settings without fsync: no data here needs to survive a power failure.
pub(crate) fn quick(data_dir: &Path) -> Settings {
    Settings::new(data_dir)
        .with("fsync", "off")
        .with("shared_buffers", "16MB")
}

pub(crate) fn written_pid(data_dir: &Path) -> Option<Pid> {
    let text = fs::read_to_string(data_dir.join("postgres/postmaster.pid")).ok()?;
    text.lines().next()?.parse().ok().map(Pid::from_raw)
}

pub(crate) fn pid_of(postgres: &Postgres) -> Pid {
    Pid::from_raw(postgres.pid().unwrap().cast_signed())
}

fn zombie(pid: Pid) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_mins(1);
    while !condition() {
        assert!(Instant::now() < until, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) async fn connect(location: &Location) -> sqlx::Result<PgConnection> {
    let options = PgConnectOptions::new_without_pgpass()
        .socket(&location.socket_dir)
        .port(location.port)
        .username(location.superuser)
        .database("postgres");
    PgConnection::connect_with(&options).await
}

pub(crate) async fn query(location: &Location, statement: &'static str) -> String {
    let mut connection = connect(location).await.unwrap();
    let answer = query_on(&mut connection, statement).await;
    connection.close().await.unwrap();
    answer
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server without our schema to check against"
)]
pub(crate) async fn query_on(connection: &mut PgConnection, statement: &'static str) -> String {
    sqlx::query_scalar(statement)
        .fetch_one(connection)
        .await
        .unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server without our schema to check against"
)]
pub(crate) async fn run(location: &Location, statement: &'static str) {
    let mut connection = connect(location).await.unwrap();
    sqlx::query(statement)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// A command that runs one ignored test of this binary in a separate process.
pub(crate) fn test_process(program: &Path, name: &str, data_dir: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args([
            "--exact",
            name,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(DATA_DIR, data_dir)
        .stdin(Stdio::null());
    command
}

pub(crate) fn spawn_test(name: &str, data_dir: &Path) -> Child {
    let program = std::env::current_exe().unwrap();
    test_process(&program, name, data_dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The data directory of a test in a separate process; `None` if no other test started it.
pub(crate) fn given_data_dir() -> Option<PathBuf> {
    std::env::var_os(DATA_DIR).map(PathBuf::from)
}
