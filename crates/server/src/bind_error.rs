//! Why a server cannot start.

use std::io;

use crate::{access::AccessPolicyError, config::ConfigErrors};

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The configuration has errors.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// The contract cannot be served.
    #[error(transparent)]
    AccessPolicy(#[from] AccessPolicyError),
    /// The socket cannot be bound.
    #[error(transparent)]
    Listen(#[from] io::Error),
    /// The shared secret cannot be sent in a header.
    #[error("the services' shared secret has characters that cannot be sent")]
    Secret,
    /// An address is not a URL.
    #[error("`{0}` is not the URL of a server")]
    Address(String),
    /// The descriptors cannot be served.
    #[error("reflection cannot be served: {0}")]
    Reflection(String),
    /// An error of one server only.
    #[error("{0}")]
    Other(String),
}
