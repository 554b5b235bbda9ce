//! Keys of service accounts, as auth stores them.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Client, Reason, UserId};

/// A key of a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredKey {
    pub(crate) id: i64,
    pub(crate) user_id: UserId,
    /// Version of the account.
    pub(crate) uv: i64,
    /// Whether the account may write.
    pub(crate) writes: bool,
    /// Whether the account is in force: its owner is an active gatekeeper.
    pub(crate) in_force: bool,
    pub(crate) is_first_use: bool,
    pub(crate) expire_time: DateTime<Utc>,
    /// Id of the session of the tokens so far; absent if it has ended.
    pub(crate) session: Option<String>,
}

impl StoredKey {
    /// Why the key gives no token; absent if it gives one. A key in its last second gives no token,
    /// because times in tokens are whole seconds.
    pub(crate) fn refusal(&self, now: DateTime<Utc>) -> Option<Reason> {
        if self.expire_time - now < TimeDelta::seconds(1) {
            return Some(Reason::KeyExpired);
        }
        (!self.in_force).then_some(Reason::AccountSuspended)
    }
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
