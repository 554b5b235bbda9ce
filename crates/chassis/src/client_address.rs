//! The address of who calls, as the gateway tells it to the services behind it.

use std::{fmt, net::IpAddr, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, Request};

use crate::callers::Client;

const HEADER: HeaderName = HeaderName::from_static("kreis-client-address");

/// The address of who calls. Doors put it into the extensions of each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address of who sent a message; absent in tests without a connection.
    #[must_use]
    pub fn of<T>(request: &tonic::Request<T>) -> Option<Self> {
        request.extensions().get().copied()
    }

    /// Puts it into a request's extensions: of strangers as the connection has it, of our
    /// own servers as they say.
    pub(crate) fn learn<B>(request: &mut Request<B>, strangers: bool) -> Option<Self> {
        let told = (!strangers).then(|| told(request.headers())).flatten();
        let client = request.extensions().get::<Arc<Client>>();
        let address = told.or_else(|| client.map(|client| client.address))?;
        request.extensions_mut().insert(Self(address));
        Some(Self(address))
    }

    /// Tells a server of the installation. Strangers must not: what they send under
    /// this name is removed before.
    pub fn tell(self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0.to_string()) {
            headers.insert(HEADER, value);
        }
    }
}

fn told(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get(HEADER)?.to_str().ok()?.parse().ok()
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
