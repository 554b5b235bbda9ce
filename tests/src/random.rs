//! Random pauses and choices.

use std::time::Duration;

use uuid::Uuid;

/// A number below `limit`.
#[must_use]
pub fn below(limit: u64) -> u64 {
    let (high, _) = Uuid::new_v4().as_u64_pair();
    high % limit.max(1)
}

/// A pause shorter than `limit`.
#[must_use]
pub fn pause(limit: Duration) -> Duration {
    let micros = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(below(micros))
}
