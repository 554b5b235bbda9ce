//! Limits the writes of one row. A write that waits for a locked row keeps its connection for as
//! long as a lock may wait. So only some writes of a row get a connection at once. The others wait
//! without one.

use std::{sync::Arc, time::Duration};

use kreis_server::keyed_limits::{KeyedLimits, LimitsHandle};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How many writes of a row may wait for each running write. A waiting write keeps its slot of the
/// [`kreis_server::call_queue`], and other writes need slots too.
const WAITING: usize = 8;

/// A row that a write locks, and may have to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    /// What it stores, such as `kpi`.
    pub of: &'static str,
    /// Its id.
    pub id: i64,
}

/// The rows that have writes. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    at_once: usize,
    keyed_limits: Arc<KeyedLimits<Row, RowLimits>>,
}

/// The limits of one row.
struct RowLimits {
    running: Arc<Semaphore>,
    running_or_waiting: Arc<Semaphore>,
}

/// Allows one write of a row until it is dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "held until the write has ended")]
pub(super) struct RowPermit([OwnedSemaphorePermit; 2], LimitsHandle<Row, RowLimits>);

/// The row has too many writes, or its lock takes too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany;

impl Rows {
    /// Allows this many writes of each row at once.
    pub(super) fn new(at_once: usize) -> Self {
        Self {
            at_once,
            keyed_limits: Arc::default(),
        }
    }

    /// Waits until the row has fewer running writes than its limit. Refuses at once if too many
    /// wait already.
    pub(super) async fn acquire(&self, row: Row, max_wait: Duration) -> Result<RowPermit, TooMany> {
        let limits = self.keyed_limits.handle(row, || RowLimits {
            running: Arc::new(Semaphore::new(self.at_once)),
            running_or_waiting: Arc::new(Semaphore::new(self.at_once * (1 + WAITING))),
        });
        let running_or_waiting = Arc::clone(&limits.running_or_waiting).try_acquire_owned();
        let running_or_waiting = running_or_waiting.map_err(|_| TooMany)?;
        let running = timeout(max_wait, Arc::clone(&limits.running).acquire_owned());
        let running = running.await.map_err(|_| TooMany)?;
        // The semaphore is never closed.
        let running = running.map_err(|_| TooMany)?;
        Ok(RowPermit([running_or_waiting, running], limits))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const HELD: Row = Row { of: "kpi", id: 7 };
    const OTHER: Row = Row { of: "kpi", id: 8 };
    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn writes_of_one_row_wait_and_do_not_delay_other_rows() {
        let rows = Rows::new(2);
        let running_writes = [
            rows.acquire(HELD, LONG).await.unwrap(),
            rows.acquire(HELD, LONG).await.unwrap(),
        ];
        let mut waits = Box::pin(rows.acquire(HELD, LONG));
        assert!(waits.as_mut().now_or_never().is_none());
        rows.acquire(OTHER, LONG).await.unwrap();
        drop(running_writes);
        waits.await.unwrap();
    }

    #[tokio::test]
    async fn a_write_waits_at_most_its_maximum_time() {
        let rows = Rows::new(1);
        let _running_writes = rows.acquire(HELD, LONG).await.unwrap();
        let waited = rows.acquire(HELD, Duration::from_millis(1)).await;
        assert_eq!(waited.map(|_| ()), Err(TooMany));
    }

    #[tokio::test]
    async fn at_most_four_writes_of_a_row_wait_for_each_running_one() {
        let rows = Rows::new(2);
        let mut writes: Vec<_> = (0..2 * (1 + WAITING))
            .map(|_| Box::pin(rows.acquire(HELD, LONG)))
            .collect();
        let running = writes.iter_mut().map(|write| write.as_mut().now_or_never());
        let running: Vec<_> = running.flatten().collect();
        assert_eq!(running.len(), 2);
        assert!(matches!(
            rows.acquire(HELD, LONG).now_or_never(),
            Some(Err(_))
        ));
    }

    #[tokio::test]
    async fn a_row_is_forgotten_with_its_last_write() {
        let rows = Rows::new(1);
        let running_writes = rows.acquire(HELD, LONG).await.unwrap();
        let mut gives_up = Box::pin(rows.acquire(HELD, LONG));
        assert!(gives_up.as_mut().now_or_never().is_none());
        drop(gives_up);
        assert_eq!(rows.keyed_limits.key_count(), 1);
        drop(running_writes);
        assert_eq!(rows.keyed_limits.key_count(), 0);
    }
}
