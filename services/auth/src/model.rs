//! The types of auth: e-mails from requests, stored accounts, sessions, and errors.

mod password_policy;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use kreis_chassis::{database::DatabaseError, names};

pub(crate) use self::password_policy::{Password, PasswordPolicyError};

const MAX_EMAIL_BYTES: usize = 1024;

/// The normalised e-mail by which an account is looked up. An impossible e-mail becomes an empty
/// key, which finds no account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EmailKey(String);

impl EmailKey {
    pub(crate) fn from_email(email: &str) -> Self {
        let possible = email.len() <= MAX_EMAIL_BYTES && !email.contains('\0');
        Self(if possible {
            names::key(email)
        } else {
            String::new()
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

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

/// A user with their account, read by one statement.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) user_id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) gatekeeper: bool,
    pub(crate) active: bool,
    pub(crate) version: i64,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) update_time: DateTime<Utc>,
    pub(crate) circles: Vec<Circle>,
    pub(crate) password_hash: Option<String>,
    pub(crate) uv: i64,
}

/// A circle of a user.
#[derive(Debug, Clone)]
pub(crate) struct Circle {
    pub(crate) circle_id: i64,
    pub(crate) name: String,
}

/// A new session.
pub(crate) struct Session {
    pub(crate) access_token: String,
    pub(crate) expire_time: DateTime<Utc>,
    pub(crate) account: Account,
}

/// One entry of the list of revocations.
#[derive(Debug, Clone)]
pub(crate) struct Revocation {
    pub(crate) seq: i64,
    pub(crate) kind: String,
    pub(crate) key: String,
    pub(crate) min_uv: i64,
    pub(crate) not_after: DateTime<Utc>,
    pub(crate) create_time: DateTime<Utc>,
}

/// Every error of auth.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("e-mail and password do not sign anybody in")]
    SignInRefused,
    #[error("the invitation does not open anything")]
    InvitationRefused,
    #[error("too many sign-ins at once")]
    Overloaded,
    #[error("a password could not be hashed: {0}")]
    Hashing(String),
    #[error("a token could not be signed: {0}")]
    Signing(String),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_that_cannot_be_anybodys_finds_nobody() {
        assert_eq!(
            EmailKey::from_email(" Anna@Example.ORG ").as_str(),
            "anna@example.org"
        );
        assert_eq!(EmailKey::from_email("a\0b@example.org").as_str(), "");
        assert_eq!(EmailKey::from_email(&"x".repeat(2000)).as_str(), "");
    }
}
