//! Cryptography and protocol names that listeners and clients share.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};

/// Protocol names in ALPN (RFC 7301), the preferred one first.
pub(crate) const HTTP2: &[u8] = b"h2";
pub(super) const HTTP1: &[u8] = b"http/1.1";

/// Reason why the default versions cannot fail.
pub(super) const DEFAULT_VERSIONS: &str = "the provider speaks the default versions";

pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
