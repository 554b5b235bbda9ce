//! Streams that the gateway serves itself: reflection, and health watches.

use std::time::Duration;

use kreis_tests::{
    flood::{ATTACKER, begin, connect_http2, status_of},
    raw::framed,
    server::Server,
};
use tokio::time::timeout;
use tonic::{Code, Status};

const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const WATCH: &str = "/grpc.health.v1.Health/Watch";

/// The error of a stream that sends only this message.
async fn refused(server: &Server, path: &str, message: &[u8]) -> Status {
    let connection = connect_http2(&server.kreis.url, ATTACKER).await;
    let (response, mut sending) = begin(&connection, path, &[]).await.unwrap();
    // The response may arrive before everything is sent.
    let _ = sending.send_data(framed(message), true);
    let status = timeout(Duration::from_secs(20), status_of(response)).await;
    status.expect("an answer in time").expect("a status")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_longer_than_a_name_is_refused_in_few_words() {
    let server = Server::start(&[]).await;
    // `file_containing_symbol`, and the name of a service (field 1), of this length.
    for (path, tag) in [(REFLECTION, 0x22), (WATCH, 0x0a)] {
        for length in [300, 4 * 1024, 900_000] {
            let mut message = vec![tag];
            let mut rest = length;
            while rest >= 0x80 {
                message.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
                rest >>= 7;
            }
            message.push(u8::try_from(rest).unwrap());
            message.resize(message.len() + length, b'x');
            let status = refused(&server, path, &message).await;
            assert_eq!(
                status.code(),
                Code::ResourceExhausted,
                "{path} {length}: {status:?}"
            );
            assert!(status.message().len() <= 256);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_a_few_streams_and_they_come_to_an_end() {
    let server = Server::start(&[("KREIS_LONGEST_CALL_MS", "2000")]).await;
    let connection = connect_http2(&server.kreis.url, ATTACKER).await;
    let mut streams = Vec::new();
    for _ in 0..100 {
        streams.push(begin(&connection, REFLECTION, &[]).await.unwrap());
    }
    let (mut refused, mut ended) = (0, 0);
    for (response, sending) in streams {
        let status = timeout(Duration::from_secs(20), status_of(response)).await;
        match status.expect("an end in time").map(|status| status.code()) {
            Some(Code::ResourceExhausted) => refused += 1,
            Some(Code::DeadlineExceeded) => ended += 1,
            other => panic!("{other:?}"),
        }
        drop(sending);
    }
    assert_eq!((refused, ended), (92, 8));
    // Other addresses are served.
    let other = connect_http2(&server.kreis.url, ATTACKER).await;
    let (response, mut sending) = begin(&other, "/grpc.health.v1.Health/Check", &[])
        .await
        .unwrap();
    sending.send_data(framed(&[]), true).unwrap();
    let status = status_of(response).await.unwrap();
    assert_eq!(status.code(), Code::Ok);
}
