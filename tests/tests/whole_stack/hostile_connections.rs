//! Connections that are many, silent, or never read: an address gets its share of them,
//! and those that make no progress are closed.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    os::unix::process::CommandExt,
    time::{Duration, Instant},
};

use http::Method;
use kreis_tests::{
    process::{Kreis, command, open_directory},
    raw::RawClient,
    server::Server,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// Longer than a connection without progress may live: 10 seconds, and what it takes to
/// notice.
const BOUND: Duration = Duration::from_secs(16);
const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

async fn connect(url: &str, from: Ipv4Addr) -> TcpStream {
    let to: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

/// Whether the other side has closed a connection, or closes it within this time.
async fn is_closed_within(socket: &mut TcpStream, time: Duration) -> bool {
    let drain = async { while !matches!(socket.read(&mut [0; 4096]).await, Ok(0) | Err(_)) {} };
    timeout(time, drain).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_its_share_of_connections_and_others_are_served() {
    let server = Server::start(&[("KREIS_CONNECTIONS_PER_ADDRESS", "40")]).await;
    let url = &server.kreis.url;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(connect(url, ATTACKER).await);
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
    assert!(closed >= 160, "{closed} of 200 were turned away");
    drop(silent);
    let said = server.last_words().await;
    let lines = said
        .lines()
        .filter(|line| line.contains("turned away"))
        .count();
    assert_eq!(lines, 1, "{said}");
}

/// Asks for a file over HTTP/2 and grants no room for its bytes.
async fn ask_and_grant_nothing(url: &str, path: &str, streams: u32) -> TcpStream {
    let mut socket = connect(url, ATTACKER).await;
    // The preface, and SETTINGS with an initial window of 0 (RFC 9113, section 6.5.2).
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    let path_length = u8::try_from(path.len()).unwrap();
    for stream in (0..streams).map(|number| 2 * number + 1) {
        // GET, http, the authority `a`, and the path, without dynamic entries (RFC 7541).
        let mut head = vec![0x82, 0x86, 0x01, 1, b'a', 0x04, path_length];
        head.extend(path.bytes());
        bytes.extend([0, 0, u8::try_from(head.len()).unwrap(), 1, 5]);
        bytes.extend(stream.to_be_bytes());
        bytes.extend(head);
    }
    socket.write_all(&bytes).await.unwrap();
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_is_cut_off() {
    let web = tempfile::tempdir().unwrap();
    let large = "x".repeat(1024 * 1024);
    fs::write(web.path().join("index.html"), &large).unwrap();
    let server = Server::start(&[("KREIS_WEB_DIR", web.path().to_str().unwrap())]).await;
    let url = &server.kreis.url;
    let mut over_http2 = ask_and_grant_nothing(url, "/index.html", 100).await;
    let mut over_http1 = connect(url, ATTACKER).await;
    // More than the buffers of both sockets take.
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
    let mut few_files = command(
        "kreis",
        &[
            ("KREIS_DATA_DIR", directory.path().to_str().unwrap()),
            ("KREIS_WEB_DIR", web.path().to_str().unwrap()),
        ],
    );
    // As `ulimit -n 300`.
    let program = few_files.get_program().to_owned();
    let mut limited = std::process::Command::new("prlimit");
    limited.arg("--nofile=300").arg(program).env_clear();
    limited.envs(
        few_files
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    limited.arg0("prlimit");
    few_files = limited;
    let kreis = tokio::task::spawn_blocking(|| Kreis::start_command(few_files));
    let kreis = kreis.await.unwrap();
    let _unread = [
        ask_and_grant_nothing(&kreis.url, "/index.html", 200).await,
        ask_and_grant_nothing(&kreis.url, "/index.html", 200).await,
    ];
    tokio::time::sleep(Duration::from_millis(500)).await;
    let page = RawClient::http1(&kreis.url);
    let page = timeout(Duration::from_secs(1), page.send(Method::GET, "/", &[], "")).await;
    assert_eq!(page.expect("an answer in time").unwrap().http, 200);
}
