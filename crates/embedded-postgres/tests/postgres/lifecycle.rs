//! From an empty directory to a server that restarts after each crash.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::{
    GRACE, ServerDir, given_data_dir, pid_of, query, query_on, quick, run, spawn_test, wait_until,
};
use kreis_embedded_postgres::{Error, locate, start};
use nix::sys::signal::{Signal, kill};

#[tokio::test]
async fn a_new_cluster_starts_and_answers() {
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    let at = postgres.location();
    assert_eq!(query(at, "show server_encoding").await, "UTF8");
    assert_eq!(query(at, "show data_checksums").await, "on");
    assert_eq!(query(at, "show jit").await, "off");
    assert_eq!(query(at, "show timezone").await, "UTC");
    assert_eq!(query(at, "show listen_addresses").await, "");
    assert_eq!(
        query(at, "select version()").await.split(' ').nth(1),
        Some(postgres.version())
    );
    assert_eq!(
        fs::metadata(postgres.socket_dir()).unwrap().mode() & 0o777,
        0o700
    );
    assert_eq!(locate(&server_dir.data_dir()).unwrap().as_ref(), Some(at));
    postgres.stop(GRACE).await.unwrap();
    assert_eq!(locate(&server_dir.data_dir()).unwrap(), None);
}

#[tokio::test]
async fn it_starts_again_on_its_data() {
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    run(
        postgres.location(),
        "create table kept as select 'still here' as word",
    )
    .await;
    postgres.stop(GRACE).await.unwrap();
    let again = start(server_dir.settings()).await.unwrap();
    assert_eq!(
        query(again.location(), "select word from kept").await,
        "still here"
    );
    again.stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn stopping_does_not_wait_for_open_connections() {
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    let pid = pid_of(&postgres);
    let connection = crate::support::connect(postgres.location()).await.unwrap();
    postgres.stop(GRACE).await.unwrap();
    assert!(kill(pid, None).is_err());
    drop(connection);
}

#[tokio::test]
async fn dropping_the_handle_ends_the_server_and_frees_the_directory() {
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    let pid = pid_of(&postgres);
    drop(postgres);
    assert!(kill(pid, None).is_err());
    server_dir.start_and_stop().await;
}

#[tokio::test]
async fn a_postmaster_that_outlived_its_kreis_is_adopted() {
    let server_dir = ServerDir::new();
    let mut kreis = spawn_test(
        "lifecycle::holds_a_server_until_it_is_killed",
        &server_dir.data_dir(),
    );
    wait_until("the server runs", || {
        locate(&server_dir.data_dir()).is_ok_and(|at| at.is_some())
    });
    wait_until("its kreis is done starting", || {
        server_dir.path().join("data/started").exists()
    });
    let before = crate::support::written_pid(&server_dir.data_dir()).unwrap();
    kreis.kill().unwrap();
    kreis.wait().unwrap();

    let postgres = start(server_dir.settings()).await.unwrap();
    assert_eq!(pid_of(&postgres), before);
    assert_eq!(query(postgres.location(), "select 'hello'").await, "hello");

    // It is supervised too, although it is not our child.
    kill(before, Signal::SIGKILL).unwrap();
    wait_until("another one runs", || {
        postgres.pid().is_some_and(|_| pid_of(&postgres) != before)
    });
    assert_eq!(query(postgres.location(), "select 'hello'").await, "hello");
    postgres.stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn an_adopted_postmaster_is_stopped_like_any_other() {
    let server_dir = ServerDir::new();
    let mut kreis = spawn_test(
        "lifecycle::holds_a_server_until_it_is_killed",
        &server_dir.data_dir(),
    );
    wait_until("its kreis is done starting", || {
        server_dir.path().join("data/started").exists()
    });
    kreis.kill().unwrap();
    kreis.wait().unwrap();
    let postgres = start(server_dir.settings()).await.unwrap();
    postgres.stop(GRACE).await.unwrap();
    assert_eq!(locate(&server_dir.data_dir()).unwrap(), None);
    assert!(
        !server_dir
            .data_dir()
            .join("postgres/postmaster.pid")
            .exists()
    );
}

#[tokio::test]
#[ignore = "a process that other tests start and kill"]
async fn holds_a_server_until_it_is_killed() {
    let Some(data_dir) = given_data_dir() else {
        return;
    };
    let _postgres = start(quick(&data_dir)).await.unwrap();
    fs::write(data_dir.join("started"), "").unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_killed_postmaster_is_started_again() {
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    run(
        postgres.location(),
        "create table kept as select 'still here' as word",
    )
    .await;
    for _ in 0..2 {
        let before = pid_of(&postgres);
        kill(before, Signal::SIGKILL).unwrap();
        wait_until("another one runs", || {
            postgres.pid().is_some_and(|_| pid_of(&postgres) != before)
        });
        assert_eq!(
            query(postgres.location(), "select word from kept").await,
            "still here"
        );
    }
    postgres.stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn it_is_started_again_while_a_child_of_the_killed_one_lingers() {
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    // A stopped backend does not notice that its postmaster died, and keeps the shared memory.
    let mut connection = crate::support::connect(postgres.location()).await.unwrap();
    let backend = query_on(&mut connection, "select pg_backend_pid()::text").await;
    let backend = nix::unistd::Pid::from_raw(backend.parse().unwrap());
    kill(backend, Signal::SIGSTOP).unwrap();
    let before = pid_of(&postgres);
    kill(before, Signal::SIGKILL).unwrap();
    let log = server_dir.data_dir().join("postgres.log");
    wait_until("a start is refused", || {
        fs::read_to_string(&log).is_ok_and(|text| text.contains("shared memory block"))
    });
    kill(backend, Signal::SIGKILL).unwrap();
    wait_until("another one runs", || {
        postgres.pid().is_some_and(|_| pid_of(&postgres) != before)
    });
    assert_eq!(query(postgres.location(), "select 'hello'").await, "hello");
    postgres.stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn a_lock_file_with_the_pid_of_another_program_does_not_keep_it_from_starting() {
    let server_dir = ServerDir::new();
    server_dir.start_and_stop().await;
    let cluster = server_dir.data_dir().join("postgres");
    let owner = fs::metadata(&cluster).unwrap();
    let mut sleeper = Command::new("sleep");
    if nix::unistd::geteuid().is_root() {
        use std::os::unix::process::CommandExt as _;
        sleeper.uid(owner.uid()).gid(owner.gid());
    }
    let mut sleeper = sleeper
        .arg("600")
        .current_dir("/")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let socket_dir = server_dir.data_dir().join("postgres-socket");
    let stale = format!(
        "{}\n{}\n1700000000\n5432\n{}\n\n  1  1\nready   \n",
        sleeper.id(),
        cluster.display(),
        socket_dir.display()
    );
    fs::write(cluster.join("postmaster.pid"), &stale).unwrap();
    fs::write(socket_dir.join(".s.PGSQL.5432.lock"), &stale).unwrap();
    assert_eq!(locate(&server_dir.data_dir()).unwrap(), None);

    let outcome = start(server_dir.settings()).await;
    sleeper.kill().unwrap();
    sleeper.wait().unwrap();
    outcome.unwrap().stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn lock_files_that_a_crash_left_empty_do_not_keep_it_from_starting() {
    let server_dir = ServerDir::new();
    server_dir.start_and_stop().await;
    fs::write(server_dir.data_dir().join("postgres/postmaster.pid"), "").unwrap();
    let socket_lock = server_dir
        .data_dir()
        .join("postgres-socket/.s.PGSQL.5432.lock");
    fs::write(socket_lock, "").unwrap();
    server_dir.start_and_stop().await;
}

#[tokio::test]
async fn an_interrupted_initdb_is_healed() {
    let server_dir = ServerDir::new();
    let partial = || -> Option<PathBuf> {
        fs::read_dir(server_dir.data_dir())
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().contains("partial"))
            })
    };
    let mut kreis = spawn_test(
        "lifecycle::holds_a_server_until_it_is_killed",
        &server_dir.data_dir(),
    );
    wait_until("initdb has begun", || {
        partial().is_some_and(|at| at.join("PG_VERSION").exists())
    });
    kreis.kill().unwrap();
    kreis.wait().unwrap();
    assert!(!server_dir.data_dir().join("postgres").exists());
    let left = partial().unwrap();

    let postgres = start(server_dir.settings()).await.unwrap();
    assert_eq!(query(postgres.location(), "select 'hello'").await, "hello");
    assert!(!left.join("PG_VERSION").exists());
    postgres.stop(GRACE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_given_up_leaves_no_server() {
    let server_dir = ServerDir::new();
    let starting = tokio::spawn(start(server_dir.settings()));
    wait_until("it has begun", || {
        server_dir.data_dir().join("kreis.lock").exists()
    });
    starting.abort();
    assert!(starting.await.unwrap_err().is_cancelled());
    let postgres = loop {
        match start(server_dir.settings()).await {
            Err(Error::AlreadyRunning { .. }) => tokio::task::yield_now().await,
            outcome => break outcome.unwrap(),
        }
    };
    let log = fs::read_to_string(server_dir.data_dir().join("postgres.log")).unwrap();
    assert!(log.matches("starting PostgreSQL").count() <= 2, "{log}");
    postgres.stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn a_long_log_is_put_aside_and_written_on() {
    let server_dir = ServerDir::new();
    fs::create_dir(server_dir.data_dir()).unwrap();
    fs::set_permissions(server_dir.data_dir(), Permissions::from_mode(0o711)).unwrap();
    let log = server_dir.data_dir().join("postgres.log");
    let filled = "a line of the log\n".repeat(1 << 19);
    fs::write(&log, &filled).unwrap();
    let postgres = start(server_dir.settings()).await.unwrap();
    let aside = server_dir.data_dir().join("postgres.log.1");
    wait_until("the log is short again", || {
        fs::metadata(&log).unwrap().len() < filled.len() as u64 / 2
    });
    let put_aside = fs::read_to_string(&aside).unwrap();
    assert!(put_aside.starts_with(&filled), "{}", put_aside.len());
    assert_eq!(fs::metadata(&aside).unwrap().mode() & 0o777, 0o600);
    postgres.stop(GRACE).await.unwrap();
    let rest = fs::read_to_string(&log).unwrap();
    assert!(rest.contains("database system is shut down"), "{rest}");
}

#[tokio::test]
async fn a_setting_postgres_does_not_know_is_reported_with_its_own_words() {
    let server_dir = ServerDir::new();
    let error = start(server_dir.settings().with("no_such_setting", "1"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::DidNotStart { .. }), "{error}");
    assert!(error.to_string().contains("no_such_setting"), "{error}");
    server_dir.start_and_stop().await;
}
