//! Binds the socket of a server, accepts connections, and drains them at the end.

mod connection;
mod progress;

use std::{io, net::SocketAddr, pin::Pin, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use hyper::body::Incoming;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

use self::connection::{Protocols, serve_connection};
use crate::{
    client_limits::ClientLimiter, config::Settings, error_chain::error_chain,
    log_rate_limit::LogRateLimit, metrics::ServerMetrics, tls::ServerTls,
};

/// How long a stopping server waits for the calls in progress.
pub const DRAIN: Duration = Duration::from_secs(5);

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A bound server that is ready to run. Its addresses are known.
pub struct BoundServer<A> {
    /// Its addresses.
    pub addresses: A,
    /// Runs the server until the token given at binding is cancelled and the calls in progress have
    /// ended.
    pub run: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Protocols and limits of a connection.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Whether HTTP/1.1 is supported beside HTTP/2.
    pub http1: bool,
    /// Most streams of one connection at once.
    pub streams: u32,
    /// How many calls of one connection may be cancelled in a burst before the connection is
    /// closed. The limit is low for clients. Connections of our own gateway have none, because they
    /// carry the calls of all clients.
    pub max_resets: Option<usize>,
    /// Timeouts of connections; absent for servers that only other servers of the installation
    /// call.
    pub timeouts: Option<ConnectionTimeouts>,
}

/// Timeouts of a client's connection.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionTimeouts {
    /// How long a client may read nothing of a response that waits for it.
    pub stall: Duration,
    /// How long a connection may be without a request in progress.
    pub idle: Duration,
    /// How old a connection may become. Its requests in progress end first.
    pub age: Duration,
}

impl ConnectionLimits {
    /// Limits for a connection over which a proxy forwards the requests of many clients. One client
    /// that cancels calls or reads nothing must not end it for the others.
    #[must_use]
    pub const fn for_proxied_clients(self) -> Self {
        Self {
            streams: Self::INTERNAL.streams,
            max_resets: Self::INTERNAL.max_resets,
            ..self
        }
    }

    /// For servers that only our own servers call.
    pub const INTERNAL: Self = Self {
        http1: false,
        streams: 2_000,
        max_resets: None,
        timeouts: None,
    };
    /// For Prometheus.
    pub const METRICS: Self = Self {
        http1: true,
        streams: 20,
        max_resets: Some(20),
        timeouts: Some(ConnectionTimeouts {
            stall: Duration::from_secs(10),
            idle: Duration::from_mins(3),
            age: Duration::from_hours(1),
        }),
    };
    /// For the gateway.
    pub const PUBLIC: Self = Self {
        http1: true,
        streams: 200,
        max_resets: Some(200),
        timeouts: Some(ConnectionTimeouts {
            stall: Duration::from_secs(10),
            idle: Duration::from_mins(3),
            age: Duration::from_hours(1),
        }),
    };
}

/// Raises this process's limit of open files as far as the system allows. Each connection needs
/// one.
pub fn raise_file_limit() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE)
        .and_then(|(_, most)| setrlimit(Resource::RLIMIT_NOFILE, most, most));
    if let Err(error) = raised {
        tracing::debug!(error.cause = %error, "the limit of open files stays as it is");
    }
}

/// An address to listen on, with or without TLS.
#[derive(Clone)]
pub struct ListenConfig {
    /// The address; port 0 means any free port.
    pub address: SocketAddr,
    /// Absent for plain text.
    pub tls: Option<ServerTls>,
}

/// Plain text.
impl From<SocketAddr> for ListenConfig {
    fn from(address: SocketAddr) -> Self {
        Self { address, tls: None }
    }
}

impl ListenConfig {
    /// Reads an address to listen on, such as `0.0.0.0:9090`. An address that other machines can
    /// reach needs TLS, unless `KREIS_ALLOW_PLAINTEXT` allows plain text. `advice` tells the
    /// operator what else to do.
    pub fn from_settings(
        settings: &mut Settings,
        name: &str,
        default: SocketAddr,
        tls: Option<ServerTls>,
        advice: &str,
    ) -> Self {
        let shape = "an address and port, such as 0.0.0.0:9090";
        let address = settings.parsed(name, default, shape);
        let plaintext_allowed = settings.switch("KREIS_ALLOW_PLAINTEXT", false);
        if tls.is_none() && !address.ip().is_loopback() && !plaintext_allowed {
            settings.add_error(format!(
                "{name} is {address}, which other machines can reach, and nothing encrypts what \
                 they say; {advice}, or listen on 127.0.0.1"
            ));
        }
        Self { address, tls }
    }

