//! The permits that the clients of a server share.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Semaphore;

use super::{
    limits::{ClientLimits, LimitReached},
    resolver::ClientResolver,
};
use crate::{
    id::UserId,
    keyed_limits::{KeyedLimits, LimitsHandle},
    network::Network,
};

/// Maximum number of streams at once that do not end with one response: reflection and health
/// watches. The limit holds per connection; behind a proxy it holds per address.
pub(super) const MAX_STREAMS: usize = 8;
/// Maximum number of calls of a user that wait for each call in progress. A user can paste a sheet
/// of values, which sends many calls at once.
pub(super) const MAX_WAITING_PER_CALL: usize = 25;

/// The limits of all clients, and what the clients have taken of them.
pub(super) struct LimiterState {
    pub(super) limits: ClientLimits,
    pub(super) resolver: Box<dyn ClientResolver>,
    pub(super) connections: Arc<Semaphore>,
    pub(super) bytes: Arc<Semaphore>,
    /// Holds only addresses with a connection, or with a request through a proxy.
    pub(super) by_network: Arc<KeyedLimits<Network, AddressLimits>>,
    /// Holds only users with a call in progress.
    pub(super) by_user: Arc<KeyedLimits<UserId, UserLimits>>,
    pub(super) refused: [AtomicU64; LimitReached::ALL.len()],
}

/// Limits of one address.
pub(super) struct AddressLimits {
    pub(super) connections: Arc<Semaphore>,
    pub(super) calls: Arc<Semaphore>,
    pub(super) bytes: Arc<Semaphore>,
    /// Used behind a proxy, where the connections belong to the proxy and not to its clients.
    pub(super) streams: Arc<Semaphore>,
}

/// Limits of one user.
pub(super) struct UserLimits {
    /// Calls in progress.
    pub(super) running: Arc<Semaphore>,
    /// Calls in progress, and calls that wait for them.
    pub(super) running_or_waiting: Arc<Semaphore>,
}

pub(super) type AddressHandle = Arc<LimitsHandle<Network, AddressLimits>>;

impl LimiterState {
    /// The limits of the address. Creates them if the address holds nothing yet.
    pub(super) fn handle(&self, address: IpAddr) -> AddressHandle {
        let limits = &self.limits;
        let new = || AddressLimits {
            connections: semaphore(limits.connections_per_address),
            calls: semaphore(limits.calls_per_address),
            bytes: semaphore(limits.bytes_per_address),
            streams: semaphore(MAX_STREAMS),
        };
        Arc::new(self.by_network.handle(Network::of_caller(address), new))
    }

    /// The limits of the user. Creates them if the user has no call in progress.
    pub(super) fn user(&self, user_id: UserId) -> LimitsHandle<UserId, UserLimits> {
        let at_once = self.limits.calls_per_user;
        let running_or_waiting = at_once
            .saturating_mul(1 + MAX_WAITING_PER_CALL)
            .min(Semaphore::MAX_PERMITS);
        self.by_user.handle(user_id, || UserLimits {
            running: semaphore(at_once),
            running_or_waiting: semaphore(running_or_waiting),
        })
    }

    /// Counts a refusal.
    pub(super) fn count(&self, reason: LimitReached) {
        self.refused[reason as usize].fetch_add(1, Ordering::Relaxed);
    }
}

pub(super) fn semaphore(permits: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(permits))
}
