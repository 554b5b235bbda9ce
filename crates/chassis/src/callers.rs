//! Limits for clients. Connections are limited per address and per process, calls per address and
//! per user, and bytes of messages per connection, per address and per process. So one client
//! cannot use up what the others need. If a request comes through a trusted proxy, its client is
//! the proxy's client, not the proxy.

mod client;
mod limits;

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use http::HeaderMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::limits::Refused;
pub use self::{
    client::{CallOfUser, CallUnderWay, Client, HeldBytes, StreamUnderWay},
    limits::CallerLimits,
};
use crate::{
    metrics::{ServerMetrics, count},
    network::Network,
    proxies::{Origin, TrustedProxies},
    shares::{Member, Shares},
};

/// Most streams at once that do not end with one response: reflection and health watches. The limit
/// holds per connection; behind a proxy it holds per address.
const STREAMS: usize = 8;
/// Most calls of a user that may wait for each call in progress. A user can paste a sheet of
/// values, which sends many calls at once.
const WAITING: usize = 25;

/// All callers of a server. Cheap to clone.
#[derive(Clone)]
pub struct Callers {
    inner: Arc<Inner>,
}

struct Inner {
    limits: CallerLimits,
    proxies: TrustedProxies,
    connections: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    /// Holds only addresses with a connection, or with a request through a proxy.
    by_network: Arc<Shares<Network, AddressShare>>,
    /// Holds only users with a call in progress.
    by_user: Arc<Shares<i64, UserShare>>,
    refused: [AtomicU64; Refused::ALL.len()],
}

/// Limits of one address.
struct AddressShare {
    connections: Arc<Semaphore>,
    calls: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    /// Used behind a proxy, where the connections belong to the proxy and not to its clients.
    streams: Arc<Semaphore>,
}

/// Limits of one user.
struct UserShare {
    /// Calls in progress.
    worked_on: Arc<Semaphore>,
    /// Calls in progress, and calls that wait for them.
    all: Arc<Semaphore>,
}

type AddressMember = Arc<Member<Network, AddressShare>>;

impl Callers {
    /// A limiter without trusted proxies.
    #[must_use]
    pub fn new(limits: CallerLimits) -> Self {
        Self::behind(TrustedProxies::default(), limits)
    }

    /// A limiter for clients that may connect through these proxies.
    #[must_use]
    pub fn behind(proxies: TrustedProxies, limits: CallerLimits) -> Self {
        let inner = Inner {
            limits,
            proxies,
            connections: semaphore(limits.connections),
            bytes: semaphore(limits.bytes),
            by_network: Arc::default(),
            by_user: Arc::default(),
            refused: Default::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Registers gauges of connections, addresses and bytes, and counters of refusals.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        let (connections, addresses, bytes) = (self.clone(), self.clone(), self.clone());
        metrics.gauge("kreis_connections", "Open connections", &[], move || {
            let Inner {
                limits,
                connections,
                ..
            } = &*connections.inner;
            count((limits.connections - connections.available_permits()) as u64)
        });
        metrics.gauge(
            "kreis_addresses",
            "Addresses, or networks of IPv6, with an open connection or a request under way",
            &[],
            move || count(addresses.inner.by_network.len() as u64),
        );
        metrics.gauge(
            "kreis_message_bytes",
            "Bytes of requests and answers that are held",
            &[],
            move || {
                let Inner { limits, bytes, .. } = &*bytes.inner;
                count((limits.bytes - bytes.available_permits()) as u64)
            },
        );
        for reason in Refused::ALL {
            let callers = self.clone();
            metrics.counter(
                "kreis_callers_refused",
                "Connections and calls that were refused because a limit was reached",
                &[("limit", reason.name())],
                move || count(callers.inner.refused[reason as usize].load(Ordering::Relaxed)),
            );
        }
    }

    /// Admits a connection until the result is dropped. Absent if its address or the process has
    /// reached its limit. For a trusted proxy only the limit of the process holds. `https` says
    /// whether the connection uses TLS.
    #[must_use]
    pub fn connect(&self, peer: IpAddr, https: bool) -> Option<Arc<Connection>> {
        let inner = &self.inner;
        let Ok(all) = Arc::clone(&inner.connections).try_acquire_owned() else {
            inner.count(Refused::Connections);
            return None;
        };
        let (client, own) = if inner.proxies.has(peer) {
            (None, None)
        } else {
            let member = inner.member(peer);
            let Ok(own) = Arc::clone(&member.connections).try_acquire_owned() else {
                inner.count(Refused::ConnectionsOfAddress);
                return None;
            };
            let client = Client {
                address: peer.to_canonical(),
                https,
                callers: Arc::clone(inner),
                bytes: Some(semaphore(inner.limits.bytes_per_connection)),
                streams: semaphore(STREAMS),
                member,
            };
            (Some(Arc::new(client)), Some(own))
        };
        Some(Arc::new(Connection {
            callers: Arc::clone(inner),
            peer,
            client,
            _permits: (all, own),
        }))
    }
}

fn semaphore(permits: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(permits))
}

