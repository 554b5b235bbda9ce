//! Requests that HTTP forbids, or that none of our clients sends.

use std::net::SocketAddr;

use kreis_tests::{Answered, Stack, raw::RawClient};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tonic::Code;

const LOGIN: &str = "/kreis.auth.v1.AuthService/Login";

/// The status line of the response to a request, sent byte by byte.
async fn status_line(gateway: SocketAddr, request: &str) -> String {
    let mut socket = TcpStream::connect(gateway).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 64];
    // Closing the connection without a response counts as an answer.
    let length = socket.read(&mut answer).await.unwrap_or_default();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_host_or_length_is_not_clear_is_refused() {
    let stack = Stack::start().await;
    let web = "content-type: application/grpc-web+proto";
    for (what, request) in [
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned()),
        (
            "two hosts",
            "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n".to_owned(),
        ),
        (
            "chunked twice",
            format!(
                "POST {LOGIN} HTTP/1.1\r\nhost: a\r\n{web}\r\ntransfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n"
            ),
        ),
        (
            "a coding that is not spoken",
            format!(
                "POST {LOGIN} HTTP/1.1\r\nhost: a\r\n{web}\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
            ),
        ),
        (
            "two lengths",
            format!(
                "POST {LOGIN} HTTP/1.1\r\nhost: a\r\n{web}\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n"
            ),
        ),
    ] {
        let answer = status_line(stack.addresses.gateway, &request).await;
        assert!(answer.contains(" 400 "), "{what}: {answer}");
    }
    let fine = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    let answer = status_line(stack.addresses.gateway, fine).await;
    assert!(answer.contains(" 200 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_beside_a_coding_hides_no_second_request() {
    let stack = Stack::start().await;
    let mut socket = TcpStream::connect(stack.addresses.gateway).await.unwrap();
    // A server that goes by the length takes the second request for a part of the first.
    let hidden = "GET /hidden HTTP/1.1\r\nhost: a\r\n\r\n";
    let request = format!(
        "POST {LOGIN} HTTP/1.1\r\nhost: a\r\ncontent-type: application/grpc-web+proto\r\n\
         content-length: {}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
        hidden.len() + 5
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answers = String::new();
    socket.read_to_string(&mut answers).await.unwrap();
    assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_none_and_a_method_that_calls_nothing_are_the_callers_fault() {
    let stack = Stack::start().await;
    let long = "x".repeat(5_000);
    for (request, status) in [
        (format!("GET /{long} HTTP/1.1\r\nhost: a\r\n\r\n"), " 414 "),
        (
            format!(
                "GET {LOGIN} HTTP/1.1\r\nhost: a\r\ncontent-type: application/grpc-web\r\n\r\n"
            ),
            " 405 ",
        ),
    ] {
        let answer = status_line(stack.addresses.gateway, &request).await;
        assert!(answer.contains(status), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_deadline_has_passed_is_not_begun() {
    let stack = Stack::start().await;
    for timeout in ["0n", "0m", "0H"] {
        let headers = [("grpc-timeout", timeout)];
        let client = RawClient::http2(stack.url());
        let answer = client.call(LOGIN, &headers, &[]).await.unwrap();
        let refused = answer.outcome().refused();
        refused.with(Code::DeadlineExceeded, "DEADLINE_EXCEEDED");
    }
}
