//! What each address holds of a server: connections, calls under way, and bytes of
//! messages. Each is bounded for a connection, an address and the process, so that one
//! address cannot take what all others need.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;

use crate::{
    metrics::{ServerReadings, count},
    status,
};

/// Streams of one connection at once that do not end with one answer: reflection, and
/// the watching of health.
const STREAMS: usize = 8;

/// Bounds of what callers may hold at once.
#[derive(Debug, Clone, Copy)]
pub struct CallerLimits {
    /// Connections of the process.
    pub connections: usize,
    /// Connections of one address.
    pub connections_per_address: usize,
    /// Calls and requests for files under way, of one address.
    pub calls_per_address: usize,
    /// Bytes of requests and answers that the process holds.
    pub bytes: usize,
    /// The same, of one address.
    pub bytes_per_address: usize,
    /// The same, of one connection.
    pub bytes_per_connection: usize,
}

impl CallerLimits {
    /// For servers that only other servers of the installation call: only the number of
    /// their connections is bounded.
    pub const INTERNAL: Self = Self::of_connections(1_000, Semaphore::MAX_PERMITS);

    /// Bounds of connections alone.
    pub(crate) const fn of_connections(connections: usize, connections_per_address: usize) -> Self {
        Self {
            connections,
            connections_per_address,
            calls_per_address: Semaphore::MAX_PERMITS,
            bytes: Semaphore::MAX_PERMITS,
            bytes_per_address: Semaphore::MAX_PERMITS,
            bytes_per_connection: Semaphore::MAX_PERMITS,
        }
    }
}

/// Why a caller got no share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    Connections,
    ConnectionsOfAddress,
    CallsOfAddress,
    Streams,
    Bytes,
}

impl Refused {
    const ALL: [Self; 5] = [
        Self::Connections,
        Self::ConnectionsOfAddress,
        Self::CallsOfAddress,
        Self::Streams,
        Self::Bytes,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::ConnectionsOfAddress => "connections of the address",
            Self::CallsOfAddress => "calls of the address",
            Self::Streams => "streams of the connection",
            Self::Bytes => "bytes",
        }
    }
}

/// All callers of a server. Cheap to clone.
#[derive(Clone)]
pub struct Callers {
    inner: Arc<Inner>,
}

struct Inner {
    limits: CallerLimits,
    connections: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    /// Only addresses with a connection are in it.
    by_network: Mutex<HashMap<Network, Arc<Shares>>>,
    refused: [AtomicU64; Refused::ALL.len()],
}

/// What one address may hold.
struct Shares {
    connections: Arc<Semaphore>,
    calls: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
}

