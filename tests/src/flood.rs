//! Attacks on a gateway from one address: connections, bodies that never end, responses that are
//! never read, sign-ins. Everything stays on this machine.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::join_all;
use h2::{RecvStream, SendStream, client};
use http::{HeaderMap, Method, Request};
use kreis_proto::auth::v1::LoginRequest;
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::timeout,
};
use tonic::{Code, Status};

use crate::raw::RawClient;

/// The address of the floods. Other callers use 127.0.0.1.
pub const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// The RPC for signing in.
pub const LOGIN: &str = "/kreis.auth.v1.AuthService/Login";
/// An RPC that accepts large messages from signed-in callers.
pub const LIST_KPIS: &str = "/kreis.kpi.v1.KpiService/ListKpis";

const MEBIBYTE: usize = 1024 * 1024;
/// Time for an unfinished call to be refused.
const WAIT_TIMEOUT: Duration = Duration::from_secs(15);
/// The preface of HTTP/2, and SETTINGS with an initial window of 0 (RFC 9113, sections 3.4 and
/// 6.5.2): the server may send no response bytes.
const CLIENT_PREFACE: &[u8] =
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0";
/// Concurrent callers of a flood of sign-ins: more than the queue for passwords holds on any
/// machine.
const SIGN_INS: usize = 200;
/// Pause of such a caller after an error. The flood is meant to fill the queue; the processor is
/// for the other callers.
const PAUSE: Duration = Duration::from_millis(200);

/// A connection from this address of the machine to the URL of a server.
pub async fn connect(url: &str, from: Ipv4Addr) -> std::io::Result<TcpStream> {
    let address = url.strip_prefix("http://").expect("a URL of plain HTTP");
    let to: SocketAddr = address.parse().expect("an address and a port");
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    socket.connect(to).await
}

/// The same, with HTTP/2.
pub async fn connect_http2(url: &str, from: Ipv4Addr) -> client::SendRequest<Bytes> {
    let stream = connect(url, from).await.expect("the server accepts");
    let (send, connection) = client::handshake(stream).await.expect("a preface is sent");
    // The server may cut the connection off.
    tokio::spawn(async move { connection.await.ok() });
    send
}

/// Begins a gRPC call. The caller sends the body.
pub async fn begin(
    connection: &client::SendRequest<Bytes>,
    path: &str,
    headers: &[(&str, &str)],
) -> Option<(client::ResponseFuture, SendStream<Bytes>)> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://kreis{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(()).expect("headers are text");
    let mut ready = connection.clone().ready().await.ok()?;
    ready.send_request(request, false).ok()
}

/// The status of a response, from its headers or trailers.
pub async fn status_of(response: client::ResponseFuture) -> Option<Status> {
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

/// Opens 50 connections with 200 calls each. Every call sends a message of a mebibyte without its
/// last byte. Returns how many were refused as too much, after each call was refused or has waited
/// for `WAIT_TIMEOUT`.
pub async fn unfinished_bodies(url: &str, token: &str) -> usize {
    let connections = (0..50).map(|_| unfinished_bodies_of_one(url, token));
    join_all(connections).await.into_iter().sum()
}

async fn unfinished_bodies_of_one(url: &str, token: &str) -> usize {
    let connection = connect_http2(url, ATTACKER).await;
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str())];
    let mut held = Vec::new();
    for _ in 0..200 {
        let Some((response, mut sending)) = begin(&connection, LIST_KPIS, &headers).await else {
            break;
        };
        let length = u32::try_from(MEBIBYTE - 5).expect("it fits").to_be_bytes();
        let mut body = vec![0];
        body.extend(length);
        body.resize(64 * 1024, 1);
        // A stream that was refused accepts no data.
        let _ = sending.send_data(body.into(), false);
        held.push((response, sending));
    }
    let mut refused = 0;
    for (response, sending) in held {
        if let Ok(Some(status)) = timeout(WAIT_TIMEOUT, status_of(response)).await
            && status.code() == Code::ResourceExhausted
        {
            refused += 1;
        }
        drop(sending);
    }
    refused
}

/// A connection that sends the HTTP/2 preface with SETTINGS, and nothing else.
pub async fn silent(url: &str) -> std::io::Result<TcpStream> {
    let mut socket = connect(url, ATTACKER).await?;
    socket.write_all(CLIENT_PREFACE).await?;
    Ok(socket)
}

