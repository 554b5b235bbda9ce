//! Users with their accounts.

use chrono::{DateTime, Utc};

use super::{CircleId, UserId};

/// A user with their account, read by one statement.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) user_id: UserId,
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
    /// Tag of the user's language; empty if it is not known.
    pub(crate) language: String,
}

/// A circle of a user.
#[derive(Debug, Clone)]
pub(crate) struct Circle {
    pub(crate) circle_id: CircleId,
    pub(crate) name: String,
}
