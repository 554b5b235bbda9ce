//! Ids of sessions.

use aws_lc_rs::{error::Unspecified, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Id of a session: 128 random bits, in base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionId([u8; Self::LENGTH]);

impl SessionId {
    /// Its length in bytes.
    pub(crate) const LENGTH: usize = 16;

    /// The id of a new session.
    pub(crate) fn random() -> Result<Self, Unspecified> {
        let mut bytes = [0; Self::LENGTH];
        rand::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The id with these bytes.
    pub(crate) const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// `None` for a text that cannot be an id.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The id as it is stored and sent.
    pub(crate) fn text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Its bytes.
    pub(crate) const fn bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Its first 64 bits: enough to tell sessions apart that wait for each other.
    pub(crate) const fn number(self) -> i64 {
        let first = self.0.first_chunk();
        i64::from_be_bytes(*first.expect("an id has 16 bytes"))
    }
}
