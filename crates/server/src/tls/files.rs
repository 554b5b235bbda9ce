//! Certificates and keys in files, which are read again after a change.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use aws_lc_rs::digest::{Context, SHA256};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
};

use super::error::TlsError;

/// Interval of the checks whether files have changed.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The files of a certificate, which its chain follows, and of its private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate and its chain, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// A value made from files, and made again after they have changed. The files are checked when the
/// value is used, at most once in [`CHECK_INTERVAL`].
pub(super) struct ReloadingFiles<T> {
    files: Vec<PathBuf>,
    make: Box<dyn Fn() -> Result<T, TlsError> + Send + Sync>,
    current: ArcSwap<T>,
    seen: Mutex<Seen>,
}

/// Content of the files at the last check.
struct Seen {
    at: Instant,
    digest: Option<Vec<u8>>,
}

impl<T> ReloadingFiles<T> {
    pub(super) fn new(
        files: Vec<PathBuf>,
        make: impl Fn() -> Result<T, TlsError> + Send + Sync + 'static,
    ) -> Result<Self, TlsError> {
        let seen = Seen {
            at: Instant::now(),
            digest: digest_of(&files),
        };
        Ok(Self {
            current: ArcSwap::from_pointee(make()?),
            make: Box::new(make),
            seen: Mutex::new(seen),
            files,
        })
    }

    /// The value of the current files, or of the last usable ones.
    pub(super) fn current(&self) -> Arc<T> {
        // One caller checks the files; the others do not wait for it.
        if let Ok(mut seen) = self.seen.try_lock()
            && seen.at.elapsed() >= CHECK_INTERVAL
        {
            seen.at = Instant::now();
            let digest = digest_of(&self.files);
            if digest != seen.digest {
                seen.digest = digest;
                self.reload();
            }
        }
        self.current.load_full()
    }

    fn reload(&self) {
        match (self.make)() {
            Ok(made) => {
                self.current.store(Arc::new(made));
                tracing::info!(files = ?self.files, "certificates were read again");
            }
            Err(error) => tracing::warn!(
                error.cause = %error,
                "certificates have changed and cannot be used; the former ones are kept"
            ),
        }
    }
}

/// A digest of the files, so that no copy of a key is kept for the comparison. Absent if a file
/// cannot be read.
fn digest_of(files: &[PathBuf]) -> Option<Vec<u8>> {
    let mut digest = Context::new(&SHA256);
    for path in files {
        let content = fs::read(path).ok()?;
        digest.update(&(content.len() as u64).to_le_bytes());
        digest.update(&content);
    }
    Some(digest.finish().as_ref().to_vec())
}

/// The certificates of a file, in order.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&content(path)?).collect();
    let certificates = read.map_err(|error| TlsError::unusable(path, &error))?;
    if certificates.is_empty() {
        return Err(TlsError::Empty {
            path: path.to_owned(),
            content: "certificate",
        });
    }
    Ok(certificates)
}

/// The private key of a file.
pub(super) fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(&content(path)?).map_err(|error| match error {
        pem::Error::NoItemsFound => TlsError::Empty {
            path: path.to_owned(),
            content: "private key",
        },
        error => TlsError::unusable(path, &error),
    })
}

/// The trusted authorities of a file.
pub(super) fn roots(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        let added = roots.add(certificate);
        added.map_err(|error| TlsError::unusable(path, &error))?;
    }
    Ok(roots)
}

/// The authorities that the system trusts, except those in unreadable files.
pub(super) fn roots_of_the_system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn content(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|cause| TlsError::Unreadable {
        path: path.to_owned(),
        cause,
    })
}
