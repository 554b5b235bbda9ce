//! The positions that page tokens hold, as messages.

use chrono::{DateTime, Utc};
use kreis_server::timestamps::{from_timestamp, to_timestamp};
use prost_types::Timestamp;

/// A position in a list that is ordered by a text and an id.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TextPosition {
    #[prost(string, tag = "1")]
    text: String,
    #[prost(int64, tag = "2")]
    id: i64,
}

impl TextPosition {
    /// The position of an entry.
    #[must_use]
    pub const fn new(text: String, id: i64) -> Self {
        Self { text, id }
    }

    /// The text and the id. Absent if Postgres cannot hold the text, because it contains NUL.
    #[must_use]
    pub fn text_and_id(self) -> Option<(String, i64)> {
        (!self.text.contains('\0')).then_some((self.text, self.id))
    }
}

/// A position in a list that is ordered by a time and an id.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TimePosition {
    #[prost(message, optional, tag = "1")]
    time: Option<Timestamp>,
    #[prost(int64, tag = "2")]
    id: i64,
}

impl TimePosition {
    /// The position of an entry.
    #[must_use]
    pub fn new(time: DateTime<Utc>, id: i64) -> Self {
        Self {
            time: Some(to_timestamp(time)),
            id,
        }
    }

    /// The time and the id. Absent for a time before 1970, which no entry of kreis has.
    #[must_use]
    pub fn time_and_id(self) -> Option<(DateTime<Utc>, i64)> {
        let time = from_timestamp(self.time?)?;
        (time >= DateTime::UNIX_EPOCH).then_some((time, self.id))
    }
}
