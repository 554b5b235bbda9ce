//! The address and the `user-agent` of the client, and whether it uses TLS. The gateway forwards them
//! to the services behind it.

use std::{fmt, net::IpAddr, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, Request};

use crate::client_limits::RequestClient;

const HEADER: HeaderName = HeaderName::from_static("kreis-client-address");

/// The client's `user-agent`. The gateway's own calls to a service have another `user-agent`. The
/// gateway removes this header from what clients send.
pub const CLIENT_USER_AGENT: HeaderName = HeaderName::from_static("kreis-client-user-agent");

/// Present if the client is known to use TLS. The gateway removes this header from what clients send.
pub const CLIENT_HTTPS: HeaderName = HeaderName::from_static("kreis-client-https");

/// Whether the client of a request is known to use TLS.
#[must_use]
pub fn is_client_https<T>(request: &tonic::Request<T>) -> bool {
    request.metadata().contains_key(CLIENT_HTTPS.as_str())
}

/// The address of the client. The middleware puts it into the extensions of each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address of the client of a request; absent in tests without a connection.
    #[must_use]
    pub fn of<T>(request: &tonic::Request<T>) -> Option<Self> {
        request.extensions().get().copied()
    }

    /// Puts the address into the extensions of a request. If clients outside may call this server
    /// (`is_public`), it is the address of the connection; else it is the address in the header,
    /// because only our own servers call.
    pub(crate) fn attach<B>(request: &mut Request<B>, is_public: bool) -> Option<Self> {
        let forwarded = (!is_public)
            .then(|| from_header(request.headers()))
            .flatten();
        let client = request.extensions().get::<Arc<RequestClient>>();
        let address = forwarded.or_else(|| client.map(|client| client.address))?;
        request.extensions_mut().insert(Self(address));
        Some(Self(address))
    }

    /// Writes the header for a server of the installation. The gateway removes this header from
    /// what clients send.
    pub fn write_header(self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0.to_string()) {
            headers.insert(HEADER, value);
        }
    }
}

fn from_header(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get(HEADER)?.to_str().ok()?.parse().ok()
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