impl Callers {
    /// Nothing is held yet.
    #[must_use]
    pub fn new(limits: CallerLimits) -> Self {
        let inner = Inner {
            limits,
            connections: Arc::new(Semaphore::new(limits.connections)),
            bytes: Arc::new(Semaphore::new(limits.bytes)),
            by_network: Mutex::default(),
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
            "Addresses, or networks of IPv6, with an open connection",
            &[],
            move || count(addresses.inner.networks().len() as u64),
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
    /// process has as many as it may.
    #[must_use]
    pub fn connect(&self, address: IpAddr) -> Option<Arc<Connection>> {
        let inner = &self.inner;
        let Ok(all) = Arc::clone(&inner.connections).try_acquire_owned() else {
            inner.count(Refused::Connections);
            return None;
        };
        let network = Network::of(address);
        let member = inner.member(network);
        let Ok(own) = Arc::clone(&member.shares.connections).try_acquire_owned() else {
            inner.count(Refused::ConnectionsOfAddress);
            return None;
        };
        Some(Arc::new(Connection {
            address,
            bytes: Arc::new(Semaphore::new(inner.limits.bytes_per_connection)),
            streams: Arc::new(Semaphore::new(STREAMS)),
            member,
            _permits: [all, own],
        }))
    }
}

impl Inner {
    fn networks(&self) -> MutexGuard<'_, HashMap<Network, Arc<Shares>>> {
        self.by_network
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn member(self: &Arc<Self>, network: Network) -> Member {
        let limits = &self.limits;
        let new = || {
            let semaphore = |permits| Arc::new(Semaphore::new(permits));
            Arc::new(Shares {
                connections: semaphore(limits.connections_per_address),
                calls: semaphore(limits.calls_per_address),
                bytes: semaphore(limits.bytes_per_address),
            })
        };
        let shares = Arc::clone(self.networks().entry(network).or_insert_with(new));
        Member {
            callers: Arc::clone(self),
            network,
            shares,
        }
    }

    fn count(&self, reason: Refused) {
        self.refused[reason as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// The part of a connection in its address's shares, which are forgotten with the last.
struct Member {
    callers: Arc<Inner>,
    network: Network,
    shares: Arc<Shares>,
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut networks = self.callers.networks();
        // The map's own and this one.
        if Arc::strong_count(&self.shares) == 2 {
            networks.remove(&self.network);
        }
    }
}

/// One connection, which travels with each of its requests as an extension.
pub struct Connection {
    /// Address of the peer.
    pub address: IpAddr,
    bytes: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    member: Member,
    _permits: [OwnedSemaphorePermit; 2],
}

/// A call or request under way, until it is dropped.
pub struct CallUnderWay(
    #[expect(dead_code, reason = "held until the call has ended")] OwnedSemaphorePermit,
);

/// A stream under way, until it is dropped.
pub struct StreamUnderWay(
    #[expect(dead_code, reason = "held until the stream has ended")] OwnedSemaphorePermit,
);

/// Bytes of a message that are held, until it is dropped.
pub struct HeldBytes(
    #[expect(dead_code, reason = "held as long as the message")] [OwnedSemaphorePermit; 3],
);

impl Connection {
    /// Begins a call; refuses it where the address has as many as it may.
    pub fn begin_call(&self) -> Result<CallUnderWay, Status> {
        let calls = Arc::clone(&self.member.shares.calls);
        let permit = calls.try_acquire_owned().map_err(|_| {
            self.member.callers.count(Refused::CallsOfAddress);
            status::overloaded()
        })?;
        Ok(CallUnderWay(permit))
    }

    /// Begins a stream that does not end with one answer; refuses it where the
    /// connection has as many as it may.
    pub fn begin_stream(&self) -> Result<StreamUnderWay, Status> {
        let permit = Arc::clone(&self.streams).try_acquire_owned();
        permit.map(StreamUnderWay).map_err(|_| {
            self.member.callers.count(Refused::Streams);
            status::overloaded()
        })
    }

    /// Takes so many bytes from the connection's, the address's and the process's
    /// share; refuses where one of them has too few left.
    pub fn hold(&self, bytes: usize) -> Result<HeldBytes, Status> {
        let take = |from: &Arc<Semaphore>| {
            let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
            Arc::clone(from).try_acquire_many_owned(bytes).ok()
        };
        let Member {
            callers, shares, ..
        } = &self.member;
        let held = take(&self.bytes)
            .and_then(|own| Some([own, take(&shares.bytes)?, take(&callers.bytes)?]));
        held.map(HeldBytes).ok_or_else(|| {
            callers.count(Refused::Bytes);
            status::overloaded()
        })
    }
}

/// Whom an address counts for: itself, and of IPv6 the 64 bits that a subscriber has
/// (RFC 6177).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Network(IpAddr);

impl Network {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let prefix = address.to_bits() & !u128::from(u64::MAX);
                Ipv6Addr::from_bits(prefix).into()
            }
            address @ IpAddr::V4(_) => address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: CallerLimits = CallerLimits {
        connections: 3,
        connections_per_address: 2,
        calls_per_address: 2,
        bytes: 100,
        bytes_per_address: 60,
        bytes_per_connection: 40,
    };

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_gets_its_share_and_no_more_and_is_forgotten_afterwards() {
        let callers = Callers::new(LIMITS);
        let one = callers.connect(address("192.0.2.1")).unwrap();
        let two = callers.connect(address("::ffff:192.0.2.1")).unwrap();
        assert!(callers.connect(address("192.0.2.1")).is_none());
        let other = callers.connect(address("192.0.2.2")).unwrap();
        assert!(callers.connect(address("192.0.2.3")).is_none());
        assert_eq!(callers.inner.networks().len(), 2);
        drop((one, two, other));
        assert!(callers.inner.networks().is_empty());
        assert!(callers.connect(address("192.0.2.3")).is_some());
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_address() {
        let callers = Callers::new(LIMITS);
        let _held =
            ["2001:db8::1", "2001:db8::2"].map(|text| callers.connect(address(text)).unwrap());
        assert!(callers.connect(address("2001:db8::3")).is_none());
        assert!(callers.connect(address("2001:db8:0:1::3")).is_some());
    }

    #[test]
    fn bytes_are_bounded_by_connection_address_and_process() {
        let callers = Callers::new(LIMITS);
        let one = callers.connect(address("192.0.2.1")).unwrap();
        let two = callers.connect(address("192.0.2.1")).unwrap();
        let other = callers.connect(address("192.0.2.2")).unwrap();
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
        let one = callers.connect(address("192.0.2.1")).unwrap();
        let two = callers.connect(address("192.0.2.1")).unwrap();
        let under_way = [one.begin_call().unwrap(), two.begin_call().unwrap()];
        let refused = one.begin_call().map(|_| ()).unwrap_err();
        assert_eq!(refused.code(), tonic::Code::ResourceExhausted);
        drop(under_way);
        assert!(one.begin_call().is_ok());
    }
}
