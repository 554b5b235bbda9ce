//! `kreis service-account`, and programs that import and export with a key.

use std::{
    fs,
    process::Output,
    time::{Duration, Instant},
};

use http::{Method, StatusCode};
use kreis_proto::kpi::v1::ListChangesRequest;
use kreis_tests::{
    Actor, database,
    process::{command, lasting_port, run, run_signed_in, stderr, stdout},
    raw::RawClient,
    server::{EMAIL, PASSWORD, Server},
};

const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs `kreis service-account`, as the operator of this server.
async fn service_account(server: &Server, arguments: &[&str]) -> Output {
    let url = database::url(&server.sql.connect_options());
    let mut kreis = command("kreis", &[("KREIS_DATABASE_URL", &url)]);
    kreis.arg("service-account").args(arguments);
    let ran = tokio::task::spawn_blocking(move || run(kreis, ""));
    ran.await.unwrap()
}

/// What a command prints that succeeds.
async fn said(server: &Server, arguments: &[&str]) -> String {
    let output = service_account(server, arguments).await;
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).trim_end().to_owned()
}

/// Runs `kreis` with these settings beside the address of the server.
async fn kreis(server: &Server, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut all = vec![("KREIS_SERVER", server.kreis.url.as_str())];
    all.extend(settings);
    let mut kreis = command("kreis", &all);
    kreis.args(arguments);
    let ran = tokio::task::spawn_blocking(move || run(kreis, ""));
    ran.await.unwrap()
}

