//! Serves one connection: detects its protocol, runs its requests, and closes it.

use std::{io, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::GracefulConnection,
    service::TowerToHyperService,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::server::TlsStream;
use tokio_util::{either::Either, sync::CancellationToken};
use tower::Service;

use super::{
    connection_limits::{ConnectionLimits, ConnectionTimeouts},
    progress::{Progress, TrackedService, TrackedStream},
};
use crate::{
    client_limits::ClientConnection,
    tls::{HTTP2, ServerTls},
};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// How long a connection may take to show its protocol.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// The same during shutdown. A client on a busy machine may need some time for its first bytes.
const SHUTDOWN_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(1);
/// Pause before an incomplete preface is read again.
const PREFACE_POLL_INTERVAL: Duration = Duration::from_millis(20);
/// First bytes of an HTTP/2 connection (RFC 9113, section 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long the headers of an HTTP/1.1 request may take.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum size of the headers, in bytes.
const MAX_HEADER_BYTES: u32 = 32 * 1024;
/// Interval of the checks whether a connection is stalled, idle or old.
const CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// How long the requests in progress of an idle or old connection may take to end.
const CLOSE_GRACE: Duration = Duration::from_secs(15);

/// Serves one connection until it ends, until a timeout closes it, or until shutdown and the end of
/// the calls in progress.
pub(super) async fn serve_connection<S, B>(
    stream: TcpStream,
    tls: Option<ServerTls>,
    connection: Arc<ClientConnection>,
    protocols: Protocols,
    service: S,
    shutdown: CancellationToken,
) where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Error>,
    B: http_body::Body<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<Error>,
{
    // Servers of the installation trust each other, so these connections have no timeouts.
    let watch = protocols
        .timeouts
        .map(|timeouts| (timeouts, Arc::<Progress>::default()));
    let progress = watch.as_ref().map(|(_, progress)| Arc::clone(progress));
    let stream = TrackedStream::new(stream, progress.clone());
    let last_moment = async {
        shutdown.cancelled().await;
        tokio::time::sleep(SHUTDOWN_HANDSHAKE_TIMEOUT).await;
    };
    let handshaken = tokio::select! {
        () = last_moment => return,
        handshaken = timeout(HANDSHAKE_TIMEOUT, handshake(stream, tls, protocols.http1.is_some())) => handshaken,
    };
    let Ok(Ok((stream, protocol))) = handshaken else {
        return;
    };
    let shared = connection.is_from_proxy();
    let service = TrackedService::new(service, connection, progress.clone());
    let service = TowerToHyperService::new(service);
    let stream = TokioIo::new(stream);
    let watch = ConnectionWatch {
        watch,
        shared,
        shutdown,
    };
    // Both are boxed, as there may be thousands. A future is as large as its largest branch, and an
    // argument counts twice while it is awaited.
    let ended = match (protocol, protocols.http1) {
        (Protocol::Http2, _) => {
            let mut connection = Box::pin(protocols.http2.serve_connection(stream, service));
            watch.run(connection.as_mut()).await
        }
        (Protocol::Other, Some(http1)) => {
            let mut connection = Box::pin(http1.serve_connection(stream, service));
            watch.run(connection.as_mut()).await
        }
        (Protocol::Other, None) => return,
    };
    if let Err(error) = ended {
        tracing::debug!(error.cause = %error, "a connection ended badly");
    }
}

/// Closes a connection on shutdown or after a timeout.
struct ConnectionWatch {
    watch: Option<(ConnectionTimeouts, Arc<Progress>)>,
    /// Whether several clients share the connection.
    shared: bool,
    shutdown: CancellationToken,
}

impl ConnectionWatch {
    async fn run<C: GracefulConnection>(
        &self,
        mut connection: Pin<&mut C>,
    ) -> Result<(), C::Error> {
        tokio::select! {
            // Polled first, so that it reads the preface. Without a preface it would only close.
            biased;
            ended = connection.as_mut() => return ended,
            () = self.shutdown.cancelled() => {
                connection.as_mut().graceful_shutdown();
                return connection.await;
            }
            () = self.stalled() => {}
            () = self.idle_or_old() => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection => return ended,
                    () = self.stalled() => {}
                    () = tokio::time::sleep(CLOSE_GRACE) => {}
                }
            }
        }
        tracing::debug!("a connection was closed: it made no progress");
        Ok(())
    }

    /// Ends when the client has not read a waiting response for too long. For a proxy, it ends when
    /// the socket has accepted no bytes for too long.
    async fn stalled(&self) {
        self.until(|timeouts, progress| {
            let stalled_for = if self.shared {
                progress.blocked_for()
            } else {
                progress.stalled_for()
            };
            stalled_for > timeouts.stall
        })
        .await;
    }

    async fn idle_or_old(&self) {
        self.until(|timeouts, progress| {
            progress.idle_for() > timeouts.idle || progress.age() > timeouts.age
        })
        .await;
    }

    async fn until(&self, reached: impl Fn(&ConnectionTimeouts, &Progress) -> bool) {
        let Some((timeouts, progress)) = &self.watch else {
            return std::future::pending().await;
        };
        while !reached(timeouts, progress) {
            tokio::time::sleep(CHECK_INTERVAL).await;
        }
    }
}

