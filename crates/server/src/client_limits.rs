//! Limits for clients. Connections are limited per address and per process, calls per address and
//! per user, and bytes of messages per connection, per address and per process. So one client
//! cannot use up what the others need. If a request comes through a trusted proxy, its client is
//! the proxy's client, not the proxy.

mod client;
mod limits;
mod resolver;
mod state;

use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
};

use http::HeaderMap;
use tokio::sync::OwnedSemaphorePermit;

pub use self::{
    client::{BytesPermit, CallPermit, RequestClient, StreamPermit, UserCallPermit},
    limits::ClientLimits,
    resolver::{ClientOrigin, ClientResolver, DirectClients},
};
use self::{
    limits::LimitReached,
    state::{LimiterState, MAX_STREAMS, semaphore},
};
use crate::metrics::{ServerMetrics, count};

/// All callers of a server. Cheap to clone.
#[derive(Clone)]
pub struct ClientLimiter {
    state: Arc<LimiterState>,
}

impl ClientLimiter {
    /// A limiter for clients that connect directly.
    #[must_use]
    pub fn new(limits: ClientLimits) -> Self {
        Self::with_resolver(DirectClients, limits)
    }

    /// A limiter for clients that this resolver finds.
    #[must_use]
    pub fn with_resolver(resolver: impl ClientResolver, limits: ClientLimits) -> Self {
        let state = LimiterState {
            limits,
            resolver: Box::new(resolver),
            connections: semaphore(limits.connections),
            bytes: semaphore(limits.bytes),
            by_network: Arc::default(),
            by_user: Arc::default(),
            refused: Default::default(),
        };
        Self {
            state: Arc::new(state),
        }
    }

    /// Registers gauges of connections, addresses and bytes, and counters of refusals.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        let (connections, addresses, bytes) = (self.clone(), self.clone(), self.clone());
        metrics.gauge("kreis_connections", "Open connections", &[], move || {
            let LimiterState {
                limits,
                connections,
                ..
            } = &*connections.state;
            count((limits.connections - connections.available_permits()) as u64)
        });
        metrics.gauge(
            "kreis_addresses",
            "Addresses, or networks of IPv6, with an open connection or a request in progress",
            &[],
            move || count(addresses.state.by_network.key_count() as u64),
        );
        metrics.gauge(
            "kreis_message_bytes",
            "Bytes of requests and answers that are held",
            &[],
            move || {
                let LimiterState { limits, bytes, .. } = &*bytes.state;
                count((limits.bytes - bytes.available_permits()) as u64)
            },
        );
        for reason in LimitReached::ALL {
            let limiter = self.clone();
            metrics.counter(
                "kreis_callers_refused",
                "Connections and calls that were refused because a limit was reached",
                &[("limit", reason.name())],
                move || count(limiter.state.refused[reason as usize].load(Ordering::Relaxed)),
            );
        }
    }

    /// Admits a connection until the result is dropped. Absent if its address or the process has
    /// reached its limit. For a trusted proxy only the limit of the process holds. `https` says
    /// whether the connection uses TLS.
    #[must_use]
    pub fn connect(&self, peer: IpAddr, https: bool) -> Option<Arc<ClientConnection>> {
        let state = &self.state;
        let Ok(all) = Arc::clone(&state.connections).try_acquire_owned() else {
            state.count(LimitReached::Connections);
            return None;
        };
        let (client, own) = if state.resolver.is_proxy(peer) {
            (None, None)
        } else {
            let handle = state.handle(peer);
            let Ok(own) = Arc::clone(&handle.connections).try_acquire_owned() else {
                state.count(LimitReached::ConnectionsOfAddress);
                return None;
            };
            let client = RequestClient {
                address: peer.to_canonical(),
                https,
                limiter: Arc::clone(state),
                bytes: Some(semaphore(state.limits.bytes_per_connection)),
                streams: semaphore(MAX_STREAMS),
                handle,
            };
            (Some(Arc::new(client)), Some(own))
        };
        Some(Arc::new(ClientConnection {
            limiter: Arc::clone(state),
            peer,
            client,
            _permits: (all, own),
        }))
    }
}

/// One connection, from one client or from a proxy.
pub struct ClientConnection {
    limiter: Arc<LimiterState>,
    peer: IpAddr,
    /// Absent if the connection comes from a proxy: each request may have another client.
    client: Option<Arc<RequestClient>>,
    _permits: (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>),
}

impl ClientConnection {
    /// Whether the connection comes from a proxy, and so carries requests of several clients.
    #[must_use]
    pub fn is_from_proxy(&self) -> bool {
        self.client.is_none()
    }

