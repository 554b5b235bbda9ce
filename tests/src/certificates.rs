//! Certificates of an authority that each test makes for itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

use kreis_chassis::tls::Identity;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// Somebody who vouches for names.
pub struct Authority {
    /// Its certificate.
    pub certificate: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new one, whose certificate lies in this directory.
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

    /// Vouches for these names: files in this directory, which are written anew where they
    /// are there already.
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
}
