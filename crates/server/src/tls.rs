//! TLS: the certificates of listeners, the trusted authorities of clients, and files that can be
//! replaced while a server runs.

mod channel;
mod client;
mod error;
mod files;
mod own_certificate;
mod protocol;
mod server;
mod settings;

pub use self::{
    channel::{is_unknown_issuer, lazy_channel},
    client::{ClientTls, Roots, https_client},
    error::TlsError,
    files::Identity,
    server::ServerTls,
    settings::{ServiceTls, client_tls, public_tls, service_tls},
};
pub(crate) use self::{protocol::HTTP2, settings::metrics_tls};
