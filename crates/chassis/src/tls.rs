//! TLS: the certificate that a listener shows, which certificates are believed, and files
//! that may be replaced while a server runs.

mod connecting;
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
    connecting::{is_unknown_issuer, lazy_channel},
    settings::{ServiceTls, client_tls, public_tls, service_tls},
};
use self::{files::Reloaded, own_certificate::OwnCertificate};
use crate::metrics::{ServerReadings, count};

/// Protocols as TLS names them (RFC 7301), the preferred one first.
pub(crate) const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// Why a configuration can be begun.
const DEFAULT_VERSIONS: &str = "the provider speaks the default versions";

/// Why files cannot be used for TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    /// A file cannot be read.
    #[error("{path} cannot be read: {cause}", path = path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file has nothing of what it is named for.
    #[error("{path} has no {content} in PEM", path = path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
        /// What it should have.
        content: &'static str,
    },
    /// The certificates, or the certificate and its key, do not fit.
    #[error("{path} cannot be used: {cause}", path = path.display())]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
}

/// The files of a certificate, with those that vouch for it after it, and of its key.
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
    config: Arc<Reloaded<ServerConfig>>,
    failed: Arc<AtomicU64>,
}

/// What a caller believes and shows when it speaks TLS. Cheap to clone.
#[derive(Clone)]
pub struct ClientTls {
    config: Arc<Reloaded<ClientConfig>>,
}

/// Whose certificates a caller believes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roots {
    /// Those of the system, and of the files that are named.
    System,
    /// Those of the files alone.
    FilesAlone,
}

impl ServerTls {
    /// For a listener of everybody.
    pub fn public(identity: &Identity) -> Result<Self, TlsFault> {
        Self::new(identity, None)
    }

    /// For a listener of those alone who show a certificate of this authority.
    pub fn mutual(identity: &Identity, authority: PathBuf) -> Result<Self, TlsFault> {
        Self::new(identity, Some(authority))
    }

    fn new(identity: &Identity, authority: Option<PathBuf>) -> Result<Self, TlsFault> {
        let Identity { certificate, key } = identity.clone();
        let named = [certificate.clone(), key.clone()];
        let named = named.into_iter().chain(authority.clone()).collect();
        let config = Reloaded::new(named, move || {
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

    /// Greets a client that has connected. The certificate is the one that the files hold
    /// at this time.
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

    /// Registers a counter of the clients that were not agreed with.
    pub fn tell(&self, readings: &ServerReadings) {
        let failed = Arc::clone(&self.failed);
        readings.counter(
            "kreis_tls_handshakes_failed",
            "Connections that ended before TLS was agreed on",
            &[],
            move || count(failed.load(Ordering::Relaxed)),
        );
    }
}

impl ClientTls {
    /// For callers who believe these authorities, and show a certificate where they have
    /// one. A server that shows that very certificate is this installation's own and
    /// believed under any name, such as a loopback address.
    pub fn new(
        roots: Roots,
        authority: Option<PathBuf>,
        identity: Option<Identity>,
        own: Option<PathBuf>,
    ) -> Result<Self, TlsFault> {
        let named = identity.iter().flat_map(|identity| {
            let Identity { certificate, key } = identity.clone();
            [certificate, key]
        });
        let named = named.chain(authority.clone()).chain(own.clone()).collect();
        let config = Reloaded::new(named, move || {
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
) -> Result<ClientConfig, TlsFault> {
    let by_authority = (!trusted.is_empty()).then(|| {
        let verifier = WebPkiServerVerifier::builder_with_provider(trusted.into(), provider());
        verifier.build().expect("there are authorities")
    });
    let verifier = OwnCertificate::new(own, by_authority, provider());
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

fn unusable(path: &std::path::Path, error: &dyn std::error::Error) -> TlsFault {
    TlsFault::Unusable {
        path: path.to_owned(),
        cause: error.to_string(),
    }
}
