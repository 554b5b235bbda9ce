//! Entries of the list of revocations.

use chrono::{DateTime, Utc};

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
