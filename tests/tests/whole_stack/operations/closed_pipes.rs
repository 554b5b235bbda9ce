//! `kreis … | head`: output and errors that are not read.

use std::{
    fs,
    process::{Child, Stdio},
};

use kreis_proto::kpi::v1::ListKpisRequest;
use kreis_tests::{Stack, process::command, stack::PASSWORD};

/// Starts `kreis` with closed pipes.
fn unheard(settings: &[(&str, &str)], arguments: &[&str]) -> Child {
    let mut kreis = command("kreis", settings);
    kreis.args(arguments).stdin(Stdio::null());
    let mut child = kreis
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    child
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_finishes_though_its_output_is_not_read() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(true).await;
    let (folder, url) = (tempfile::tempdir().unwrap(), stack.url());
    let settings = [
        ("KREIS_SERVER", url.as_str()),
        ("KREIS_EMAIL", &email),
        ("KREIS_PASSWORD", PASSWORD),
    ];
    let code = async |arguments: &[&str]| {
        let mut child = unheard(&settings, arguments);
        let ended = tokio::task::spawn_blocking(move || child.wait());
        ended.await.unwrap().unwrap().code()
    };
    let file = folder.path().join("values.csv");
    let write = |periodicity: &str| {
        let header = "circle,kpi,periodicity,range,period_year,period_month,value";
        fs::write(
            &file,
            format!("{header}\nHR,leave,{periodicity},X,2024,1,5\n"),
        )
        .unwrap();
    };
    let import = ["import", file.to_str().unwrap()];
    write("month");
    assert_eq!(code(&import).await, Some(0));
    let gatekeeper = stack.sign_in(&email).await;
    let list = gatekeeper.request(ListKpisRequest::default());
    let there = gatekeeper.kpis().list_kpis(list).await.unwrap();
    assert_eq!(there.into_inner().kpis.len(), 1);
    // A row and then a whole file are refused, and the reasons are not read.
    write("year");
    assert_eq!(code(&import).await, Some(1));
    assert_eq!(code(&["import", "/nonexistent"]).await, Some(1));
    assert_eq!(code(&["export"]).await, Some(0));
    assert_eq!(code(&["completions", "bash"]).await, Some(0));
}
