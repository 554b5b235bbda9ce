//! The organisation's time zone, which many calls need and which rarely changes.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kreis_service::calendar::TimeZone;

/// How long a time zone is cached.
const TTL: Duration = Duration::from_secs(10);

/// A time zone, and when it was read. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct TimeZoneCache(Arc<Mutex<Option<(Instant, TimeZone)>>>);

impl TimeZoneCache {
    pub(super) fn get(&self) -> Option<TimeZone> {
        let cached = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, zone) = cached?;
        (read.elapsed() < TTL).then_some(zone)
    }

    pub(super) fn set(&self, zone: TimeZone) {
        let cached = Some((Instant::now(), zone));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = cached;
    }
}