/// A connection in plain text, or over TLS, which needs more memory.
type Socket = Either<TrackedStream, Box<TlsStream<TrackedStream>>>;

/// The protocol of a connection.
enum Protocol {
    Http2,
    Other,
}

/// Performs the TLS handshake, if there is TLS, and detects the protocol.
async fn handshake(
    stream: TrackedStream,
    tls: Option<ServerTls>,
    http1: bool,
) -> io::Result<(Socket, Protocol)> {
    let Some(tls) = tls else {
        let protocol = detect_protocol(stream.socket()).await?;
        return Ok((Socket::Left(stream), protocol));
    };
    let stream = tls
        .accept(stream)
        .await
        .inspect_err(|error| tracing::debug!(error.cause = %error, "TLS was not agreed on"))?;
    let protocol = match stream.get_ref().1.alpn_protocol() {
        Some(HTTP2) => Protocol::Http2,
        // Without a protocol name from the client, the oldest supported protocol is used.
        _ if http1 => Protocol::Other,
        None => Protocol::Http2,
        Some(_) => return Err(io::ErrorKind::Unsupported.into()),
    };
    Ok((Socket::Right(Box::new(stream)), protocol))
}

/// Waits until a connection shows its protocol: the complete HTTP/2 preface, or anything else. The
/// protocol's own timeouts begin after that.
async fn detect_protocol(stream: &TcpStream) -> io::Result<Protocol> {
    let mut begun = [0; HTTP2_PREFACE.len()];
    loop {
        let length = stream.peek(&mut begun).await?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !HTTP2_PREFACE.starts_with(&begun[..length]) {
            return Ok(Protocol::Other);
        }
        if length == begun.len() {
            return Ok(Protocol::Http2);
        }
        tokio::time::sleep(PREFACE_POLL_INTERVAL).await;
    }
}

/// Settings of the protocols.
#[derive(Clone)]
pub(super) struct Protocols {
    http1: Option<http1::Builder>,
    http2: http2::Builder<TokioExecutor>,
    timeouts: Option<ConnectionTimeouts>,
}

impl Protocols {
    pub(super) fn new(limits: ConnectionLimits) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .max_buf_size(MAX_HEADER_BYTES as usize);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            .max_header_list_size(MAX_HEADER_BYTES)
            .keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(10))
            // If a call is refused before its body was read, our side resets the stream.
            .max_local_error_reset_streams(limits.max_resets.map(|max_resets| max_resets * 50))
            .max_pending_accept_reset_streams(limits.max_resets.unwrap_or(1_000_000));
        Self {
            http1: limits.http1.then_some(http1),
            http2,
            timeouts: limits.timeouts,
        }
    }
}
