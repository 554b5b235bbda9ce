//! Many, silent or unread connections. An address gets a limited number of them, and connections
//! without progress are closed.

use std::{
    fs,
    time::{Duration, Instant},
};

use http::Method;
use kreis_tests::{
    flood::{ATTACKER, connect, is_closed_within, unread_files},
    process::{Kreis, command, open_directory, with_few_files},
    raw::RawClient,
    server::Server,
};
use tokio::{io::AsyncWriteExt, time::timeout};

/// Longer than the server keeps a connection without progress: 10 seconds, and the time to notice.
const BOUND: Duration = Duration::from_secs(16);

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_its_share_of_connections_and_others_are_served() {
    let server = Server::start(&[("KREIS_CONNECTIONS_PER_ADDRESS", "40")]).await;
    let url = &server.kreis.url;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(connect(url, ATTACKER).await.unwrap());
    }
    let asked = Instant::now();
    let page = RawClient::http1(url).send(Method::GET, "/", &[], "").await;
    assert_eq!(page.unwrap().http, 200);
    assert!(
        asked.elapsed() < Duration::from_secs(1),
        "{:?}",
        asked.elapsed()
    );
    let mut closed = 0;
    for socket in &mut silent {
        closed += usize::from(is_closed_within(socket, Duration::from_millis(10)).await);
    }
    assert!(closed >= 160, "{closed} of 200 were refused");
    drop(silent);
    let said = server.final_output().await;
    let lines = said
        .lines()
        .filter(|line| line.contains("connections were refused"))
        .count();
    assert_eq!(lines, 1, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_is_cut_off() {
    let web = tempfile::tempdir().unwrap();
    let large = "x".repeat(1024 * 1024);
    fs::write(web.path().join("index.html"), &large).unwrap();
    let server = Server::start(&[("KREIS_WEB_DIR", web.path().to_str().unwrap())]).await;
    let url = &server.kreis.url;
    let mut over_http2 = unread_files(url, "/index.html", 100).await.unwrap();
    let mut over_http1 = connect(url, ATTACKER).await.unwrap();
    // More than the buffers of both sockets hold.
    let ask = "GET /index.html HTTP/1.1\r\nhost: a\r\n\r\n".repeat(40);
    over_http1.write_all(ask.as_bytes()).await.unwrap();
    tokio::time::sleep(BOUND).await;
    let soon = Duration::from_secs(1);
    assert!(is_closed_within(&mut over_http2, soon).await, "HTTP/2");
    assert!(is_closed_within(&mut over_http1, soon).await, "HTTP/1.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_never_read_a_file_hold_no_descriptors_but_their_own() {
    let (directory, web) = (open_directory(), open_directory());
    fs::write(web.path().join("index.html"), "x".repeat(1024 * 1024)).unwrap();
    let kreis = command(
        "kreis",
        &[
            ("KREIS_DATA_DIR", directory.path().to_str().unwrap()),
            ("KREIS_WEB_DIR", web.path().to_str().unwrap()),
        ],
    );
    let few_files = with_few_files(&kreis, 300);
    let kreis = tokio::task::spawn_blocking(|| Kreis::start_command(few_files));
    let kreis = kreis.await.unwrap();
    let _unread = [
        unread_files(&kreis.url, "/index.html", 200).await.unwrap(),
        unread_files(&kreis.url, "/index.html", 200).await.unwrap(),
    ];
    tokio::time::sleep(Duration::from_millis(500)).await;
    let page = RawClient::http1(&kreis.url);
    let page = timeout(Duration::from_secs(1), page.send(Method::GET, "/", &[], "")).await;
    assert_eq!(page.expect("an answer in time").unwrap().http, 200);
}