/// Requests a file over HTTP/2 on many streams, and accepts no response bytes.
pub async fn unread_files(url: &str, path: &str, streams: u32) -> std::io::Result<TcpStream> {
    let mut socket = connect(url, ATTACKER).await?;
    let mut bytes = CLIENT_PREFACE.to_vec();
    let path_length = u8::try_from(path.len()).expect("a short path");
    for stream in (0..streams).map(|number| 2 * number + 1) {
        // GET, http, the authority `a`, and the path, without dynamic entries (RFC 7541).
        let mut head = vec![0x82, 0x86, 0x01, 1, b'a', 0x04, path_length];
        head.extend(path.bytes());
        bytes.extend([0, 0, u8::try_from(head.len()).expect("it is short"), 1, 5]);
        bytes.extend(stream.to_be_bytes());
        bytes.extend(head);
    }
    socket.write_all(&bytes).await?;
    Ok(socket)
}

/// Whether the other side has closed a connection, or closes it within this time.
pub async fn is_closed_within(socket: &mut TcpStream, time: Duration) -> bool {
    let drain = async { while !matches!(socket.read(&mut [0; 4096]).await, Ok(0) | Err(_)) {} };
    timeout(time, drain).await.is_ok()
}

/// Whether an HTTP/2 connection is still open after this time and has completed fewer responses
/// than were requested.
pub async fn is_owed_answers(socket: &mut TcpStream, time: Duration, asked: usize) -> bool {
    let mut read = Vec::new();
    let is_closed = timeout(time, socket.read_to_end(&mut read)).await.is_ok();
    !is_closed && ended_answers(&read) < asked
}

/// Counts the frames that end a stream (RFC 9113, sections 4.1, 6.1 and 6.2).
fn ended_answers(mut bytes: &[u8]) -> usize {
    const FRAME_HEADER: usize = 9;
    const END_STREAM: u8 = 1;
    let mut ended = 0;
    while let [high, middle, low, kind, flags, ..] = *bytes {
        let length = u32::from_be_bytes([0, high, middle, low]) as usize;
        ended += usize::from(matches!(kind, 0 | 1) && flags & END_STREAM != 0);
        bytes = bytes.get(FRAME_HEADER + length..).unwrap_or_default();
    }
    ended
}

/// Signs in, and returns the status of the response.
pub async fn sign_in(
    client: &RawClient,
    header: (&str, &str),
    email: &str,
    password: &str,
) -> Result<(), Status> {
    let login = LoginRequest {
        email: email.to_owned(),
        password: password.to_owned(),
        ..LoginRequest::default()
    };
    let answer = client.call(LOGIN, &[header], &login.encode_to_vec()).await;
    let answer = answer.map_err(|broken| Status::unavailable(broken.to_string()))?;
    answer.outcome()
}

/// Sign-ins with wrong passwords, each for another name, which go on until this is dropped.
pub struct SignIns {
    refused: Arc<AtomicU32>,
    _callers: JoinSet<()>,
}

impl SignIns {
    /// Starts many callers, each of which signs in again and again. `header_of` makes a header from
    /// a number.
    pub fn begin(
        client: &RawClient,
        header_of: impl Fn(u32) -> (&'static str, String) + Copy + Send + 'static,
    ) -> Self {
        let refused = Arc::new(AtomicU32::new(0));
        let numbers = Arc::new(AtomicU32::new(0));
        let mut callers = JoinSet::new();
        for _ in 0..SIGN_INS {
            let (client, refused, numbers) =
                (client.clone(), Arc::clone(&refused), Arc::clone(&numbers));
            callers.spawn(async move {
                loop {
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    let (name, value) = header_of(number);
                    let header = (name, value.as_str());
                    let email = format!("nobody{number}@example.org");
                    let told = sign_in(&client, header, &email, "wrong").await;
                    if told.is_err_and(|status| status.code() == Code::ResourceExhausted) {
                        refused.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            });
        }
        Self {
            refused,
            _callers: callers,
        }
    }

    /// Waits until the queue is full and refuses a sign-in of the flood.
    pub async fn until_refused(&self) {
        while self.refused.load(Ordering::Relaxed) < 10 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
