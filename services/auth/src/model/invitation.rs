//! Invitations to choose a password.

use aws_lc_rs::{
    digest::{SHA256, digest},
    error::Unspecified,
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

/// A single-use token, which only a mail contains.
pub(crate) struct InvitationToken(Zeroizing<String>);

impl InvitationToken {
    /// 256 random bits.
    pub(crate) fn random() -> Result<Self, Unspecified> {
        let mut bits = Zeroizing::new([0; 32]);
        rand::fill(bits.as_mut())?;
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bits.as_ref()))))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> InvitationHash {
        InvitationHash::of(&self.0)
    }
}

/// The stored form of an invitation: SHA-256 of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvitationHash(Vec<u8>);

impl InvitationHash {
    /// Absent for a text that cannot be a token.
    pub(crate) fn from_token(token: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        (bytes.len() == 32).then(|| Self::of(token))
    }

    fn of(token: &str) -> Self {
        Self(digest(&SHA256, token.as_bytes()).as_ref().to_vec())
    }

    /// The hash that is stored.
    pub(crate) const fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
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
    pub(crate) has_password: bool,
    pub(crate) expire_time: DateTime<Utc>,
}

/// What an invitation was that a user has accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AcceptedLink {
    /// An invitation of a gatekeeper.
    Invitation,
    /// A link that the user asked for, because they forgot their password.
    PasswordReset,
}
