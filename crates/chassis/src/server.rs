//! Binding, accepting, draining: a server's life on its socket.

use std::{io, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt;
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
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

/// How long a stopping server waits for the calls under way.
pub const DRAIN: Duration = Duration::from_secs(5);
/// How long a connection may take to say which protocol it speaks.
const GREETING: Duration = Duration::from_secs(5);
/// The same, once the server was told to stop.
const LAST_GREETING: Duration = Duration::from_millis(200);
/// Pause before a greeting that has come in part is looked at again.
const GREETING_PAUSE: Duration = Duration::from_millis(20);
/// What a connection of HTTP/2 begins with (RFC 9113, section 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long the headers of an HTTP/1.1 request may take.
const HEADERS: Duration = Duration::from_secs(5);
/// Most bytes of headers that are read at all.
const HEADER_BYTES: u32 = 32 * 1024;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A server that is bound and ready to run: its addresses are known.
pub struct Bound<A> {
    /// Where it listens.
    pub addresses: A,
    /// Its life, until the token given at binding is cancelled and the calls
    /// under way have ended.
    pub run: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// What a server speaks, and to whom.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// HTTP/1.1 beside HTTP/2.
    pub http1: bool,
    /// Most connections at once.
    pub connections: usize,
    /// Most streams of one connection at once.
    pub streams: u32,
    /// How many calls of one connection may be cancelled in a burst before it
    /// is closed: few from strangers, any number from our own gateway, whose
    /// connections carry everybody's calls.
    pub resets: Option<usize>,
}

impl Manners {
    /// For servers that only our own talk to.
    pub const INTERNAL: Self = Self {
        http1: false,
        connections: 1_000,
        streams: 2_000,
        resets: None,
    };
    /// For Prometheus.
    pub const METRICS: Self = Self {
        http1: true,
        connections: 20,
        streams: 20,
        resets: Some(20),
    };
    /// For the gateway.
    pub const PUBLIC: Self = Self {
        http1: true,
        connections: 10_000,
        streams: 200,
        resets: Some(200),
    };
}

/// Raises this process's limit of open files, of which each connection is one,
/// as far as the system allows.
pub fn allow_connections() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE)
        .and_then(|(_, most)| setrlimit(Resource::RLIMIT_NOFILE, most, most));
    if let Err(error) = raised {
        tracing::debug!(error.cause = %error, "the limit of open files stays as it is");
    }
}

/// Listens on an address; port 0 takes any free one.
pub async fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until told to stop, then lets the calls under way end, at most for
/// [`DRAIN`]; what is left of connections after that is closed.
pub async fn serve<S, B>(
    listener: TcpListener,
    service: S,
    manners: Manners,
    shutdown: CancellationToken,
) where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Error>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Error>,
{
    let protocols = Protocols::after(manners);
    let room = Arc::new(Semaphore::new(manners.connections));
    let connections = TaskTracker::new();
    let drained = CancellationToken::new();
    let _ends = drained.clone().drop_guard();
    let welcome = |guest| {
        let served = converse(guest, protocols.clone(), service.clone(), shutdown.clone());
        connections.spawn(drained.clone().run_until_cancelled_owned(served));
    };
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = accept(&listener, &room) => accepted,
        };
        if let Some(guest) = accepted {
            welcome(guest);
        }
    }
    // Those whom the system has let in, and we not yet, may have sent calls already.
    while let Some(Some(guest)) = accept(&listener, &room).now_or_never() {
        welcome(guest);
    }
    drop(listener);
    connections.close();
    if timeout(DRAIN, connections.wait()).await.is_err() {
        tracing::warn!(
            drain_ms = DRAIN.as_millis(),
            "stopped before all calls had ended"
        );
    }
}

/// Serves one connection until it ends, or until the server was told to stop and
/// the calls under way have ended.
async fn converse<S, B>(
    (stream, _permit): (TcpStream, OwnedSemaphorePermit),
    protocols: Protocols,
    service: S,
    shutdown: CancellationToken,
) where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Error>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Error>,
{
    let last_moment = async {
        shutdown.cancelled().await;
        tokio::time::sleep(LAST_GREETING).await;
    };
    let greeted = tokio::select! {
        () = last_moment => return,
        greeted = timeout(GREETING, greeting(&stream)) => greeted,
    };
    let Ok(Ok(spoken)) = greeted else { return };
    let (stream, service) = (TokioIo::new(stream), TowerToHyperService::new(service));
    // In a box each, as there may be thousands: a future is as large as the largest
    // of its branches, and what it is given counts twice once it awaits it.
    let ended = match (spoken, protocols.http1) {
        (Spoken::Http2, _) => {
            let mut connection = Box::pin(protocols.http2.serve_connection(stream, service));
            until_drained(connection.as_mut(), shutdown).await
        }
        (Spoken::Other, Some(http1)) => {
            let mut connection = Box::pin(http1.serve_connection(stream, service));
            until_drained(connection.as_mut(), shutdown).await
        }
        (Spoken::Other, None) => return,
    };
    if let Err(error) = ended {
        tracing::debug!(error.cause = %error, "a connection ended badly");
    }
}

/// Lets a connection go on until it ends, or until the server was told to stop and
/// the calls under way have ended.
async fn until_drained<C: GracefulConnection>(
    mut connection: Pin<&mut C>,
    shutdown: CancellationToken,
) -> Result<(), C::Error> {
    tokio::select! {
        // First, so that it has read the greeting: without one it would just close.
        biased;
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    }
}

/// What a connection begins with.
enum Spoken {
    Http2,
    Other,
}

/// Waits until a connection has said which protocol it speaks: the whole preface
/// of HTTP/2, or anything else. The protocols' own limits of time begin there.
async fn greeting(stream: &TcpStream) -> io::Result<Spoken> {
    let mut begun = [0; HTTP2_PREFACE.len()];
    loop {
        let length = stream.peek(&mut begun).await?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !HTTP2_PREFACE.starts_with(&begun[..length]) {
            return Ok(Spoken::Other);
        }
        if length == begun.len() {
            return Ok(Spoken::Http2);
        }
        tokio::time::sleep(GREETING_PAUSE).await;
    }
}

/// The next connection, when there is room for it. A failure to accept, such as
/// having no file descriptor left, is waited out.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(error.cause = %error, "a connection keeps its delay");
            }
            Some((stream, permit))
        }
        Err(error) => {
            tracing::warn!(error.cause = %error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// How the protocols are spoken.
#[derive(Clone)]
struct Protocols {
    http1: Option<http1::Builder>,
    http2: http2::Builder<TokioExecutor>,
}

impl Protocols {
    fn after(manners: Manners) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .max_buf_size(HEADER_BYTES as usize);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(manners.streams)
            .max_header_list_size(HEADER_BYTES)
            .keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(10))
            // A call that is refused before its body was read ends in a reset of ours.
            .max_local_error_reset_streams(manners.resets.map(|resets| resets * 50))
            .max_pending_accept_reset_streams(manners.resets.unwrap_or(1_000_000));
        Self {
            http1: manners.http1.then_some(http1),
            http2,
        }
    }
}
