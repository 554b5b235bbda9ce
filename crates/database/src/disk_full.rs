//! Remembers that the disk of the database is full, until a probe finds space.
//!
//! A full disk does not end the server: reads work, and so do writes that need no new page. So the
//! first write that finds no space records it. After that the database is probed until it has
//! space: at first four times a second, then less often, because each probe writes 2 MB to the full
//! disk. Free space is noticed after at most four seconds.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const FIRST_INTERVAL: Duration = Duration::from_millis(250);
const MAX_INTERVAL: Duration = Duration::from_secs(4);

/// The next probe, after a statement of this process found no space. One value for the process,
/// because all its servers use the same Postgres.
static FULL: Mutex<Option<Full>> = Mutex::new(None);

/// When a full disk is probed.
#[derive(Debug, Clone, Copy)]
struct Full {
    next: Instant,
    interval: Duration,
}

impl Full {
    const fn since(now: Instant) -> Self {
        Self {
            next: now,
            interval: FIRST_INTERVAL,
        }
    }

    /// Whether to probe now. If so, the next probe is later.
    fn is_due(&mut self, now: Instant) -> bool {
        if now < self.next {
            return false;
        }
        self.next = now + self.interval;
        self.interval = MAX_INTERVAL.min(self.interval * 2);
        true
    }
}

/// What is known about the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DiskState {
    /// No write has found it full.
    HasSpace,
    /// It was full at the last probe, and the next probe is not due.
    Full,
    /// It was full, and the caller must probe now.
    ProbeDue,
}

/// Records that a statement found no space.
pub(super) fn record() {
    with_full(|full| {
        full.get_or_insert_with(|| Full::since(Instant::now()));
    });
}

/// Records that a probe found space.
pub(crate) fn clear() {
    with_full(|full| *full = None);
}

/// What is known now. After [`DiskState::ProbeDue`] the next probe is due later.
pub(crate) fn state() -> DiskState {
    let due = with_full(|full| full.as_mut().map(|full| full.is_due(Instant::now())));
    match due {
        None => DiskState::HasSpace,
        Some(false) => DiskState::Full,
        Some(true) => DiskState::ProbeDue,
    }
}

fn with_full<T>(change: impl FnOnce(&mut Option<Full>) -> T) -> T {
    change(&mut FULL.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_stays_full_is_probed_less_often_and_at_least_every_four_seconds() {
        let began = Instant::now();
        let mut full = Full::since(began);
        let times = (0..1_000).map(|number| Duration::from_millis(20) * number);
        let probed: Vec<_> = times
            .filter(|time| full.is_due(began + *time))
            .map(|time| time.as_millis())
            .collect();
        assert_eq!(
            probed,
            [0, 260, 760, 1_760, 3_760, 7_760, 11_760, 15_760, 19_760]
        );
    }
}
