//! Calls that no correct client makes: too large, malformed, compressed, too slow.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, StatusCode};
use kreis_tests::{
    Answered, Stack,
    raw::{RawClient, framed},
    stack::StackOptions,
};
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tonic::Code;

const GET_ME: &str = "/kreis.org.v1.UserService/GetMe";
const LOGIN: &str = "/kreis.auth.v1.AuthService/Login";
const WEB: &str = "application/grpc-web+proto";

#[tokio::test(flavor = "multi_thread")]
async fn a_message_one_byte_over_the_limit_is_refused_by_its_size() {
    let limit = ("KREIS_LARGEST_MESSAGE_BYTES", "2000".to_owned());
    let stack = Stack::start_with(StackOptions {
        gateway: vec![limit],
        ..StackOptions::default()
    })
    .await;
    let client = RawClient::http2(stack.url());
    // The password field: a tag, a length of two bytes, and the text.
    let message = |length: usize| {
        let text = "x".repeat(length - 3);
        kreis_proto::auth::v1::LoginRequest {
            email: String::new(),
            password: text,
            ..kreis_proto::auth::v1::LoginRequest::default()
        }
        .encode_to_vec()
    };
    assert_eq!(message(2_000).len(), 2_000);
    let answer = client.call(LOGIN, &[], &message(2_000)).await.unwrap();
    answer
        .outcome()
        .refused()
        .with(Code::InvalidArgument, "INVALID_FIELDS");
    let answer = client.call(LOGIN, &[], &message(2_001)).await.unwrap();
    let refused = answer
        .outcome()
        .refused()
        .with(Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
    assert_eq!(refused.metadata("limit_bytes"), "2000");

    // Each service has the limit too, for every caller.
    let service = RawClient::http2(format!("http://{}", stack.addresses.auth));
    let answer = service
        .call(LOGIN, &[], &message(1024 * 1024 + 1))
        .await
        .unwrap();
    let refused = answer
        .outcome()
        .refused()
        .with(Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
    assert_eq!(refused.metadata("limit_bytes"), (1024 * 1024).to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_frames_and_messages_are_refused_and_harm_no_other_call() {
    let stack = Stack::start().await;
    let headers = [("content-type", "application/grpc"), ("te", "trailers")];
    for base in [stack.url(), format!("http://{}", stack.addresses.auth)] {
        let client = RawClient::http2(base);
        for (what, body) in [
            ("no field ends", framed(&[0x0a, 0xff])),
            ("a wire type of 7", framed(&[0x0f, 0x00])),
            ("not UTF-8", framed(&[0x0a, 2, 0xff, 0xfe])),
            ("deeply nested groups", framed(&vec![0x0b; 500])),
            ("a frame cut short", Bytes::from_static(&[0, 0, 0, 0, 9, 1])),
            ("a prefix cut short", Bytes::from_static(&[0, 0])),
            ("nothing at all", Bytes::new()),
            ("an unknown flag", Bytes::from_static(&[7, 0, 0, 0, 0])),
        ] {
            let answer = client
                .send(Method::POST, LOGIN, &headers, body)
                .await
                .unwrap();
            let refused = answer.outcome().refused();
            assert!(
                matches!(
                    refused.status.code(),
                    Code::InvalidArgument | Code::Unimplemented
                ),
                "{what}: {:?}",
                refused.status
            );
            assert!(refused.status.message().len() <= 256, "{what}");
        }
    }
    assert_eq!(stack.gatekeeper().await.token().split('.').count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_message_is_not_spoken_here() {
    let stack = Stack::start().await;
    for encoding in ["gzip", "br", "nonsense"] {
        let headers = [("grpc-encoding", encoding)];
        let answer = RawClient::http2(stack.url())
            .call(LOGIN, &headers, &[])
            .await
            .unwrap();
        answer
            .outcome()
            .refused()
            .with(Code::Unimplemented, "UNSUPPORTED_ENCODING");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_runs_out_is_answered_as_such() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    // A lock on the head of the list makes a logout wait.
    let mut hostage = stack.sql.begin().await.unwrap();
    sqlx::query!("select seq from auth.revocation_head for update")
        .fetch_one(&mut *hostage)
        .await
        .unwrap();
    let authorization = format!("Bearer {}", gatekeeper.token());
    let headers = [
        ("authorization", authorization.as_str()),
        ("grpc-timeout", "200m"),
    ];
    let client = RawClient::http2(stack.url());
    let asked = Instant::now();
    let answer = client
        .call("/kreis.auth.v1.AuthService/Logout", &headers, &[])
        .await
        .unwrap();
    answer
        .outcome()
        .refused()
        .with(Code::DeadlineExceeded, "DEADLINE_EXCEEDED");
    assert!(asked.elapsed() < Duration::from_secs(2));
    hostage.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_over_sixteen_kilobytes_are_refused() {
    let stack = Stack::start().await;
    for client in [RawClient::http1(stack.url()), RawClient::http2(stack.url())] {
        let large = "x".repeat(17_000);
        let headers = [("x-large", large.as_str()), ("content-type", WEB)];
        let answer = client
            .send(Method::POST, GET_ME, &headers, framed(&[]))
            .await;
        if let Ok(answer) = answer {
            assert_eq!(answer.http, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_drips_is_ended_by_the_deadline() {
    let limit = ("KREIS_LONGEST_CALL_MS", "500".to_owned());
    let stack = Stack::start_with(StackOptions {
        gateway: vec![limit],
        ..StackOptions::default()
    })
    .await;
    let mut socket = TcpStream::connect(stack.addresses.gateway).await.unwrap();
    let head = format!(
        "POST {LOGIN} HTTP/1.1\r\nhost: kreis\r\ncontent-type: {WEB}\r\ncontent-length: 100\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let asked = Instant::now();
    let (mut reading, mut writing) = socket.into_split();
    let dripping = tokio::spawn(async move {
        // Writes until the server stops reading.
        while writing.write_all(&[0]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let mut answer = [0; 1_000];
    let length = reading.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).to_lowercase();
    assert!(answer.contains("grpc-status: 4"), "{answer}");
    assert!(asked.elapsed() < Duration::from_secs(3));
    dripping.abort();
}
