//! Stopping `kreis`: at any moment, in order, and within ten seconds.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use kreis_standalone::migrate::MIGRATION_LOCK;
use kreis_tests::{
    database,
    process::{Kreis, command, end_in_time, open_directory},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tonic::transport::Endpoint;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

const WAIT_TIMEOUT: Duration = Duration::from_mins(1);

/// A `kreis` that is not ready yet.
struct Starting(Child);

impl Starting {
    fn begin(mut command: Command) -> Self {
        Self(command.stdin(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        // Usually it has exited already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The process id in a file, once the file exists.
async fn written_pid(file: &Path) -> Pid {
    let asked = Instant::now();
    loop {
        let text = fs::read_to_string(file).unwrap_or_default();
        if let Some(Ok(pid)) = text.lines().next().map(str::parse) {
            return Pid::from_raw(pid);
        }
        assert!(
            asked.elapsed() < WAIT_TIMEOUT,
            "{} is missing",
            file.display()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whether a process runs. A zombie does not.
fn runs(pid: Pid) -> bool {
    let command = fs::read(format!("/proc/{pid}/cmdline"));
    command.is_ok_and(|command| !command.is_empty())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_is_heard_while_the_cluster_is_being_made() {
    let directory = open_directory();
    let binaries = directory.path().join("bin");
    fs::create_dir(&binaries).unwrap();
    // The user who runs Postgres must be able to write here.
    fs::set_permissions(&binaries, fs::Permissions::from_mode(0o777)).unwrap();
    let pid_file = binaries.join("pid");
    for (name, script) in [
        ("postgres", "echo 'postgres (PostgreSQL) 17.0'".to_owned()),
        (
            "initdb",
            format!("sleep 600 & echo $! >'{}'; wait", pid_file.display()),
        ),
    ] {
        let file = binaries.join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let data_dir = directory.path().join("data");
    let mut kreis = command("kreis", &[]);
    kreis
        .env("KREIS_DATA_DIR", &data_dir)
        .env("KREIS_POSTGRES_BIN", &binaries);
    let mut kreis = Starting::begin(kreis);
    let sleeper = written_pid(&pid_file).await;
    assert!(end_in_time(&mut kreis.0, Signal::SIGTERM).success());
    assert!(!runs(sleeper), "what initdb began still runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_is_heard_while_another_kreis_prepares_the_database() {
    let database = database::blank().await;
    let mut other = PgConnection::connect_with(&database).await.unwrap();
    let lock = format!("select pg_advisory_lock({MIGRATION_LOCK})");
    other.execute(AssertSqlSafe(lock)).await.unwrap();

    let url = database::url(&database);
    let directory = open_directory();
    let mut kreis = command("kreis", &[("KREIS_DATABASE_URL", &url)]);
    kreis.env("KREIS_DATA_DIR", directory.path());
    let mut kreis = Starting::begin(kreis);
    let waiting = "select 1 from pg_locks l join pg_database d on d.oid = l.database
        where d.datname = current_database() and l.locktype = 'advisory' and not l.granted";
    let asked = Instant::now();
    while other.fetch_optional(waiting).await.unwrap().is_none() {
        assert!(asked.elapsed() < WAIT_TIMEOUT, "kreis does not wait");
    }
    assert!(end_in_time(&mut kreis.0, Signal::SIGTERM).success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_watches_the_health_does_not_hold_up_the_end() {
    let directory = open_directory();
    let mut kreis = Kreis::start(directory.path(), &[]);
    let channel = Endpoint::from_shared(kreis.url.clone())
        .unwrap()
        .connect()
        .await
        .unwrap();
    let everything = HealthCheckRequest {
        service: String::new(),
    };
    let mut watched = HealthClient::new(channel)
        .watch(everything)
        .await
        .unwrap()
        .into_inner();
    let first = watched.message().await.unwrap().unwrap();
    assert_eq!(first.status(), ServingStatus::Serving);
    let status = tokio::task::block_in_place(|| kreis.end_in_time(Signal::SIGTERM));
    assert!(status.success(), "{status}: {}", kreis.log_output());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_does_not_stop_is_a_failure_and_does_not_hold_up_the_end() {
    let directory = open_directory();
    let mut kreis = Kreis::start(directory.path(), &[]);
    let postmaster = written_pid(&directory.path().join("postgres/postmaster.pid")).await;
    kill(postmaster, Signal::SIGSTOP).unwrap();
    let status = tokio::task::block_in_place(|| kreis.end_in_time(Signal::SIGTERM));
    // Postgres now completes the stop that was requested.
    kill(postmaster, Signal::SIGCONT).unwrap();
    assert!(!status.success());
    assert!(
        kreis.log_output().contains("did not stop"),
        "{}",
        kreis.log_output()
    );
    let asked = Instant::now();
    while runs(postmaster) {
        assert!(asked.elapsed() < WAIT_TIMEOUT, "postgres still runs");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
