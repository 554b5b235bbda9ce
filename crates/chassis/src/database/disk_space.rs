//! Whether the disk of the database has free space.
//!
//! A full disk does not end the server: reads work, and so do writes that need no new page. So the
//! first write that finds no space records it. After that the database is probed until it has
//! space: at first four times a second, then less often, because each probe writes 2 MB to the full
//! disk. Free space is noticed after at most four seconds.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::Executor;

use super::{Database, DatabaseError};

/// Writes a set of rows of about 2 MB to the disk, and leaves nothing behind.
const FILL_PROBE: &str = "begin; set local work_mem = '64kB'; \
     select count(*) from generate_series(1, 100000); rollback";

/// SQLSTATE of a limit that an operator has set, here `temp_file_limit`.
const LIMIT_EXCEEDED: &str = "53400";

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

/// Records that a statement found no space.
pub(super) fn record_full() {
    with_full(|full| {
        full.get_or_insert_with(|| Full::since(Instant::now()));
    });
}

/// Whether there is free space. The database is probed only after a write found none.
pub(crate) async fn has_space(database: &Database) -> Result<bool, DatabaseError> {
    let due = with_full(|full| full.as_mut().map(|full| full.is_due(Instant::now())));
    match due {
        None => return Ok(true),
        Some(false) => return Ok(false),
        Some(true) => {}
    }
    // The pool for writes ends a transaction that a failure leaves open.
    let taken = database.writes.execute(FILL_PROBE).await;
    match taken {
        Ok(_) => {}
        // There was space up to that limit.
        Err(error) if is_limit(&error) => {}
        Err(error) => {
            return match DatabaseError::from(error) {
                DatabaseError::DiskFull(_) => Ok(false),
                other => Err(other),
            };
        }
    }
    with_full(|full| *full = None);
    Ok(true)
}

fn is_limit(error: &sqlx::Error) -> bool {
    let database = error.as_database_error();
    database.is_some_and(|error| error.code().as_deref() == Some(LIMIT_EXCEEDED))
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
        let asked: Vec<_> = times
            .filter(|time| full.is_due(began + *time))
            .map(|time| time.as_millis())
            .collect();
        assert_eq!(
            asked,
            [0, 260, 760, 1_760, 3_760, 7_760, 11_760, 15_760, 19_760]
        );
    }
}
