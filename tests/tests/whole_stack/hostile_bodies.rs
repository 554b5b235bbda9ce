//! Bodies that are made to exhaust the gateway: their bytes are counted for their
//! address before they are kept, and everybody else goes on.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::future::join_all;
use h2::{RecvStream, SendStream, client};
use http::{HeaderMap, Method, Request};
use kreis_tests::{
    Actor, Answered,
    raw::{RawClient, framed},
    server::Server,
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
};
use tonic::{Code, Status, transport::Endpoint};

const LOGIN: &str = "/kreis.auth.v1.AuthService/Login";
const LIST_KPIS: &str = "/kreis.kpi.v1.KpiService/ListKpis";
const MEBIBYTE: usize = 1024 * 1024;
/// What the whole of kreis may take under attack.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

fn address(server: &Server) -> SocketAddr {
    let address = server.kreis.url.strip_prefix("http://").unwrap();
    address.parse().unwrap()
}

/// A connection of HTTP/2 from this address of the machine.
pub(crate) async fn connect(server: &Server, from: Ipv4Addr) -> client::SendRequest<Bytes> {
    let to: SocketAddr = server
        .kreis
        .url
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    let stream = socket.connect(to).await.unwrap();
    let (send, connection) = client::handshake(stream).await.unwrap();
    // It ends badly where it is cut off.
    tokio::spawn(async move { connection.await.ok() });
    send
}

pub(crate) const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

pub(crate) async fn begin(
    connection: &client::SendRequest<Bytes>,
    path: &str,
    token: &str,
) -> Option<(client::ResponseFuture, SendStream<Bytes>)> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://kreis{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("authorization", format!("Bearer {token}"))
        .body(())
        .unwrap();
    let mut ready = connection.clone().ready().await.ok()?;
    ready.send_request(request, false).ok()
}

/// The status of an answer, from its headers or trailers.
pub(crate) async fn status_of(response: client::ResponseFuture) -> Option<Status> {
    let response = response.await.ok()?;
    if let Some(status) = Status::from_header_map(response.headers()) {
        return Some(status);
    }
    let trailers = trailers(response.into_body()).await?;
    Status::from_header_map(&trailers)
}

async fn trailers(mut body: RecvStream) -> Option<HeaderMap> {
    while let Some(data) = body.data().await {
        let data = data.ok()?;
        body.flow_control().release_capacity(data.len()).ok()?;
    }
    body.trailers().await.ok()?
}

/// Resident memory of a process in bytes (proc(5), `VmRSS`).
pub(crate) fn memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.kreis.pid())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kibibytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes * 1024
}

