//! Certificates from an authority that each test creates.

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use kreis_server::tls::Identity;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore, SupportedProtocolVersion,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

/// A certificate authority.
pub struct Authority {
    /// Its certificate.
    pub certificate: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new authority, with its certificate in this directory.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        let mut params = CertificateParams::new([]).expect("no names are names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = directory.join("authority.pem");
        let signed = params.self_signed(&key).expect("a certificate");
        fs::write(&certificate, signed.pem()).expect("a file");
        Self {
            certificate,
            issuer: Issuer::new(params, key),
        }
    }

    /// Issues a certificate for these names, as files in this directory. Existing files are
    /// replaced.
    #[must_use]
    pub fn vouch_for(&self, names: &[&str], directory: &Path) -> Identity {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let params = CertificateParams::new(names).expect("names");
        let key = KeyPair::generate().expect("a key");
        let signed = params.signed_by(&key, &self.issuer).expect("a certificate");
        let identity = Identity {
            certificate: directory.join("certificate.pem"),
            key: directory.join("key.pem"),
        };
        fs::write(&identity.certificate, signed.pem()).expect("a file");
        fs::write(&identity.key, key.serialize_pem()).expect("a file");
        identity
    }

    /// Connects to a server by TLS, from this address of the machine, as a client that trusts this
    /// authority. Offers one version of TLS and one protocol.
    pub async fn connect_tls(
        &self,
        (server, name): (SocketAddr, &str),
        from: IpAddr,
        version: &'static SupportedProtocolVersion,
        protocol: &str,
    ) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        let own = CertificateDer::from_pem_file(&self.certificate).expect("a certificate");
        roots.add(own).expect("an authority");
        let mut config = ClientConfig::builder_with_protocol_versions(&[version])
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.into()];
        let socket = TcpSocket::new_v4().expect("a socket");
        let bound = socket.bind(SocketAddr::new(from, 0));
        bound.expect("an address of this machine");
        let stream = socket.connect(server).await.expect("the server listens");
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        let greeted = TlsConnector::from(Arc::new(config)).connect(name, stream);
        greeted.await.expect("TLS is agreed on")
    }
}