async fn is_signed_in(actor: &Actor) -> bool {
    actor.me().await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_imports_with_its_key_until_the_operator_takes_it_away() {
    let server = Server::start(&[]).await;
    let gatekeeper = server.gatekeeper().await;
    let folder = tempfile::tempdir().unwrap();
    let (file, key_file) = (folder.path().join("values.csv"), folder.path().join("key"));
    let values = |month, value| {
        let header = "circle,kpi,periodicity,range,period_year,period_month,value";
        let row = format!("HR,leave,month,0 <= % <= 100,2024,{month},{value}");
        fs::write(&file, format!("{header}\n{row}\n")).unwrap();
    };
    let import = ["import", file.to_str().unwrap()];
    values(1, 50);
    let defined = run_signed_in(&server.kreis.url, (EMAIL, PASSWORD), &import).await;
    assert!(
        defined.status.success(),
        "{}{}",
        stdout(&defined),
        stderr(&defined)
    );
    let add = [
        "add", "Payroll", "--owner", EMAIL, "--write", "--circle", "hr",
    ];
    let key = said(&server, &add).await;
    assert!(key.starts_with("kreis_sa_") && !key.contains('\n'), "{key}");
    let listed = said(&server, &["list"]).await;
    assert!(
        listed.starts_with("Payroll: write, circles: HR, owner: Hidden Gatekeeper\n  kreis_sa_"),
        "{listed}"
    );

    values(2, 60);
    fs::write(&key_file, format!("{key}\n")).unwrap();
    let in_file = [("KREIS_SERVICE_KEY_FILE", key_file.to_str().unwrap())];
    let imported = kreis(&server, &in_file, &import).await;
    assert!(
        imported.status.success(),
        "{}{}",
        stdout(&imported),
        stderr(&imported)
    );
    let exported = kreis(&server, &[("KREIS_SERVICE_KEY", &key)], &["export"]).await;
    assert!(stdout(&exported).contains("leave"), "{}", stderr(&exported));

    let list = gatekeeper.request(ListChangesRequest::default());
    let changes = gatekeeper.kpi_changes().list_changes(list).await.unwrap();
    let newest = changes.into_inner().changes.swap_remove(0);
    assert_eq!(newest.changed_by.unwrap().display_name, "Payroll");
    assert_eq!(newest.owner.unwrap().display_name, "Hidden Gatekeeper");

    // With the next key, the one before goes on to work, until the one after.
    let second = said(&server, &["rotate", "Payroll"]).await;
    let anonymous = server.anonymous();
    let with_first = anonymous.sign_in_with_key(&key).await.unwrap();
    let with_second = anonymous.sign_in_with_key(&second).await.unwrap();
    let third = said(&server, &["rotate", "Payroll", "--days", "365"]).await;
    assert!(anonymous.sign_in_with_key(&key).await.is_err());
    anonymous.sign_in_with_key(&second).await.unwrap();
    let asked = Instant::now();
    while is_signed_in(&with_first).await {
        assert!(asked.elapsed() < WAIT_TIMEOUT, "the first key still works");
    }
    assert!(is_signed_in(&with_second).await);
    let fourth = said(&server, &["rotate", "Payroll", "--at-once"]).await;
    for ended in [&second, &third] {
        assert!(anonymous.sign_in_with_key(ended).await.is_err());
    }
    anonymous.sign_in_with_key(&fourth).await.unwrap();

    said(&server, &["remove", "payroll"]).await;
    let refused = kreis(&server, &[("KREIS_SERVICE_KEY", &fourth)], &import).await;
    assert!(
        stderr(&refused).contains("not signed in"),
        "{}",
        stderr(&refused)
    );
    assert_eq!(said(&server, &["list"]).await, "");

    let log = server.final_output().await;
    for key in [&key, &second, &third, &fourth] {
        assert!(!log.contains(key.as_str()), "a key is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_asks_for_wrongly_is_explained() {
    let server = Server::start(&[]).await;
    let add = |name, owner, more: &'static [&'static str]| {
        [&["add", name, "--owner", owner], more].concat()
    };
    for (arguments, reason) in [
        (
            add("Payroll", "nobody@example.org", &["--all-circles"]),
            "there is no user with",
        ),
        (
            add("Payroll", EMAIL, &["--circle", "IT"]),
            "there is no circle IT",
        ),
        (
            add("Payroll", EMAIL, &["--all-circles", "--days", "366"]),
            "from 1 to 365",
        ),
        (add(" ", EMAIL, &["--all-circles"]), "the name"),
        (add("Payroll", EMAIL, &[]), "--circle"),
        (
            vec!["rotate", "Payroll"],
            "there is no service account Payroll",
        ),
        (
            vec!["remove", "Payroll"],
            "there is no service account Payroll",
        ),
    ] {
        let refused = service_account(&server, &arguments).await;
        assert!(!refused.status.success(), "{arguments:?}");
        assert!(stderr(&refused).contains(reason), "{}", stderr(&refused));
    }
    // Another secret than a key stays on this machine.
    let secret = [("KREIS_SERVICE_KEY", "-----BEGIN PRIVATE KEY-----")];
    let refused = kreis(&server, &secret, &["export"]).await;
    assert!(
        stderr(&refused).contains("begin with kreis_sa_"),
        "{}",
        stderr(&refused)
    );
    let refused = kreis(&server, &[], &["export"]).await;
    assert!(
        stderr(&refused).contains("set KREIS_SERVICE_KEY"),
        "{}",
        stderr(&refused)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_expires_soon_is_in_the_log_and_in_the_metrics() {
    let port = lasting_port();
    let listen = format!("127.0.0.1:{port}");
    let mut server = Server::start(&[("KREIS_METRICS_LISTEN", &listen)]).await;
    let add = |name, days| {
        [
            "add",
            name,
            "--owner",
            EMAIL,
            "--all-circles",
            "--days",
            days,
        ]
    };
    said(&server, &add("Payroll", "29")).await;
    said(&server, &add("Warehouse", "31")).await;
    // auth checks at its start, and then every minute.
    server.kill_and_start(async {}).await;
    let metrics = RawClient::http1(format!("http://{listen}"));
    let asked = Instant::now();
    loop {
        let answer = metrics
            .send(Method::GET, "/metrics", &[], "")
            .await
            .unwrap();
        assert_eq!(answer.http, StatusCode::OK);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        if text.contains("kreis_service_keys_expiring{server=\"auth\"} 1.0\n") {
            break;
        }
        assert!(asked.elapsed() < WAIT_TIMEOUT, "{text}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let log = server.final_output().await;
    let lines: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("expires soon"))
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(
        lines[0].contains("Payroll") && lines[0].contains("kreis_sa_"),
        "{}",
        lines[0]
    );
}
