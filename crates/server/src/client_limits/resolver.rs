//! Finds the client of a request that may come through a proxy.

use std::net::IpAddr;

use http::HeaderMap;

/// The client of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientOrigin {
    /// Address of the client.
    pub address: IpAddr,
    /// Whether the client used TLS to reach the proxy.
    pub https: bool,
}

/// Finds the client of a request. A server without proxies in front of it has [`DirectClients`].
pub trait ClientResolver: Send + Sync + 'static {
    /// Whether this peer is a proxy, which forwards the requests of many clients.
    fn is_proxy(&self, peer: IpAddr) -> bool;

    /// The client of a request with these headers from this peer.
    fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> ClientOrigin;
}

/// Every peer is a client, whatever its headers say.
#[derive(Debug, Clone, Copy)]
pub struct DirectClients;

impl ClientResolver for DirectClients {
    fn is_proxy(&self, _: IpAddr) -> bool {
        false
    }

    fn origin(&self, peer: IpAddr, _: &HeaderMap) -> ClientOrigin {
        ClientOrigin {
            address: peer.to_canonical(),
            https: false,
        }
    }
}
