//! Signing keys: Ed25519, PKCS#8 in PEM, one file each.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac::{self, HMAC_SHA256},
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kreis_proto::auth::v1::SigningKey;
use kreis_server::token::{Claims, TYPE};
use uuid::Uuid;
use zeroize::Zeroizing;

const PEM_LABEL: &str = "PRIVATE KEY";

/// The keys of this auth. The first one signs; all of them verify.
pub struct SigningKeys {
    first: EncodingKey,
    public: Vec<SigningKey>,
    /// A key from each private key, from which others are derived.
    secrets: Vec<hmac::Key>,
}

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// No file is configured.
    #[error("no file with a signing key is named")]
    None,
    /// The file cannot be read or written.
    #[error("the signing key {0} cannot be read or written: {1}")]
    File(PathBuf, io::Error),
    /// The file holds something other than a key.
    #[error("{0} is not an Ed25519 private key in PKCS#8 PEM")]
    InvalidPem(PathBuf),
    /// The system gives no random numbers.
    #[error("no signing key could be made")]
    Generate,
}

impl SigningKeys {
    /// Loads the keys from their files.
    pub fn load(paths: &[PathBuf]) -> Result<Self, SigningKeyError> {
        let mut first = None;
        let mut public = Vec::new();
        let mut secrets = Vec::new();
        for path in paths {
            let text =
                fs::read(path).map_err(|error| SigningKeyError::File(path.clone(), error))?;
            let text = Zeroizing::new(text);
            let invalid_pem = || SigningKeyError::InvalidPem(path.clone());
            let pem = pem::parse(&*text).map_err(|_| invalid_pem())?;
            if pem.tag() != PEM_LABEL {
                return Err(invalid_pem());
            }
            let seed = Zeroizing::new(pem.into_contents());
            let pair =
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(&seed).map_err(|_| invalid_pem())?;
            let public_key = pair.public_key().as_ref().to_vec();
            let kid = thumbprint(&public_key);
            first.get_or_insert_with(|| (EncodingKey::from_ed_der(&seed), kid.clone()));
            public.push(SigningKey { kid, public_key });
            secrets.push(hmac::Key::new(HMAC_SHA256, &seed));
        }
        let (first, _) = first.ok_or(SigningKeyError::None)?;
        Ok(Self {
            first,
            public,
            secrets,
        })
    }

    /// The public keys.
    #[must_use]
    pub fn public(&self) -> Vec<SigningKey> {
        self.public.clone()
    }

    /// A key for another purpose from each signing key, in the same order. It says nothing about the
    /// signing key.
    pub(crate) fn derive(&self, purpose: &str) -> Vec<hmac::Key> {
        let derived = |secret| hmac::sign(secret, purpose.as_bytes());
        let keys = self.secrets.iter().map(derived);
        keys.map(|key| hmac::Key::new(HMAC_SHA256, key.as_ref()))
            .collect()
    }

    /// Signs a token with the first key.
    pub fn sign(&self, claims: &Claims) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = self.public.first().map(|key| key.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.first)
    }
}

/// Creates a key in a file that only its owner may read. The file appears completely or not at all.
/// An existing key is kept.
pub fn generate(path: &Path) -> Result<(), SigningKeyError> {
    let pair = Ed25519KeyPair::generate().map_err(|_| SigningKeyError::Generate)?;
    let der = pair.to_pkcs8v1().map_err(|_| SigningKeyError::Generate)?;
    let text = Zeroizing::new(pem::encode(&pem::Pem::new(PEM_LABEL, der.as_ref())));
    write_atomically(path, text.as_bytes())
        .map_err(|error| SigningKeyError::File(path.to_owned(), error))
}

/// Writes a temporary file first and then links it. A link, unlike a rename, does not replace a
/// file that another process has put there meanwhile.
fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = path.with_added_extension(Uuid::new_v4().simple().to_string());
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o400)
        .open(&temporary)?;
    let linked = file
        .write_all(content)
        .and_then(|()| file.sync_all())
        .and_then(|()| match fs::hard_link(&temporary, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        });
    fs::remove_file(&temporary)?;
    linked?;
    let directory = path.parent().filter(|parent| *parent != Path::new(""));
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

/// `kid` of a public key: its JWK thumbprint (RFC 7638, with the members that
/// RFC 8037 names for Ed25519).
fn thumbprint(public_key: &[u8]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public_key);
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_the_one_of_rfc_8037() {
        // Appendix A.3 of RFC 8037.
        let key = URL_SAFE_NO_PAD
            .decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
            .unwrap();
        assert_eq!(
            thumbprint(&key),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }
    #[test]
    fn all_who_make_a_key_at_once_use_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("signing-key.pem");
        let make_and_load = || {
            generate(&path).unwrap();
            SigningKeys::load(std::slice::from_ref(&path))
                .unwrap()
                .public()
        };
        let keys: Vec<_> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..16).map(|_| scope.spawn(make_and_load)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        let files: Vec<_> = fs::read_dir(directory.path()).unwrap().collect();
        assert_eq!(files.len(), 1, "{files:?}");
    }
}
