//! Accepts the connections of a server, and drains them at the end.

mod connection;
mod connection_limits;
mod listener;
mod progress;

use std::{net::SocketAddr, pin::Pin, time::Duration};

use bytes::Bytes;
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
pub use self::{
    connection_limits::{ConnectionLimits, ConnectionTimeouts},
    listener::{ListenConfig, Listener},
};
use crate::{client_limits::ClientLimiter, error_chain::error_chain, log_rate_limit::LogRateLimit};

/// How long a stopping server waits for the calls in progress.
pub const DRAIN: Duration = Duration::from_secs(5);

/// More connections than can wait to be accepted: the backlog of tokio's listeners is 128 (mio,
/// `TcpListener::bind`), and Linux lets one more wait.
const ACCEPT_QUEUE: usize = 256;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A bound server that is ready to run. Its addresses are known.
pub struct BoundServer<A> {
    /// Its addresses.
    pub addresses: A,
    /// Runs the server until the token given at binding is cancelled and the calls in progress have
    /// ended.
    pub run: Pin<Box<dyn Future<Output = ()> + Send>>,
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
    for accepted in accept_waiting(tcp) {
        begin(accepted);
    }
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
            set_no_delay(&stream);
            Some((stream, peer))
        }
        Err(error) => {
            tracing::warn!(error.cause = %error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// Accepts the connections that wait, and closes the listener. It asks the system itself: the
/// runtime may not have heard yet of the latest ones. More than the queue holds are new ones, which
/// a flood could send for ever.
fn accept_waiting(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else {
        return Vec::new();
    };
    let accepted = std::iter::from_fn(|| listener.accept().ok()).take(ACCEPT_QUEUE);
    accepted
        .filter_map(|(stream, peer)| {
            stream.set_nonblocking(true).ok()?;
            Some((TcpStream::from_std(stream).ok()?, peer))
        })
        .inspect(|(stream, _)| set_no_delay(stream))
        .collect()
}

fn set_no_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error.cause = %error, "a connection keeps its delay");
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
    if let Some(suppressed) = log_limit.allow() {
        tracing::warn!(
            peer.address = %peer.ip(),
            connections = suppressed + 1,
            "connections were refused: their address or the server has its maximum number"
        );
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        io::{Read, Write},
        net,
    };

    use http_body_util::Full;
    use tower::service_fn;

    use super::*;
    use crate::client_limits::ClientLimits;

    #[tokio::test]
    async fn a_connection_of_which_the_runtime_has_not_heard_is_served_before_the_end() {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let answer = |_: Request<Incoming>| async {
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from("answered"))))
        };
        let limits = ConnectionLimits {
            http1: true,
            ..ConnectionLimits::INTERNAL
        };
        let serving = tokio::spawn(serve(
            Listener { tcp, tls: None },
            service_fn(answer),
            limits,
            ClientLimiter::new(ClientLimits::INTERNAL),
            shutdown.clone(),
        ));
        // It waits for its first connection now.
        tokio::time::sleep(Duration::from_millis(20)).await;
        // The runtime has one thread, which this test holds until the server is to stop.
        let mut client = net::TcpStream::connect(address).unwrap();
        client
            .write_all(b"GET / HTTP/1.1\r\nhost: kreis\r\nconnection: close\r\n\r\n")
            .unwrap();
        shutdown.cancel();
        serving.await.unwrap();
        let mut received = String::new();
        client.read_to_string(&mut received).unwrap();
        assert!(received.ends_with("answered"), "{received:?}");
    }
}
