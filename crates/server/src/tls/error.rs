//! Why files cannot be used for TLS.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
};

/// Why files cannot be used for TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {cause}", path = path.display())]
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// Cause of the error.
        cause: io::Error,
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

impl TlsError {
    /// The certificate or key in a file does not fit.
    pub(super) fn unusable(path: &Path, cause: &dyn Error) -> Self {
        Self::Unusable {
            path: path.to_owned(),
            cause: cause.to_string(),
        }
    }
}
