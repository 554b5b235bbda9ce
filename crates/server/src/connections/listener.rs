//! The address that a server listens on, and its socket.

use std::{io, net::SocketAddr};

use tokio::net::TcpListener;

use crate::{config::Settings, metrics::ServerMetrics, tls::ServerTls};

/// An address to listen on, with or without TLS.
#[derive(Clone)]
pub struct ListenConfig {
    /// The address; port 0 means any free port.
    pub address: SocketAddr,
    /// Absent for plain text.
    pub tls: Option<ServerTls>,
}

/// Plain text.
impl From<SocketAddr> for ListenConfig {
    fn from(address: SocketAddr) -> Self {
        Self { address, tls: None }
    }
}

impl ListenConfig {
    /// Reads an address to listen on, such as `0.0.0.0:9090`. An address that other machines can
    /// reach needs TLS, unless `KREIS_ALLOW_PLAINTEXT` allows plain text. `advice` tells the
    /// operator what else to do.
    pub fn from_settings(
        settings: &mut Settings,
        name: &str,
        default: SocketAddr,
        tls: Option<ServerTls>,
        advice: &str,
    ) -> Self {
        let shape = "an address and port, such as 0.0.0.0:9090";
        let address = settings.parsed(name, default, shape);
        let plaintext_allowed = settings.switch("KREIS_ALLOW_PLAINTEXT", false);
        if tls.is_none() && !address.ip().is_loopback() && !plaintext_allowed {
            settings.add_error(format!(
                "{name} is {address}, which other machines can reach, and nothing encrypts what \
                 they say; {advice}, or listen on 127.0.0.1"
            ));
        }
        Self { address, tls }
    }

    /// The URL scheme of the address.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// Listens.
    pub async fn bind(self) -> io::Result<(Listener, SocketAddr)> {
        let Self { address, tls } = self;
        let tcp = TcpListener::bind(address).await.map_err(|error| {
            io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
        })?;
        let address = tcp.local_addr()?;
        Ok((Listener { tcp, tls }, address))
    }
}

/// A listening socket.
pub struct Listener {
    /// The socket.
    pub tcp: TcpListener,
    /// Absent for plain text.
    pub tls: Option<ServerTls>,
}

impl Listener {
    /// Registers the metrics of its certificate.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        if let Some(tls) = &self.tls {
            tls.register_metrics(metrics);
        }
    }
}
