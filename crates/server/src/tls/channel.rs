//! Channels to servers, with TLS for https addresses.

use std::{io, pin::Pin};

use http::Uri;
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use rustls::{CertificateError, pki_types::ServerName};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use tonic::transport::{Channel, Endpoint};
use tower::{Service, ServiceExt, service_fn};

use super::client::ClientTls;
use crate::{error_chain::error_chain, log_rate_limit::LogRateLimit};

type Error = Box<dyn std::error::Error + Send + Sync>;
type Connecting =
    Pin<Box<dyn Future<Output = Result<TokioIo<TlsStream<TcpStream>>, Error>> + Send>>;

/// A channel that connects when it is first used. Without `tls` it cannot connect to an https
/// address.
#[must_use]
pub fn lazy_channel(endpoint: &Endpoint, tls: Option<&ClientTls>) -> Channel {
    match tls.filter(|_| is_https(endpoint.uri())) {
        None => endpoint.connect_lazy(),
        Some(tls) => endpoint.connect_with_connector_lazy(tls.connector(endpoint)),
    }
}

impl ClientTls {
    /// A connected channel.
    pub async fn connect(&self, endpoint: &Endpoint) -> Result<Channel, tonic::transport::Error> {
        if is_https(endpoint.uri()) {
            endpoint
                .connect_with_connector(self.connector(endpoint))
                .await
        } else {
            endpoint.connect().await
        }
    }

    /// Connects and performs the handshake, with the certificates that the files contain now.
    fn connector(
        &self,
        endpoint: &Endpoint,
    ) -> impl Service<
        Uri,
        Response = TokioIo<TlsStream<TcpStream>>,
        Error = Error,
        Future = Connecting,
    > + Send
    + 'static {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(endpoint.get_connect_timeout());
        let tls = self.clone();
        service_fn(move |server: Uri| -> Connecting {
            let (tcp, tls) = (tcp.clone(), tls.clone());
            Box::pin(async move {
                let name = server_name(&server)?;
                let stream = tcp.oneshot(server.clone()).await?.into_inner();
                let connector = TlsConnector::from(tls.current());
                let handshake = connector.connect(name, stream).await;
                let stream =
                    handshake.inspect_err(|error| warn_handshake_failed(&server, error))?;
                Ok(TokioIo::new(stream))
            })
        })
    }
}

/// Whether a connection failed because no trusted authority has signed the server's certificate.
#[must_use]
pub fn is_unknown_issuer(error: &(dyn std::error::Error + 'static)) -> bool {
    let unknown = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
    error_chain(error).any(|cause| {
        let inner = cause.downcast_ref().and_then(io::Error::get_ref);
        inner.and_then(|inner| inner.downcast_ref()) == Some(&unknown)
    })
}

fn is_https(server: &Uri) -> bool {
    server.scheme_str() == Some("https")
}

/// The name that the server's certificate must contain.
fn server_name(server: &Uri) -> Result<ServerName<'static>, Error> {
    let host = server.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok(ServerName::try_from(host.to_owned())?)
}

/// Logs a failed handshake. If one side does not trust the other, the configuration is wrong, and
/// the error of a call does not say so.
fn warn_handshake_failed(server: &Uri, error: &io::Error) {
    static LOG_LIMIT: LogRateLimit = LogRateLimit::new(1);
    if let Some(suppressed) = LOG_LIMIT.allow() {
        tracing::warn!(
            %server,
            attempts = suppressed + 1,
            error.cause = %error,
            "TLS could not be agreed on with a server"
        );
    }
}
