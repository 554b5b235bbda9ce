//! Why the API cannot be used, and what a refusal of it says.

use std::{io, path::PathBuf};

use kreis_chassis::tls::TlsFault;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Why the API cannot be used, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum ClientFault {
    /// The file with the password cannot be read.
    #[error("{path} cannot be read: {cause}", path = path.display())]
    PasswordFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Nobody says the password.
    #[error("there is no password: set KREIS_PASSWORD, or give --password-file")]
    NoPassword,
    /// The address is not one to call.
    #[error("`{0}` is not an address such as http://127.0.0.1:8080")]
    Address(String),
    /// Everybody on the way could read the password.
    #[error(
        "{0} is on another machine, and nothing encrypts the password on its way; \
         use https, make a tunnel, such as ssh -L 8080:127.0.0.1:8080, \
         or set KREIS_ALLOW_PLAINTEXT=1 where the network is trusted"
    )]
    Plaintext(String),
    /// Nobody answers at the address.
    #[error("the server {server} cannot be reached: {cause}")]
    Unreachable {
        /// The address.
        server: String,
        /// What the network says.
        cause: String,
    },
    /// The server shows a certificate that no known authority vouches for.
    #[error(
        "the certificate of {0} is of an authority that this system does not know; \
         name the authority's certificate with --ca-file"
    )]
    NotBelieved(String),
    /// The files of certificates cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsFault),
    /// E-mail and password do not sign in.
    #[error("not signed in: {0}")]
    SignInRefused(String),
    /// Import and export see and define everything.
    #[error("{0} is not a gatekeeper, and only a gatekeeper can import and export")]
    NotGatekeeper(String),
    /// The server failed, or is gone.
    #[error("{0}")]
    Server(String),
}

impl From<&Status> for ClientFault {
    fn from(status: &Status) -> Self {
        // What carries no reason was made by the network on our side.
        if status.code() == Code::Unavailable && reason(status).is_empty() {
            return Self::Server("the server cannot be reached any more".to_owned());
        }
        let call_id = metadata(status, "call_id")
            .map(|id| format!(" (call id {id})"))
            .unwrap_or_default();
        Self::Server(format!("{}{call_id}", status.message()))
    }
}

/// The reason of a refusal, as the contract lists them; empty without one.
pub(super) fn reason(status: &Status) -> String {
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}

/// What varies in a refusal.
pub(crate) fn metadata(status: &Status, key: &str) -> Option<String> {
    status.get_details_error_info()?.metadata.remove(key)
}
