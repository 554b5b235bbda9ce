//! Bodies that try to exhaust the gateway. Their bytes count for the client's address before they
//! are kept, and other callers are not affected.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::Method;
use kreis_tests::{
    Actor, Answered,
    flood::{ATTACKER, LIST_KPIS, LOGIN, begin, connect, connect_http2, unfinished_bodies},
    raw::{RawClient, framed},
    server::Server,
};
use tokio::io::AsyncWriteExt;
use tonic::{Code, transport::Endpoint};

const MEBIBYTE: usize = 1024 * 1024;
/// Largest resident memory of the whole process under attack.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;

/// Another caller, who signs in and reads during the attack.
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
async fn a_caller_without_a_token_may_send_eight_kibibytes() {
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
    // On a busy machine, the news of revocations may come late; that is not what is tested.
    let server = Server::start(&[("KREIS_REVOCATION_LEASE_MS", "60000")]).await;
    let healthy = a_healthy_caller(&server).await;
    healthy.me().await.unwrap();
    let attacker = server.another_gatekeeper("another").await;
    let token = attacker.token().to_owned();
    let attack = unfinished_bodies(&server.kreis.url, &token);
    let watching = async {
        let (mut most, mut slowest) = (0, Duration::ZERO);
        for _ in 0..60 {
            let asked = Instant::now();
            healthy.me().await.unwrap();
            slowest = slowest.max(asked.elapsed());
            most = most.max(server.kreis.memory());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        (most, slowest)
    };
    let (refused, (most, slowest)) = tokio::join!(attack, watching);
    println!(
        "{refused} refused, at most {} MiB, slowest call of another user {slowest:?}",
        most / 1024 / 1024
    );
    assert!(most < MAX_MEMORY, "{most} bytes");
    assert!(refused > 0);
    healthy.me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_pieces_of_one_byte_takes_no_more_memory_than_its_bytes() {
    const CALLS: usize = 50;
    const BYTES: usize = 20_000;
    let server = Server::start(&[]).await;
    let healthy = a_healthy_caller(&server).await;
    healthy.me().await.unwrap();
    let before = server.kreis.memory();
    // The body is one byte shorter than announced.
    let mut body = vec![0];
    body.extend(u32::try_from(BYTES + 1).unwrap().to_be_bytes());
    body.resize(body.len() + BYTES, 0);

    let mut calls = Vec::new();
    for _ in 0..CALLS {
        let mut socket = connect(&server.kreis.url, Ipv4Addr::LOCALHOST)
            .await
            .unwrap();
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
    // Over HTTP/2, the connection is closed after some thousand such frames.
    let connection = connect_http2(&server.kreis.url, ATTACKER).await;
    let authorization = format!("Bearer {}", healthy.token());
    let headers = [("authorization", authorization.as_str())];
    let mut streams = Vec::new();
    for _ in 0..CALLS {
        streams.extend(begin(&connection, LIST_KPIS, &headers).await);
    }
    for byte in &body {
        for (_, sending) in &mut streams {
            let _ = sending.send_data(Bytes::copy_from_slice(&[*byte]), false);
        }
        tokio::task::yield_now().await;
    }
    let grown = server.kreis.memory().saturating_sub(before);
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
    // A client that disconnects in the middle.
    let connection = connect_http2(&server.kreis.url, ATTACKER).await;
    let (response, mut sending) = begin(&connection, LOGIN, &[]).await.unwrap();
    sending
        .send_data(Bytes::from_static(&[0, 0, 0, 0, 9, 1]), false)
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    sending.send_reset(h2::Reason::CANCEL);
    drop((response, sending));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let said = server.final_output().await;
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("rpc=")).collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(
        lines.iter().all(|line| line.contains(" INFO ")),
        "{lines:?}"
    );
}
