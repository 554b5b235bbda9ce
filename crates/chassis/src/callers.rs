//! What each address holds of a server: connections, calls under way, and bytes of
//! messages. Each is bounded for a connection, an address and the process, so that one
//! address cannot take what all others need. Of what a trusted proxy passes on, the
//! address is its client's.

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
    metrics::{ServerReadings, count},
    network::Network,
    proxies::{Origin, TrustedProxies},
    shares::{Member, Shares},
};

/// Streams of one connection at once that do not end with one answer: reflection, and
/// the watching of health. Behind a proxy, those of one address.
const STREAMS: usize = 8;
/// Calls of a user that may wait for each one that is worked on: a sheet of values that
/// is pasted at once.
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
    /// Only addresses with a connection, or with a request through a proxy, are in it.
    by_network: Arc<Shares<Network, AddressShare>>,
    /// Only users with a call under way are in it.
    by_user: Arc<Shares<i64, UserShare>>,
    refused: [AtomicU64; Refused::ALL.len()],
}

/// What one address may hold.
struct AddressShare {
    connections: Arc<Semaphore>,
    calls: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    /// For those behind a proxy, whose connections are the proxy's.
    streams: Arc<Semaphore>,
}

/// What one user may have under way.
struct UserShare {
    /// Calls that are worked on.
    worked_on: Arc<Semaphore>,
    /// These, and those that wait for them.
    all: Arc<Semaphore>,
}

type AddressMember = Arc<Member<Network, AddressShare>>;

impl Callers {
    /// Nothing is held yet, and no proxy is believed.
    #[must_use]
    pub fn new(limits: CallerLimits) -> Self {
        Self::behind(TrustedProxies::default(), limits)
    }

    /// Callers of whom some come through these proxies.
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

    /// Registers gauges of what is held, and counters of what was refused.
    pub fn register_metrics(&self, readings: &ServerReadings) {
        let (connections, addresses, bytes) = (self.clone(), self.clone(), self.clone());
        readings.gauge("kreis_connections", "Open connections", &[], move || {
            let Inner {
                limits,
                connections,
                ..
            } = &*connections.inner;
            count((limits.connections - connections.available_permits()) as u64)
        });
        readings.gauge(
            "kreis_addresses",
            "Addresses, or networks of IPv6, with an open connection or a request under way",
            &[],
            move || count(addresses.inner.by_network.len() as u64),
        );
        readings.gauge(
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
            readings.counter(
                "kreis_callers_refused",
                "Connections and calls that were refused because a limit was reached",
                &[("limit", reason.name())],
                move || count(callers.inner.refused[reason as usize].load(Ordering::Relaxed)),
            );
        }
    }

    /// Lets a connection in, until it is dropped; absent where its address or the
    /// process has as many as it may. A proxy's connections are those of many. `https`
    /// says whether the connection is over TLS.
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

/// One connection, of one client or of a proxy.
pub struct Connection {
    callers: Arc<Inner>,
    peer: IpAddr,
    /// Absent where each request may be another client's.
    client: Option<Arc<Client>>,
    _permits: (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>),
}

impl Connection {
    /// Whether it is a proxy's, and so that of many clients.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.client.is_none()
    }

    /// Whose request one with these headers is.
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

    /// A client that has connected.
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
        // Nothing is kept of what was refused.
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

    /// A connection of a proxy, and callers who come through it.
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
        // What is under way is remembered when its request is gone.
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
