//! Invitations to choose a password.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};

/// The stored form of an invitation: SHA-256 of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvitationHash(Vec<u8>);

impl InvitationHash {
    /// Absent for a text that cannot be a token.
    pub(crate) fn from_token(token: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        (bytes.len() == 32).then(|| Self(digest(&SHA256, token.as_bytes()).as_ref().to_vec()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The user an open invitation is for, and when it expires.
#[derive(Debug, Clone)]
pub(crate) struct Invitation {
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) expire_time: DateTime<Utc>,
}
