//! TLS: the certificates of listeners, the trusted authorities of clients, and files that can be
//! replaced while a server runs.

mod channel;
mod files;
mod own_certificate;
mod settings;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    client::WebPkiServerVerifier,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::CertificateDer,
    server::WebPkiClientVerifier,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

pub(crate) use self::settings::metrics_tls;
pub use self::{
    channel::{is_unknown_issuer, lazy_channel},
    settings::{ServiceTls, client_tls, public_tls, service_tls},
};
use self::{files::ReloadingFiles, own_certificate::OwnCertificateVerifier};
use crate::metrics::{ServerMetrics, count};

/// Protocol names in ALPN (RFC 7301), the preferred one first.
pub(crate) const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// Reason why the default versions cannot fail.
const DEFAULT_VERSIONS: &str = "the provider speaks the default versions";

/// Why files cannot be used for TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {cause}", path = path.display())]
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// Cause of the error.
        cause: std::io::Error,
    },
    /// A file does not contain what its setting requires.
    #[error("{path} has no {content} in PEM", path = path.display())]
    Empty {
        /// Path of the file.
        path: PathBuf,
        /// The content that it needs.
        content: &'static str,
    },
    /// The certificates, or the certificate and its key, do not match.
    #[error("{path} cannot be used: {cause}", path = path.display())]
    Unusable {
        /// Path of the file.
        path: PathBuf,
        /// Cause of the error.
        cause: String,
    },
}

/// The files of a certificate, which its chain follows, and of its private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate and its chain, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// TLS of a listener. Cheap to clone.
#[derive(Clone)]
pub struct ServerTls {
    config: Arc<ReloadingFiles<ServerConfig>>,
    failed: Arc<AtomicU64>,
}

/// Trusted authorities and own certificate of a client. Cheap to clone.
#[derive(Clone)]
pub struct ClientTls {
    config: Arc<ReloadingFiles<ClientConfig>>,
}

/// The authorities that a client trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roots {
    /// Those of the system, and those in the named files.
    System,
    /// Only those in the named files.
    FilesAlone,
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
                    let verifier = verifier.build().map_err(|error| unusable(path, &error))?;
                    builder.with_client_cert_verifier(verifier)
                }
            };
            let chain = files::certificates(&certificate)?;
            let mut config = builder
                .with_single_cert(chain, files::private_key(&key)?)
                .map_err(|error| unusable(&certificate, &error))?;
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

impl ClientTls {
    /// For clients that trust these authorities, and send a certificate if they have one. A server
    /// with exactly the certificate in `own` belongs to this installation. It is trusted under any
    /// name, such as a loopback address.
    pub fn new(
        roots: Roots,
        authority: Option<PathBuf>,
        identity: Option<Identity>,
        own: Option<PathBuf>,
    ) -> Result<Self, TlsError> {
        let named = identity.iter().flat_map(|identity| {
            let Identity { certificate, key } = identity.clone();
            [certificate, key]
        });
        let named = named.chain(authority.clone()).chain(own.clone()).collect();
        let config = ReloadingFiles::new(named, move || {
            let mut trusted = match roots {
                Roots::System => files::roots_of_the_system(),
                Roots::FilesAlone => RootCertStore::empty(),
            };
            if let Some(path) = &authority {
                trusted.roots.extend(files::roots(path)?.roots);
            }
            let own = match &own {
                Some(path) => files::certificates(path)?.into_iter().next(),
                None => None,
            };
            client_config(trusted, own, identity.as_ref())
        })?;
        Ok(Self {
            config: Arc::new(config),
        })
    }
}

fn client_config(
    trusted: RootCertStore,
    own: Option<CertificateDer<'static>>,
    identity: Option<&Identity>,
) -> Result<ClientConfig, TlsError> {
    let by_authority = (!trusted.is_empty()).then(|| {
        let verifier = WebPkiServerVerifier::builder_with_provider(trusted.into(), provider());
        verifier.build().expect("there are authorities")
    });
    let verifier = OwnCertificateVerifier::new(own, by_authority, provider());
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect(DEFAULT_VERSIONS)
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(Identity { certificate, key }) => builder
            .with_client_auth_cert(files::certificates(certificate)?, files::private_key(key)?)
            .map_err(|error| unusable(certificate, &error))?,
    };
    config.alpn_protocols = vec![HTTP2.to_vec()];
    Ok(config)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn unusable(path: &std::path::Path, error: &dyn std::error::Error) -> TlsError {
    TlsError::Unusable {
        path: path.to_owned(),
        cause: error.to_string(),
    }
}