    /// The URL scheme of the address.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// Listens.
    pub async fn bind(self) -> io::Result<(Listener, SocketAddr)> {
        let Self { address, tls } = self;
        let tcp = TcpListener::bind(address).await.map_err(|error| {
            io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
        })?;
        let address = tcp.local_addr()?;
        Ok((Listener { tcp, tls }, address))
    }
}

/// A listening socket.
pub struct Listener {
    /// The socket.
    pub tcp: TcpListener,
    /// Absent for plain text.
    pub tls: Option<ServerTls>,
}

impl Listener {
    /// Registers the metrics of its certificate.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        if let Some(tls) = &self.tls {
            tls.register_metrics(metrics);
        }
    }
}

/// Serves until shutdown. Then waits for the calls in progress, at most for [`DRAIN`], and closes
/// the remaining connections.
pub async fn serve<S, B>(
    listener: Listener,
    service: S,
    limits: ConnectionLimits,
    client_limiter: ClientLimiter,
    shutdown: CancellationToken,
) where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Error>,
    B: http_body::Body<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<Error>,
{
    let Listener { tcp, tls } = listener;
    let protocols = Protocols::new(limits);
    let protocols_of_proxy = Protocols::new(limits.for_proxied_clients());
    let connections = TaskTracker::new();
    let drained = CancellationToken::new();
    let _ends = drained.clone().drop_guard();
    let rejected = LogRateLimit::new(1);
    let begin = |(stream, peer): (TcpStream, SocketAddr)| {
        let Some(connection) = client_limiter.connect(peer.ip(), tls.is_some()) else {
            // Dropping the stream closes it.
            log_rejected(peer, &rejected);
            return;
        };
        let protocols = if connection.is_from_proxy() {
            &protocols_of_proxy
        } else {
            &protocols
        };
        let served = serve_connection(
            stream,
            tls.clone(),
            connection,
            protocols.clone(),
            service.clone(),
            shutdown.clone(),
        );
        connections.spawn(drained.clone().run_until_cancelled_owned(served));
    };
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = accept(&tcp) => accepted,
        };
        if let Some(accepted) = accepted {
            begin(accepted);
        }
    }
    // Connections in the accept queue may already carry requests.
    while let Some(Some(accepted)) = accept(&tcp).now_or_never() {
        begin(accepted);
    }
    drop(tcp);
    connections.close();
    if timeout(DRAIN, connections.wait()).await.is_err() {
        tracing::warn!(
            drain_ms = DRAIN.as_millis(),
            "stopped before all calls had ended"
        );
    }
}

/// Accepts the next connection. After a failure, such as too few file descriptors, it waits for 100
/// ms.
async fn accept(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    match listener.accept().await {
        Ok((stream, peer)) => {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(error.cause = %error, "a connection keeps its delay");
            }
            Some((stream, peer))
        }
        Err(error) => {
            tracing::warn!(error.cause = %error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// Whether a body could not be read because its client had gone.
#[must_use]
pub fn is_client_disconnect(error: &(dyn std::error::Error + 'static)) -> bool {
    error_chain(error).any(|cause| {
        cause.downcast_ref().is_some_and(|error: &hyper::Error| {
            error.is_incomplete_message() || error.is_closed() || error.is_canceled()
        }) || cause.downcast_ref().is_some_and(|error: &h2::Error| {
            error.is_reset() || error.is_go_away() || error.is_io()
        })
    })
}

/// Logs that connections are refused.
fn log_rejected(peer: SocketAddr, log_limit: &LogRateLimit) {
    if let Some(others) = log_limit.allow() {
        tracing::warn!(
            peer.address = %peer.ip(),
            connections = others + 1,
            "connections were turned away: their address or the server has as many as it may"
        );
    }
}
