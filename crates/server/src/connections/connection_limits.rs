//! Limits and timeouts of one connection.

use std::time::Duration;

/// Protocols and limits of a connection.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Whether HTTP/1.1 is supported beside HTTP/2.
    pub http1: bool,
    /// Maximum number of streams of one connection at once.
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
}