    /// The client of a request with these headers.
    #[must_use]
    pub fn client(&self, headers: &HeaderMap) -> Arc<RequestClient> {
        if let Some(client) = &self.client {
            return Arc::clone(client);
        }
        let ClientOrigin { address, https } = self.limiter.resolver.origin(self.peer, headers);
        let handle = self.limiter.handle(address);
        Arc::new(RequestClient {
            address,
            https,
            limiter: Arc::clone(&self.limiter),
            bytes: None,
            streams: Arc::clone(&handle.streams),
            handle,
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::{state::MAX_WAITING_PER_CALL, *};
    use crate::id::UserId;

    const LIMITS: ClientLimits = ClientLimits {
        connections: 3,
        connections_per_address: 2,
        calls_per_address: 2,
        calls_per_user: 1,
        bytes: 100,
        bytes_per_address: 60,
        bytes_per_connection: 40,
    };

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// A connected client.
    fn client(limiter: &ClientLimiter, text: &str) -> (Arc<ClientConnection>, Arc<RequestClient>) {
        let connection = limiter.connect(address(text), false).unwrap();
        let client = connection.client(&HeaderMap::new());
        (connection, client)
    }

    #[test]
    fn an_address_gets_its_share_and_no_more_and_is_forgotten_afterwards() {
        let limiter = ClientLimiter::new(LIMITS);
        let one = limiter.connect(address("192.0.2.1"), false).unwrap();
        let two = limiter.connect(address("::ffff:192.0.2.1"), false).unwrap();
        assert!(limiter.connect(address("192.0.2.1"), false).is_none());
        let other = limiter.connect(address("192.0.2.2"), false).unwrap();
        assert!(limiter.connect(address("192.0.2.3"), false).is_none());
        assert_eq!(limiter.state.by_network.key_count(), 2);
        drop((one, two, other));
        assert_eq!(limiter.state.by_network.key_count(), 0);
        assert!(limiter.connect(address("192.0.2.3"), false).is_some());
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_address() {
        let limiter = ClientLimiter::new(LIMITS);
        let _held = ["2001:db8::1", "2001:db8::2"]
            .map(|text| limiter.connect(address(text), false).unwrap());
        assert!(limiter.connect(address("2001:db8::3"), false).is_none());
        assert!(limiter.connect(address("2001:db8:0:1::3"), false).is_some());
    }

    #[test]
    fn bytes_are_bounded_by_connection_address_and_process() {
        let limiter = ClientLimiter::new(LIMITS);
        let (_one_connection, one) = client(&limiter, "192.0.2.1");
        let (_two_connection, two) = client(&limiter, "192.0.2.1");
        let (_other_connection, other) = client(&limiter, "192.0.2.2");
        let held = one.acquire_bytes(40).unwrap();
        assert!(one.acquire_bytes(1).is_err());
        let more = two.acquire_bytes(20).unwrap();
        assert!(two.acquire_bytes(1).is_err());
        let others = other.acquire_bytes(40).unwrap();
        drop(more);
        // A refused request keeps no bytes.
        assert!(two.acquire_bytes(21).is_err());
        assert!(two.acquire_bytes(20).is_ok());
        drop((held, others));
        assert!(two.acquire_bytes(40).is_ok());
    }

    #[test]
    fn calls_are_bounded_by_address() {
        let limiter = ClientLimiter::new(LIMITS);
        let (_one_connection, one) = client(&limiter, "192.0.2.1");
        let (_two_connection, two) = client(&limiter, "192.0.2.1");
        let in_progress = [one.acquire_call().unwrap(), two.acquire_call().unwrap()];
        let refused = one.acquire_call().map(|_| ()).unwrap_err();
        assert_eq!(refused.code(), tonic::Code::ResourceExhausted);
        drop(in_progress);
        assert!(one.acquire_call().is_ok());
    }

    /// One proxy, which names its client in a header.
    struct OneProxy;

    impl ClientResolver for OneProxy {
        fn is_proxy(&self, peer: IpAddr) -> bool {
            peer == address("10.0.0.1")
        }

        fn origin(&self, _: IpAddr, headers: &HeaderMap) -> ClientOrigin {
            ClientOrigin {
                address: address(headers["x-forwarded-for"].to_str().unwrap()),
                https: false,
            }
        }
    }

    /// The connection of a proxy. Its clients send requests through it.
    fn proxy() -> (ClientLimiter, Arc<ClientConnection>) {
        let limiter = ClientLimiter::with_resolver(OneProxy, LIMITS);
        let connection = limiter.connect(address("10.0.0.1"), false).unwrap();
        (limiter, connection)
    }

    fn through(connection: &ClientConnection, text: &str) -> Arc<RequestClient> {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", text.parse().unwrap());
        connection.client(&headers)
    }

    #[test]
    fn a_proxy_has_more_connections_than_an_address_and_its_clients_are_bounded_each() {
        let (limiter, connection) = proxy();
        let _others = [(); 2].map(|()| limiter.connect(address("10.0.0.1"), false).unwrap());
        assert!(limiter.connect(address("10.0.0.1"), false).is_none());
        let one = through(&connection, "192.0.2.1");
        let in_progress = [one.acquire_call().unwrap(), one.acquire_call().unwrap()];
        assert!(through(&connection, "192.0.2.1").acquire_call().is_err());
        assert!(through(&connection, "192.0.2.2").acquire_call().is_ok());
        let held = through(&connection, "192.0.2.1").acquire_bytes(60).unwrap();
        assert!(one.acquire_bytes(1).is_err());
        assert!(through(&connection, "192.0.2.2").acquire_bytes(40).is_ok());
        // A call in progress still counts after its `RequestClient` is dropped.
        drop(one);
        assert!(through(&connection, "192.0.2.1").acquire_call().is_err());
        drop((in_progress, held));
        assert_eq!(limiter.state.by_network.key_count(), 0);
    }

    #[test]
    fn calls_of_a_user_wait_for_each_other_and_beyond_that_are_refused() {
        let limiter = ClientLimiter::new(LIMITS);
        let (_connection, client) = client(&limiter, "192.0.2.1");
        let (one, other) = (UserId::stored(7), UserId::stored(8));
        let begin = |user| client.acquire_user_call(user).now_or_never();
        let first = begin(one).unwrap().unwrap();
        let mut waiting: Vec<_> = (0..MAX_WAITING_PER_CALL)
            .map(|_| Box::pin(client.acquire_user_call(one)))
            .collect();
        for call in &mut waiting {
            assert!(call.as_mut().now_or_never().is_none());
        }
        assert!(matches!(begin(one), Some(Err(_))));
        assert!(matches!(begin(other), Some(Ok(_))));
        drop(first);
        let next = waiting.remove(0).now_or_never();
        assert!(matches!(next, Some(Ok(_))));
        drop((next, waiting));
        assert_eq!(limiter.state.by_user.key_count(), 0);
    }
}
