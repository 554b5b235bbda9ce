//! What it refuses, and the errors it gives then.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

use crate::support::{GRACE, ServerDir};
use kreis_embedded_postgres::{Error, Settings, locate, start};
use nix::unistd::{User, geteuid};

#[tokio::test]
async fn a_cluster_of_another_version_is_refused_with_the_version_it_needs() {
    let server_dir = ServerDir::new();
    let cluster = server_dir.data_dir().join("postgres");
    fs::create_dir_all(&cluster).unwrap();
    fs::write(cluster.join("PG_VERSION"), "99\n").unwrap();

    let error = start(server_dir.settings()).await.unwrap_err();
    assert!(matches!(error, Error::NoBinaries { .. }), "{error}");
    let text = error.to_string();
    for part in [
        "postgres 99",
        "KREIS_POSTGRES_BIN",
        &*cluster.to_string_lossy(),
    ] {
        assert!(text.contains(part), "{text}");
    }

    let directory = server_dir.settings().search.into_iter().next().unwrap();
    let named = Settings {
        binaries: Some(directory),
        ..server_dir.settings()
    };
    let error = start(named).await.unwrap_err();
    assert!(matches!(error, Error::WrongBinaries { .. }), "{error}");
    assert!(error.to_string().contains("postgres 99"), "{error}");
}

#[tokio::test]
async fn a_cluster_from_before_the_oldest_version_is_refused() {
    let server_dir = ServerDir::new();
    let cluster = server_dir.data_dir().join("postgres");
    fs::create_dir_all(&cluster).unwrap();
    fs::write(cluster.join("PG_VERSION"), "14\n").unwrap();
    let error = start(server_dir.settings()).await.unwrap_err();
    assert!(error.to_string().contains("pg_upgrade"), "{error}");
}

#[tokio::test]
async fn root_does_not_run_a_cluster_as_nobody() {
    if !geteuid().is_root() {
        eprintln!("skipped: only root gives a cluster to another user");
        return;
    }
    let server_dir = ServerDir::new();
    let cluster = server_dir.data_dir().join("postgres");
    fs::create_dir_all(&cluster).unwrap();
    let nobody = User::from_name("nobody").unwrap().unwrap();
    chown(&cluster, Some(nobody.uid.as_raw()), None).unwrap();
    let error = start(server_dir.settings()).await.unwrap_err();
    assert!(
        matches!(error, Error::ClusterOwnedByNobody { .. }),
        "{error}"
    );
    let text = error.to_string();
    for command in [
        "useradd --system --user-group kreis",
        "chown -R kreis:kreis",
    ] {
        assert!(text.contains(command), "{text}");
    }
}

#[tokio::test]
async fn a_directory_with_something_else_in_it_is_refused() {
    let server_dir = ServerDir::new();
    let cluster = server_dir.data_dir().join("postgres");
    fs::create_dir_all(&cluster).unwrap();
    fs::write(cluster.join("letters.txt"), "dear aunt").unwrap();
    let error = start(server_dir.settings()).await.unwrap_err();
    assert!(matches!(error, Error::NotACluster { .. }), "{error}");
    assert!(cluster.join("letters.txt").exists());
}

#[tokio::test]
async fn a_named_directory_without_postgres_is_refused() {
    let server_dir = ServerDir::new();
    let named = Settings {
        binaries: Some(server_dir.path().to_owned()),
        ..server_dir.settings()
    };
    let error = start(named).await.unwrap_err();
    assert!(matches!(error, Error::UnusableBinaries { .. }), "{error}");
}

#[tokio::test]
async fn a_second_kreis_on_a_data_directory_is_told_the_pid_of_the_first() {
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    let error = start(server_dir.settings()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("(pid {})", std::process::id())),
        "{error}"
    );
    postgres.stop(GRACE).await.unwrap();
    server_dir.start_and_stop().await;
}

#[tokio::test]
async fn a_second_kreis_leaves_the_first_alone_though_the_lock_file_was_deleted() {
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    fs::remove_file(server_dir.data_dir().join("kreis.lock")).unwrap();
    let error = start(server_dir.settings()).await.unwrap_err();
    assert!(matches!(error, Error::AlreadyRunning { .. }), "{error}");
    assert!(locate(&server_dir.data_dir()).unwrap().is_some());
    postgres.stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn a_data_directory_behind_a_closed_one_is_refused_when_root() {
    if !geteuid().is_root() {
        eprintln!("skipped: only root runs postgres as another user");
        return;
    }
    let server_dir = ServerDir::new();
    let closed = server_dir.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o700)).unwrap();
    let error = start(crate::support::quick(&closed.join("data")))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains(&format!("{} is closed", closed.display())),
        "{text}"
    );
}

#[tokio::test]
async fn a_cluster_that_root_copied_back_is_refused_when_root() {
    if !geteuid().is_root() {
        eprintln!("skipped: only root runs postgres as another user");
        return;
    }
    let server_dir = ServerDir::new();
    server_dir.start_and_stop().await;
    let cluster = server_dir.data_dir().join("postgres");
    chown(&cluster, Some(0), Some(0)).unwrap();
    let error = start(server_dir.settings()).await.unwrap_err();
    assert!(error.to_string().contains("chown -R"), "{error}");
}

#[tokio::test]
async fn a_server_that_another_program_started_on_the_cluster_is_left_alone() {
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    let pid_file = server_dir.data_dir().join("postgres/postmaster.pid");
    let ours = fs::read_to_string(&pid_file).unwrap();
    let socket_dir = server_dir.data_dir().join("postgres-socket");
    let theirs = ours.replace(&*socket_dir.to_string_lossy(), "/elsewhere");
    postgres.stop(GRACE).await.unwrap();

    // A process whose working directory is the cluster, like that of a postmaster.
    let mut other = Command::new("sleep")
        .arg("600")
        .current_dir(server_dir.data_dir().join("postgres"))
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let (_, rest) = theirs.split_once('\n').unwrap();
    fs::write(&pid_file, format!("{}\n{rest}", other.id())).unwrap();
    let error = start(server_dir.settings()).await.unwrap_err();
    assert!(other.try_wait().unwrap().is_none());
    other.kill().unwrap();
    other.wait().unwrap();
    assert!(matches!(error, Error::ForeignServer { .. }), "{error}");
    assert!(pid_file.exists());
}

#[tokio::test]
async fn a_socket_with_a_listener_is_not_removed() {
    let server_dir = ServerDir::new();
    server_dir.start_and_stop().await;
    let socket = server_dir.data_dir().join("postgres-socket/.s.PGSQL.5432");
    let listener = UnixListener::bind(&socket).unwrap();
    let error = start(server_dir.settings()).await.unwrap_err();
    assert!(matches!(error, Error::ForeignServer { .. }), "{error}");
    drop(listener);
    server_dir.start_and_stop().await;
}