impl Inner {
    fn member(&self, address: IpAddr) -> AddressMember {
        let limits = &self.limits;
        let new = || AddressShare {
            connections: semaphore(limits.connections_per_address),
            calls: semaphore(limits.calls_per_address),
            bytes: semaphore(limits.bytes_per_address),
            streams: semaphore(STREAMS),
        };
        Arc::new(self.by_network.member(Network::of_caller(address), new))
    }

    fn user(&self, user_id: i64) -> Member<i64, UserShare> {
        let at_once = self.limits.calls_per_user;
        let all = at_once
            .saturating_mul(1 + WAITING)
            .min(Semaphore::MAX_PERMITS);
        self.by_user.member(user_id, || UserShare {
            worked_on: semaphore(at_once),
            all: semaphore(all),
        })
    }

    fn count(&self, reason: Refused) {
        self.refused[reason as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// One connection, from one client or from a proxy.
pub struct Connection {
    callers: Arc<Inner>,
    peer: IpAddr,
    /// Absent if the connection comes from a proxy: each request may have another client.
    client: Option<Arc<Client>>,
    _permits: (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>),
}

impl Connection {
    /// Whether the connection comes from a proxy, and so carries requests of several clients.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.client.is_none()
    }

    /// The client of a request with these headers.
    #[must_use]
    pub fn client(&self, headers: &HeaderMap) -> Arc<Client> {
        if let Some(client) = &self.client {
            return Arc::clone(client);
        }
        let Origin { address, https } = self.callers.proxies.origin(self.peer, headers);
        let member = self.callers.member(address);
        Arc::new(Client {
            address,
            https,
            callers: Arc::clone(&self.callers),
            bytes: None,
            streams: Arc::clone(&member.streams),
            member,
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const LIMITS: CallerLimits = CallerLimits {
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
    fn client(callers: &Callers, text: &str) -> (Arc<Connection>, Arc<Client>) {
        let connection = callers.connect(address(text), false).unwrap();
        let client = connection.client(&HeaderMap::new());
        (connection, client)
    }

    #[test]
    fn an_address_gets_its_share_and_no_more_and_is_forgotten_afterwards() {
        let callers = Callers::new(LIMITS);
        let one = callers.connect(address("192.0.2.1"), false).unwrap();
        let two = callers.connect(address("::ffff:192.0.2.1"), false).unwrap();
        assert!(callers.connect(address("192.0.2.1"), false).is_none());
        let other = callers.connect(address("192.0.2.2"), false).unwrap();
        assert!(callers.connect(address("192.0.2.3"), false).is_none());
        assert_eq!(callers.inner.by_network.len(), 2);
        drop((one, two, other));
        assert_eq!(callers.inner.by_network.len(), 0);
        assert!(callers.connect(address("192.0.2.3"), false).is_some());
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_address() {
        let callers = Callers::new(LIMITS);
        let _held = ["2001:db8::1", "2001:db8::2"]
            .map(|text| callers.connect(address(text), false).unwrap());
        assert!(callers.connect(address("2001:db8::3"), false).is_none());
        assert!(callers.connect(address("2001:db8:0:1::3"), false).is_some());
    }

    #[test]
    fn bytes_are_bounded_by_connection_address_and_process() {
        let callers = Callers::new(LIMITS);
        let (_one_connection, one) = client(&callers, "192.0.2.1");
        let (_two_connection, two) = client(&callers, "192.0.2.1");
        let (_other_connection, other) = client(&callers, "192.0.2.2");
        let held = one.hold(40).unwrap();
        assert!(one.hold(1).is_err());
        let more = two.hold(20).unwrap();
        assert!(two.hold(1).is_err());
        let others = other.hold(40).unwrap();
        drop(more);
        // A refused request keeps no bytes.
        assert!(two.hold(21).is_err());
        assert!(two.hold(20).is_ok());
        drop((held, others));
        assert!(two.hold(40).is_ok());
    }

    #[test]
    fn calls_are_bounded_by_address() {
        let callers = Callers::new(LIMITS);
        let (_one_connection, one) = client(&callers, "192.0.2.1");
        let (_two_connection, two) = client(&callers, "192.0.2.1");
        let under_way = [one.begin_call().unwrap(), two.begin_call().unwrap()];
        let refused = one.begin_call().map(|_| ()).unwrap_err();
        assert_eq!(refused.code(), tonic::Code::ResourceExhausted);
        drop(under_way);
        assert!(one.begin_call().is_ok());
    }

    /// The connection of a proxy. Its clients send requests through it.
    fn proxy() -> (Callers, Arc<Connection>) {
        let map = [("KREIS_TRUSTED_PROXIES".to_owned(), "10.0.0.1".to_owned())];
        let mut settings = crate::config::Settings::from_map(map.into());
        let callers = Callers::behind(TrustedProxies::from_settings(&mut settings), LIMITS);
        let connection = callers.connect(address("10.0.0.1"), false).unwrap();
        (callers, connection)
    }

    fn through(connection: &Connection, text: &str) -> Arc<Client> {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", text.parse().unwrap());
        connection.client(&headers)
    }

    #[test]
    fn a_proxy_has_more_connections_than_an_address_and_its_clients_are_bounded_each() {
        let (callers, connection) = proxy();
        let _others = [(); 2].map(|()| callers.connect(address("10.0.0.1"), false).unwrap());
        assert!(callers.connect(address("10.0.0.1"), false).is_none());
        let one = through(&connection, "192.0.2.1");
        let under_way = [one.begin_call().unwrap(), one.begin_call().unwrap()];
        assert!(through(&connection, "192.0.2.1").begin_call().is_err());
        assert!(through(&connection, "192.0.2.2").begin_call().is_ok());
        let held = through(&connection, "192.0.2.1").hold(60).unwrap();
        assert!(one.hold(1).is_err());
        assert!(through(&connection, "192.0.2.2").hold(40).is_ok());
        // A call in progress still counts after its `Client` is dropped.
        drop(one);
        assert!(through(&connection, "192.0.2.1").begin_call().is_err());
        drop((under_way, held));
        assert_eq!(callers.inner.by_network.len(), 0);
    }

    #[test]
    fn calls_of_a_user_wait_for_each_other_and_beyond_that_are_refused() {
        let callers = Callers::new(LIMITS);
        let (_connection, client) = client(&callers, "192.0.2.1");
        let begin = |user| client.begin_call_of(user).now_or_never();
        let first = begin(7).unwrap().unwrap();
        let mut waiting: Vec<_> = (0..WAITING)
            .map(|_| Box::pin(client.begin_call_of(7)))
            .collect();
        for call in &mut waiting {
            assert!(call.as_mut().now_or_never().is_none());
        }
        assert!(matches!(begin(7), Some(Err(_))));
        assert!(matches!(begin(8), Some(Ok(_))));
        drop(first);
        let next = waiting.remove(0).now_or_never();
        assert!(matches!(next, Some(Ok(_))));
        drop((next, waiting));
        assert_eq!(callers.inner.by_user.len(), 0);
    }
}
