//! The positions that page tokens hold, as messages.

use chrono::{DateTime, Utc};
use kreis_server::timestamps::{from_timestamp, to_timestamp};
use prost_types::Timestamp;

use super::Cursor;

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

/// A position in a list that is ordered by a time and an id, as a message.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TimePosition {
    #[prost(message, optional, tag = "1")]
    time: Option<Timestamp>,
    #[prost(int64, tag = "2")]
    id: i64,
}

/// A position in a list of events, newest first: the last event of the page before. With id 0, the
/// list continues with the events before `time`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeCursor {
    /// When the event happened.
    pub time: DateTime<Utc>,
    /// Its id.
    pub id: i64,
}

impl Cursor for TimeCursor {
    type Message = TimePosition;

    fn encode(self) -> TimePosition {
        TimePosition {
            time: Some(to_timestamp(self.time)),
            id: self.id,
        }
    }

    /// Absent for a time before 1970, which no event of kreis has.
    fn decode(message: TimePosition) -> Option<Self> {
        let time = from_timestamp(message.time?)?;
        (time >= DateTime::UNIX_EPOCH).then_some(Self {
            time,
            id: message.id,
        })
    }
}
