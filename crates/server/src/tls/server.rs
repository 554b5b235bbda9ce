//! TLS of a listener.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use rustls::{ServerConfig, server::WebPkiClientVerifier};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    error::TlsError,
    files::{self, Identity, ReloadingFiles},
    protocol::{DEFAULT_VERSIONS, HTTP1, HTTP2, provider},
};
use crate::metrics::{ServerMetrics, count};

/// TLS of a listener. Cheap to clone.
#[derive(Clone)]
pub struct ServerTls {
    config: Arc<ReloadingFiles<ServerConfig>>,
    failed: Arc<AtomicU64>,
}

impl ServerTls {
    /// For a listener that any client may use.
    pub fn public(identity: &Identity) -> Result<Self, TlsError> {
        Self::new(identity, None)
    }

    /// For a listener that requires a client certificate of this authority.
    pub fn mutual(identity: &Identity, authority: PathBuf) -> Result<Self, TlsError> {
        Self::new(identity, Some(authority))
    }

    fn new(identity: &Identity, authority: Option<PathBuf>) -> Result<Self, TlsError> {
        let Identity { certificate, key } = identity.clone();
        let named = [certificate.clone(), key.clone()];
        let named = named.into_iter().chain(authority.clone()).collect();
        let config = ReloadingFiles::new(named, move || {
            let builder = ServerConfig::builder_with_provider(provider())
                .with_safe_default_protocol_versions()
                .expect(DEFAULT_VERSIONS);
            let builder = match &authority {
                None => builder.with_no_client_auth(),
                Some(path) => {
                    let roots = Arc::new(files::roots(path)?);
                    let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider());
                    let verifier = verifier
                        .build()
                        .map_err(|error| TlsError::unusable(path, &error))?;
                    builder.with_client_cert_verifier(verifier)
                }
            };
            let chain = files::certificates(&certificate)?;
            let mut config = builder
                .with_single_cert(chain, files::private_key(&key)?)
                .map_err(|error| TlsError::unusable(&certificate, &error))?;
            config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
            Ok(config)
        })?;
        Ok(Self {
            config: Arc::new(config),
            failed: Arc::default(),
        })
    }

    /// Performs the handshake with a client, with the certificate that the files contain now.
    pub(crate) async fn accept<I: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: I,
    ) -> std::io::Result<TlsStream<I>> {
        let accepted = TlsAcceptor::from(self.config.current())
            .accept(stream)
            .await;
        if accepted.is_err() {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
        accepted
    }

    /// Registers a counter of failed handshakes.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        let failed = Arc::clone(&self.failed);
        metrics.counter(
            "kreis_tls_handshakes_failed",
            "Connections that ended before TLS was agreed on",
            &[],
            move || count(failed.load(Ordering::Relaxed)),
        );
    }
}
