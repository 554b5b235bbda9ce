//! Limits for clients, and the names of these limits.

use tokio::sync::Semaphore;

/// What clients may use at once.
#[derive(Debug, Clone, Copy)]
pub struct ClientLimits {
    /// Connections of the process.
    pub connections: usize,
    /// Connections of one address.
    pub connections_per_address: usize,
    /// Calls and requests for files in progress, of one address.
    pub calls_per_address: usize,
    /// Calls of one user in progress.
    pub calls_per_user: usize,
    /// Bytes of requests and responses that the process holds.
    pub bytes: usize,
    /// The same, of one address.
    pub bytes_per_address: usize,
    /// The same, of one connection.
    pub bytes_per_connection: usize,
}

impl ClientLimits {
    /// For servers that only other servers of the installation call. Only the number of connections
    /// has a limit.
    pub const INTERNAL: Self = Self::of_connections(1_000, Semaphore::MAX_PERMITS);

    /// Limits connections only.
    pub(crate) const fn of_connections(connections: usize, connections_per_address: usize) -> Self {
        Self {
            connections,
            connections_per_address,
            calls_per_address: Semaphore::MAX_PERMITS,
            calls_per_user: Semaphore::MAX_PERMITS,
            bytes: Semaphore::MAX_PERMITS,
            bytes_per_address: Semaphore::MAX_PERMITS,
            bytes_per_connection: Semaphore::MAX_PERMITS,
        }
    }
}

/// The limit that refused a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitReached {
    Connections,
    ConnectionsOfAddress,
    CallsOfAddress,
    CallsOfUser,
    Streams,
    Bytes,
}

impl LimitReached {
    pub(super) const ALL: [Self; 6] = [
        Self::Connections,
        Self::ConnectionsOfAddress,
        Self::CallsOfAddress,
        Self::CallsOfUser,
        Self::Streams,
        Self::Bytes,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::ConnectionsOfAddress => "connections of the address",
            Self::CallsOfAddress => "calls of the address",
            Self::CallsOfUser => "calls of the user",
            Self::Streams => "streams of the connection",
            Self::Bytes => "bytes",
        }
    }
}
