//! Moments on the wire.

use chrono::{DateTime, Utc};

/// A moment as a timestamp of the contract.
#[must_use]
pub fn to_timestamp(moment: DateTime<Utc>) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: moment.timestamp(),
        nanos: i32::try_from(moment.timestamp_subsec_nanos()).unwrap_or_default(),
    }
}

/// The moment of a timestamp of the contract; absent if the timestamp is out of range.
#[must_use]
pub fn from_timestamp(timestamp: prost_types::Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(timestamp.seconds, u32::try_from(timestamp.nanos).ok()?)
}
