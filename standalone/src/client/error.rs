//! Errors of the API client, and details of a refusal.

use std::{io, path::PathBuf};

use kreis_server::tls::TlsError;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Why the API cannot be used, at the start or later.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file with the password cannot be read.
    #[error("{path} cannot be read: {cause}", path = path.display())]
    PasswordFile {
        /// Path of the file.
        path: PathBuf,
        /// Cause of the error.
        cause: io::Error,
    },
    /// No source provides a password.
    #[error("there is no password: set KREIS_PASSWORD, or give --password-file")]
    NoPassword,
    /// What should be the key of a service account is another text, or mistyped.
    #[error(
        "KREIS_SERVICE_KEY is not the key of a service account: such keys begin with kreis_sa_"
    )]
    NoServiceKey,
    /// It is not said who signs in.
    #[error("it is not said who signs in: give --email, or set KREIS_SERVICE_KEY")]
    NobodySignsIn,
    /// The server's address cannot be used.
    #[error("`{0}` is not an address such as http://127.0.0.1:8080")]
    Address(String),
    /// Other machines on the network could read the password.
    #[error(
        "{0} is on another machine, and nothing encrypts the password or key on its way; \
         use https, make a tunnel, such as ssh -L 8080:127.0.0.1:8080, \
         or set KREIS_ALLOW_PLAINTEXT=1 where the network is trusted"
    )]
    Plaintext(String),
    /// No server answers at the address.
    #[error("the server {server} cannot be reached: {cause}")]
    Unreachable {
        /// The address.
        server: String,
        /// The error of the network.
        cause: String,
    },
    /// No trusted authority has signed the server's certificate.
    #[error(
        "the certificate of {0} is of an authority that this system does not know; \
         name the authority's certificate with --ca-file"
    )]
    UnknownAuthority(String),
    /// The certificate files cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// E-mail and password were refused.
    #[error("not signed in: {0}")]
    SignInRefused(String),
    /// The user is not a gatekeeper. Import and export need one, because they read and define
    /// everything.
    #[error("{0} is not a gatekeeper, and only a gatekeeper can import and export")]
    NotGatekeeper(String),
    /// The server failed, or is unreachable.
    #[error("{0}")]
    Server(String),
}

impl From<&Status> for ClientError {
    fn from(status: &Status) -> Self {
        // A status without a reason comes from our own side of the network.
        if status.code() == Code::Unavailable && reason(status).is_empty() {
            return Self::Server("the server cannot be reached any more".to_owned());
        }
        let call_id = metadata(status, "call_id")
            .map(|id| format!(" (call id {id})"))
            .unwrap_or_default();
        Self::Server(format!("{}{call_id}", status.message()))
    }
}

/// The reason of a refusal, as in the contract; empty without one.
pub(crate) fn reason(status: &Status) -> String {
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}

/// A value of the refusal's metadata.
pub(crate) fn metadata(status: &Status, key: &str) -> Option<String> {
    status.get_details_error_info()?.metadata.remove(key)
}