/// Somebody else, who signs in and reads all the while.
async fn a_healthy_caller(server: &Server) -> Actor {
    let channel = Endpoint::from_shared(server.kreis.url.clone()).unwrap();
    Actor::new(channel.connect().await.unwrap(), None, 0)
        .with_token(server.gatekeeper().await.token())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_takes_one_message_and_no_second_one() {
    let server = Server::start(&[]).await;
    let client = RawClient::http2(server.kreis.url.clone());
    let headers = [("content-type", "application/grpc"), ("te", "trailers")];
    let one = framed(&[]);
    let row = |count: usize| one.repeat(count);
    for body in [row(2), row(500), row(MEBIBYTE)] {
        let answer = client
            .send(Method::POST, LOGIN, &headers, body)
            .await
            .unwrap();
        let refused = answer.outcome().refused();
        refused.with(Code::InvalidArgument, "MALFORMED_MESSAGE");
    }
    // The same over gRPC-Web.
    let client = RawClient::http1(server.kreis.url.clone());
    let headers = [("content-type", "application/grpc-web+proto")];
    let answer = client
        .send(Method::POST, LOGIN, &headers, row(2))
        .await
        .unwrap();
    let refused = answer.outcome().refused();
    refused.with(Code::InvalidArgument, "MALFORMED_MESSAGE");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_not_signed_in_may_send_eight_kibibytes() {
    let server = Server::start(&[]).await;
    let client = RawClient::http2(server.kreis.url.clone());
    let answer = client.call(LOGIN, &[], &[0; 8 * 1024 + 1]).await.unwrap();
    let refused = answer.outcome().refused();
    let refused = refused.with(Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
    assert_eq!(refused.metadata("limit_bytes"), "8192");
    let token = server.gatekeeper().await.token().to_owned();
    let authorization = format!("Bearer {token}");
    // An unknown field of half a mebibyte.
    let mut message = vec![0xfa, 0x3f, 0x80, 0x80, 0x20];
    message.resize(message.len() + MEBIBYTE / 2, 0);
    let headers = [("authorization", authorization.as_str())];
    let answer = client.call(LIST_KPIS, &headers, &message).await.unwrap();
    answer.outcome().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_bodies_take_no_more_than_their_address_may_hold() {
    let server = Server::start(&[]).await;
    let healthy = a_healthy_caller(&server).await;
    healthy.me().await.unwrap();
    let attacker = server.another_gatekeeper().await;
    let token = attacker.token().to_owned();
    // 50 connections with 200 calls each, every one a message of a mebibyte of which
    // the last byte never comes.
    let attack = (0..50).map(|_| async {
        let connection = connect(&server, ATTACKER).await;
        let mut held = Vec::new();
        let mut refused = 0;
        for _ in 0..200 {
            let Some((response, mut sending)) = begin(&connection, LIST_KPIS, &token).await else {
                break;
            };
            let length = u32::try_from(MEBIBYTE - 5).unwrap().to_be_bytes();
            let mut body = vec![0];
            body.extend(length);
            body.resize(64 * 1024, 1);
            let _ = sending.send_data(body.into(), false);
            held.push((response, sending));
        }
        for (response, sending) in held {
            let answered = tokio::time::timeout(Duration::from_secs(15), status_of(response));
            if let Ok(Some(status)) = answered.await
                && status.code() == Code::ResourceExhausted
            {
                refused += 1;
            }
            drop(sending);
        }
        refused
    });
    let attack = join_all(attack);
    let watching = async {
        let (mut most, mut slowest) = (0, Duration::ZERO);
        for _ in 0..60 {
            let asked = Instant::now();
            healthy.me().await.unwrap();
            slowest = slowest.max(asked.elapsed());
            most = most.max(memory(&server));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        (most, slowest)
    };
    let (refused, (most, slowest)) = tokio::join!(attack, watching);
    println!(
        "{} refused, at most {} MiB, slowest call of somebody else {slowest:?}",
        refused.iter().sum::<i32>(),
        most / 1024 / 1024
    );
    assert!(most < MOST_MEMORY, "{most} bytes");
    assert!(refused.iter().sum::<i32>() > 0, "{refused:?}");
    healthy.me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_pieces_of_one_byte_takes_no_more_memory_than_its_bytes() {
    const CALLS: usize = 50;
    const BYTES: usize = 20_000;
    let server = Server::start(&[]).await;
    let healthy = a_healthy_caller(&server).await;
    healthy.me().await.unwrap();
    let before = memory(&server);
    // The body is announced to be one byte longer than it gets.
    let mut body = vec![0];
    body.extend(u32::try_from(BYTES + 1).unwrap().to_be_bytes());
    body.resize(body.len() + BYTES, 0);

    let mut calls = Vec::new();
    for _ in 0..CALLS {
        let mut socket = TcpStream::connect(address(&server)).await.unwrap();
        let head = format!(
            "POST {LIST_KPIS} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\
             content-type: application/grpc-web+proto\r\nauthorization: Bearer {}\r\n\r\n",
            healthy.token()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        let chunks: Vec<u8> = body
            .iter()
            .flat_map(|byte| [b'1', b'\r', b'\n', *byte, b'\r', b'\n'])
            .collect();
        socket.write_all(&chunks).await.unwrap();
        calls.push(socket);
    }
    // Over HTTP/2 the connection is closed after some thousands of such frames.
    let connection = connect(&server, ATTACKER).await;
    let mut streams = Vec::new();
    for _ in 0..CALLS {
        streams.extend(begin(&connection, LIST_KPIS, healthy.token()).await);
    }
    for byte in &body {
        for (_, sending) in &mut streams {
            let _ = sending.send_data(Bytes::copy_from_slice(&[*byte]), false);
        }
        tokio::task::yield_now().await;
    }
    let grown = memory(&server).saturating_sub(before);
    let sent = 2 * CALLS * BYTES;
    println!("grown by {} KiB for {} KiB", grown / 1024, sent / 1024);
    assert!(grown < 2 * sent as u64 + 8 * MEBIBYTE as u64, "{grown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_cannot_be_read_are_the_callers_fault() {
    let server = Server::start(&[]).await;
    let client = RawClient::http1(server.kreis.url.clone());
    let headers = [("content-type", "application/grpc-web-text")];
    let answer = client
        .send(Method::POST, LOGIN, &headers, "!!!not base64!!!")
        .await;
    let refused = answer.unwrap().outcome().refused();
    refused.with(Code::InvalidArgument, "MALFORMED_MESSAGE");
    // A client that goes away in the middle.
    let connection = connect(&server, ATTACKER).await;
    let (response, mut sending) = begin(&connection, LOGIN, "").await.unwrap();
    sending
        .send_data(Bytes::from_static(&[0, 0, 0, 0, 9, 1]), false)
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    sending.send_reset(h2::Reason::CANCEL);
    drop((response, sending));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let said = server.last_words().await;
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("rpc=")).collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(
        lines.iter().all(|line| line.contains(" INFO ")),
        "{lines:?}"
    );
}
