//! Sessions.

use chrono::{DateTime, Utc};

use super::Account;

/// A new session.
pub(crate) struct Session {
    pub(crate) access_token: String,
    pub(crate) expire_time: DateTime<Utc>,
    pub(crate) account: Account,
}
