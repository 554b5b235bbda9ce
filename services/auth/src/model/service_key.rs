//! Keys of service accounts, as auth stores them.

use chrono::{DateTime, Utc};

use super::{Client, UserId};

/// A key that signs in a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UsableKey {
    pub(crate) id: i64,
    pub(crate) user_id: UserId,
    /// Version of the account.
    pub(crate) uv: i64,
    /// Whether the account may write.
    pub(crate) writes: bool,
    pub(crate) expire_time: DateTime<Utc>,
    /// Id of the session of the tokens so far; absent if it has ended.
    pub(crate) session: Option<String>,
}

/// One use of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyUse<'a> {
    pub(crate) session: &'a str,
    pub(crate) client: &'a Client,
    pub(crate) time: DateTime<Utc>,
    /// When the new token expires.
    pub(crate) expire_time: DateTime<Utc>,
}

/// An access token for a key.
pub(crate) struct IssuedToken {
    pub(crate) access_token: String,
    pub(crate) expire_time: DateTime<Utc>,
}

/// A key that expires soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpiringKey {
    pub(crate) id: i64,
    pub(crate) user_id: UserId,
    /// Name of the service account.
    pub(crate) account_name: String,
    /// The first characters of the key.
    pub(crate) hint: String,
    pub(crate) expire_time: DateTime<Utc>,
}
