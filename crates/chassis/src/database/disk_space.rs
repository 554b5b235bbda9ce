//! Whether the database has room on its disk.
//!
//! A full disk does not end the server: reads go on, and so do writes that need no new
//! page. So the first write that found no room tells of it, and after that the database
//! is asked for room until it has some: at first four times a second, then less and less
//! often, as each question writes 2 MB to a disk that has none to spare. Room is noticed
//! four seconds after it is there at the latest.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::Executor;

use super::{Database, DatabaseError};

/// Has a set of rows spill to the disk, about 2 MB, and leaves nothing behind.
const FILL_PROBE: &str = "begin; set local work_mem = '64kB'; \
     select count(*) from generate_series(1, 100000); rollback";

/// SQLSTATE of a limit that an operator has set, here `temp_file_limit`.
const LIMIT_EXCEEDED: &str = "53400";

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// Since a statement of this process found no room: when to ask again. One for the process,
/// whose servers all use the same Postgres.
static FULL: Mutex<Option<Full>> = Mutex::new(None);

/// When a full disk is asked for room.
#[derive(Debug, Clone, Copy)]
struct Full {
    next: Instant,
    pause: Duration,
}

impl Full {
    const fn since(now: Instant) -> Self {
        Self {
            next: now,
            pause: FIRST_PAUSE,
        }
    }

    /// Whether to ask now; if so, the next time is later.
    fn is_due(&mut self, now: Instant) -> bool {
        if now < self.next {
            return false;
        }
        self.next = now + self.pause;
        self.pause = LONGEST_PAUSE.min(self.pause * 2);
        true
    }
}

/// A statement found no room just now.
pub(super) fn record_full() {
    with_full(|full| {
        full.get_or_insert_with(|| Full::since(Instant::now()));
    });
}

/// Whether there is room, as far as is known: asked only after a write found none.
pub(crate) async fn is_there(database: &Database) -> Result<bool, DatabaseError> {
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
        // There was room up to that limit.
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
    fn a_disk_that_stays_full_is_asked_for_room_less_often_and_every_four_seconds_at_least() {
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
