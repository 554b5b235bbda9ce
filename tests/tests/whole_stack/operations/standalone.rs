//! `kreis`, the standalone binary, as an operator uses it.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command, time::Duration};

use kreis_proto::{
    kpi::v1::{ListDueValuesRequest, ListKpiValuesRequest, ListKpisRequest},
    org::v1::GetMeRequest,
};
use kreis_tests::{
    Actor, database,
    process::{Kreis, add_greta, binary, command, open_directory, run, stderr, stdout},
};
use nix::sys::signal::Signal;
use sqlx::{Connection, PgConnection};
use tonic::transport::Channel;

const PASSWORD: &str = "correct horse battery";

pub(super) async fn actor(url: &str, email: &str, password: &str) -> Actor {
    let channel = Channel::from_shared(url.to_owned())
        .unwrap()
        .connect()
        .await
        .unwrap();
    Actor::new(channel, None, 0)
        .sign_in(email, password)
        .await
        .unwrap()
}

fn add_gatekeeper(data_dir: &Path) -> std::process::Output {
    let place = ("KREIS_DATA_DIR", data_dir.to_str().unwrap());
    add_greta(&[place], PASSWORD, &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_kreis_says_how_to_make_its_gatekeeper_who_then_signs_in() {
    let directory = open_directory();
    let kreis = Kreis::start(directory.path(), &[]);
    assert!(
        kreis
            .log_output()
            .contains("kreis user add --gatekeeper --email"),
        "{}",
        kreis.log_output()
    );
    assert!(
        kreis
            .log_output()
            .contains(directory.path().to_str().unwrap()),
        "{}",
        kreis.log_output()
    );
    let added = add_gatekeeper(directory.path());
    assert!(added.status.success(), "{}", stderr(&added));
    let greta = actor(&kreis.url, "greta@example.org", PASSWORD).await;

    let again = add_gatekeeper(directory.path());
    assert!(!again.status.success());
    assert!(
        stderr(&again).contains("another user"),
        "{}",
        stderr(&again)
    );

    // A new password, from a file, ends the session.
    let file = directory.path().join("password");
    fs::write(&file, "another horse battery\n").unwrap();
    let mut set = command(
        "kreis",
        &[("KREIS_DATA_DIR", directory.path().to_str().unwrap())],
    );
    set.args([
        "user",
        "set-password",
        "--email",
        "Greta@Example.org",
        "--password-file",
    ]);
    set.arg(&file);
    let set = run(set, "");
    assert!(set.status.success(), "{}", stderr(&set));
    actor(&kreis.url, "greta@example.org", "another horse battery").await;
    let asked = std::time::Instant::now();
    while greta
        .users()
        .get_me(greta.request(GetMeRequest {}))
        .await
        .is_ok()
    {
        assert!(asked.elapsed() < Duration::from_secs(3));
    }

    let healthy = command("kreis", &[])
        .args(["healthcheck", &kreis.url])
        .status()
        .unwrap();
    assert!(healthy.success());
    let (status, took) = kreis.end_with(Signal::SIGTERM);
    assert!(
        status.success() && took < Duration::from_secs(10),
        "{status} after {took:?}"
    );
    let kreis = Kreis::start(directory.path(), &["serve"]);
    assert!(
        !kreis.log_output().contains("kreis user add"),
        "{}",
        kreis.log_output()
    );
    actor(&kreis.url, "greta@example.org", "another horse battery").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_three_years_of_values_and_starts_again_on_them() {
    let directory = open_directory();
    let kreis = Kreis::start(directory.path(), &["--demo"]);
    let greta = actor(&kreis.url, "gatekeeper@example.org", "kreis-demo-only").await;
    let emil = actor(&kreis.url, "economist@example.org", "kreis-demo-only").await;
    let me = emil
        .users()
        .get_me(emil.request(GetMeRequest {}))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(me.user.unwrap().circles.len(), 2);
    let count = async |actor: &Actor| {
        let list = ListKpiValuesRequest {
            page_size: 500,
            ..Default::default()
        };
        let values = actor
            .values()
            .list_kpi_values(actor.request(list))
            .await
            .unwrap();
        values.into_inner().kpi_values.len()
    };
    let values = count(&greta).await;
    assert!(values > 200, "{values}");
    let list = ListKpisRequest::default();
    assert!(
        greta
            .kpis()
            .list_kpis(greta.request(list))
            .await
            .unwrap()
            .into_inner()
            .kpis
            .len()
            > 8
    );

    // A few values of last month are left for the visitor to record. No others are missing.
    let owed = async |actor: &Actor, whole_organisation| {
        let asked = ListDueValuesRequest {
            whole_organisation,
            ..ListDueValuesRequest::default()
        };
        let due = actor.due_values(asked).await.unwrap().due_values;
        let this = actor.this_month().await.unwrap();
        for due in &due {
            let (since, period) = (due.due_since.unwrap(), due.period.unwrap());
            assert_eq!(
                (since.year, since.month),
                (this.year, this.month),
                "{period:?}"
            );
        }
        due.into_iter().map(|due| due.kpi_name).collect::<Vec<_>>()
    };
    assert_eq!(owed(&emil, false).await, ["donations", "reachability"]);
    assert_eq!(
        owed(&greta, true).await,
        [
            "donations",
            "newsletter open rate",
            "reachability",
            "short-term leave"
        ]
    );

    // Ctrl-C stops it like SIGTERM.
    let (status, took) = kreis.end_with(Signal::SIGINT);
    assert!(
        status.success() && took < Duration::from_secs(10),
        "{status} after {took:?}"
    );
    let log = fs::read_to_string(directory.path().join("postgres.log")).unwrap();
    assert!(!log.contains("WARNING"), "{log}");
    let kreis = Kreis::start(directory.path(), &["--demo"]);
    let greta = actor(&kreis.url, "gatekeeper@example.org", "kreis-demo-only").await;
    assert_eq!(count(&greta).await, values);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_filled_though_connections_to_the_database_break() {
    let database = database::fresh().await;
    let sql = database::pool(&database);
    let directory = open_directory();
    let mut kreis = command(
        "kreis",
        &[("KREIS_DATABASE_URL", &database::url(&database))],
    );
    kreis
        .env("KREIS_DATA_DIR", directory.path())
        .args(["serve", "--demo"]);
    let starting = tokio::task::spawn_blocking(move || Kreis::start_command(kreis));
    let mut filled = 0;
    while filled < 20 {
        let values = sqlx::query_scalar!(r#"select count(*) as "count!" from kpi.kpi_values"#);
        filled = values.fetch_one(&sql).await.unwrap();
    }
    let mut superuser = PgConnection::connect_with(&database::server())
        .await
        .unwrap();
    sqlx::query!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1::text",
        database.get_database()
    )
    .fetch_all(&mut superuser)
    .await
    .unwrap();
    let kreis = starting.await.unwrap();
    let gatekeeper = actor(&kreis.url, "gatekeeper@example.org", "kreis-demo-only").await;
    assert!(gatekeeper.me().await.unwrap().gatekeeper);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_refuses_a_database_with_other_users() {
    let directory = open_directory();
    let kreis = Kreis::start(directory.path(), &[]);
    assert!(add_gatekeeper(directory.path()).status.success());
    drop(kreis);
    let mut demo = command(
        "kreis",
        &[("KREIS_DATA_DIR", directory.path().to_str().unwrap())],
    );
    let refused = run_off(move || run_with(demo.arg("--demo"))).await;
    assert!(!refused.status.success());
    assert!(
        stderr(&refused).contains("not a demo"),
        "{}",
        stderr(&refused)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_still_there_after_everything_was_killed() {
    let directory = open_directory();
    let kreis = Kreis::start(directory.path(), &["--demo"]);
    let greta = actor(&kreis.url, "gatekeeper@example.org", "kreis-demo-only").await;
    let list = ListKpisRequest {
        page_size: 1,
        ..Default::default()
    };
    let kpis = greta
        .kpis()
        .list_kpis(greta.request(list))
        .await
        .unwrap()
        .into_inner()
        .kpis;
    let recorded = greta.record(kpis[0].id, (2020, 12), 7.0).await.unwrap();

    let pid_file = directory.path().join("postgres/postmaster.pid");
    let postmaster: i32 = fs::read_to_string(pid_file)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    kreis.end_with(Signal::SIGKILL);
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(postmaster), Signal::SIGKILL).unwrap();

    let kreis = Kreis::start(directory.path(), &["--demo"]);
    let greta = actor(&kreis.url, "gatekeeper@example.org", "kreis-demo-only").await;
    let again = greta.record(kpis[0].id, (2020, 12), 7.0).await.unwrap_err();
    assert_eq!(again.code(), tonic::Code::AlreadyExists, "{again:?}");

    // Only kreis is killed this time. Its Postgres survives and is taken over.
    kreis.end_with(Signal::SIGKILL);
    let kreis = Kreis::start(directory.path(), &["--demo"]);
    let greta = actor(&kreis.url, "gatekeeper@example.org", "kreis-demo-only").await;
    assert_eq!(
        greta.correct(recorded.id, 8.0, "").await.unwrap().value,
        Some(8.0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn kreis_runs_as_any_user() {
    if !nix::unistd::Uid::effective().is_root() {
        // All other tests then run as this user anyway.
        return;
    }
    let directory = open_directory();
    let kreis = directory.path().join("kreis");
    fs::copy(binary("kreis"), &kreis).unwrap();
    let data_dir = directory.path().join("data");
    fs::create_dir(&data_dir).unwrap();
    nix::unistd::chown(&data_dir, Some(65534.into()), Some(65534.into())).unwrap();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&kreis)
        .arg("--demo");
    command
        .env("KREIS_DATA_DIR", &data_dir)
        .env("KREIS_LISTEN", "127.0.0.1:0");
    let kreis = Kreis::start_command(command);
    actor(&kreis.url, "economist@example.org", "kreis-demo-only").await;
    let (status, _) = kreis.end_with(Signal::SIGTERM);
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn kreis_starts_with_any_umask_in_a_directory_that_is_not_there() {
    let directory = open_directory();
    let data_dir = directory.path().join("not/there/yet");
    let mut strict = Command::new("sh");
    strict.args(["-c", "umask 077; exec \"$0\""]);
    strict
        .arg(binary("kreis"))
        .env("KREIS_DATA_DIR", &data_dir)
        .env("KREIS_LISTEN", "127.0.0.1:0");
    let kreis = Kreis::start_command(strict);
    let added = add_gatekeeper(&data_dir);
    assert!(added.status.success(), "{}", stderr(&added));
    actor(&kreis.url, "greta@example.org", PASSWORD).await;
    let key = fs::metadata(data_dir.join("signing-key.pem")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_of_another_major_version_is_refused_with_a_way_out() {
    let directory = open_directory();
    drop(Kreis::start(directory.path(), &[]));
    fs::write(directory.path().join("postgres/PG_VERSION"), "11\n").unwrap();
    let mut kreis = command(
        "kreis",
        &[("KREIS_DATA_DIR", directory.path().to_str().unwrap())],
    );
    let refused = run_off(move || run_with(&mut kreis)).await;
    assert!(!refused.status.success());
    let said = stderr(&refused);
    assert!(
        said.contains("11") && said.contains("KREIS_POSTGRES_BIN"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_kreis_on_the_same_data_is_refused() {
    let directory = open_directory();
    let first = Kreis::start(directory.path(), &[]);
    let mut second = command(
        "kreis",
        &[("KREIS_DATA_DIR", directory.path().to_str().unwrap())],
    );
    let refused = run_off(move || run_with(&mut second)).await;
    assert!(!refused.status.success());
    assert!(
        stderr(&refused).contains(&first.pid().to_string()),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn the_operators_verbs_say_what_is_wrong() {
    let directory = open_directory();
    let nobody_runs = add_gatekeeper(directory.path());
    assert!(
        stderr(&nobody_runs).contains("no kreis is running"),
        "{}",
        stderr(&nobody_runs)
    );
    let mut sick = command("kreis", &[]);
    sick.args(["healthcheck", "http://127.0.0.1:9"]);
    let sick = run(sick, "");
    assert!(!sick.status.success() && stderr(&sick).contains("does not answer"));
    let mut completions = command("kreis", &[]);
    completions.args(["completions", "bash"]);
    assert!(stdout(&run(completions, "")).contains("complete"));
}

/// Runs a command to its end.
fn run_with(command: &mut Command) -> std::process::Output {
    command.output().unwrap()
}

/// Runs a command outside the runtime's threads.
async fn run_off(
    work: impl FnOnce() -> std::process::Output + Send + 'static,
) -> std::process::Output {
    tokio::task::spawn_blocking(work).await.unwrap()
}
