//! TLS of a client: the authorities that it trusts, and its certificate.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore, client::WebPkiServerVerifier, pki_types::CertificateDer,
};

use super::{
    error::TlsError,
    files::{self, Identity, ReloadingFiles},
    own_certificate::OwnCertificateVerifier,
    protocol::{DEFAULT_VERSIONS, HTTP2, provider},
};

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

    /// The configuration, with the certificates that the files contain now.
    pub(super) fn current(&self) -> Arc<ClientConfig> {
        self.config.current()
    }
}

/// The configuration of a client of HTTPS servers elsewhere: it trusts the authorities of the system,
/// and those in this file.
pub fn https_client(authority: Option<&Path>) -> Result<ClientConfig, TlsError> {
    let mut trusted = files::roots_of_the_system();
    if let Some(path) = authority {
        trusted.roots.extend(files::roots(path)?.roots);
    }
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect(DEFAULT_VERSIONS)
        .with_root_certificates(trusted)
        .with_no_client_auth())
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
            .map_err(|error| TlsError::unusable(certificate, &error))?,
    };
    config.alpn_protocols = vec![HTTP2.to_vec()];
    Ok(config)
}
