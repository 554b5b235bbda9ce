//! Deletes old rows in batches, for as long as a server runs.
//!
//! A batch is a write of its own, so that other writes do not wait for long, and so that a list of
//! any length is deleted in the end.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tonic::Status;

use crate::{DatabaseError, writes::Writes};

/// Rows of one batch.
pub const BATCH_SIZE: i64 = 5_000;

/// What is deleted, and when.
#[derive(Debug, Clone, Copy)]
pub struct Purge {
    /// What is deleted, in the plural, for the log.
    pub what: &'static str,
    /// Time from the start of the server to the first round.
    pub first: Duration,
    /// Time from one round to the next.
    pub interval: Duration,
}

/// Runs for ever. In each round it calls `batch` until a batch is not full. `batch` deletes at most
/// as many rows as its argument says, and returns how many. A failed batch ends its round.
pub async fn run<F>(purge: Purge, writes: Writes, batch: impl Fn(i64) -> F)
where
    F: Future<Output = Result<u64, DatabaseError>> + Send + 'static,
{
    let mut rounds = interval_at(Instant::now() + purge.first, purge.interval);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        match round(&writes, &batch).await {
            Ok(0) => {}
            Ok(entries) => tracing::info!(entries, "purged {}", purge.what),
            Err(cause) => tracing::warn!(error.cause = cause, "{} were not purged", purge.what),
        }
    }
}

/// Deletes batches until one is not full. Returns the number of deleted rows.
async fn round<F>(writes: &Writes, batch: impl Fn(i64) -> F) -> Result<u64, String>
where
    F: Future<Output = Result<u64, DatabaseError>> + Send + 'static,
{
    let mut deleted = 0;
    loop {
        let batch = batch(BATCH_SIZE);
        let rows = writes
            .run(async move { Ok::<_, Status>(batch.await) })
            .await
            .map_err(|refused| refused.message().to_owned())?
            .map_err(|error| error.to_string())?;
        deleted += rows;
        if rows < BATCH_SIZE.unsigned_abs() {
            return Ok(deleted);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    };

    use tokio::sync::Notify;

    use super::*;

    /// Rows to delete, and how many batches were asked for.
    #[derive(Debug, Default)]
    struct Table {
        rows: AtomicI64,
        batches: AtomicU64,
        empty: Notify,
    }

    impl Table {
        fn delete(&self, at_most: i64) -> u64 {
            self.batches.fetch_add(1, Ordering::Relaxed);
            let rows = self.rows.load(Ordering::Relaxed);
            let deleted = rows.min(at_most);
            self.rows.fetch_sub(deleted, Ordering::Relaxed);
            if deleted == rows {
                self.empty.notify_one();
            }
            deleted.unsigned_abs()
        }
    }

    const PURGE: Purge = Purge {
        what: "rows",
        first: Duration::ZERO,
        interval: Duration::from_millis(1),
    };

    #[tokio::test]
    async fn rows_go_in_batches_until_a_batch_is_not_full() {
        let table = Arc::new(Table::default());
        table.rows.store(12_000, Ordering::Relaxed);
        let deleting = Arc::clone(&table);
        let writes = Writes::new(1);
        let deleted = round(&writes, move |at_most| {
            let table = Arc::clone(&deleting);
            async move { Ok(table.delete(at_most)) }
        });
        assert_eq!(deleted.await, Ok(12_000));
        assert_eq!(table.batches.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn the_round_after_a_failed_one_goes_on() {
        let table = Arc::new(Table::default());
        table.rows.store(12_000, Ordering::Relaxed);
        let deleting = Arc::clone(&table);
        let purging = run(PURGE, Writes::new(1), move |at_most| {
            let table = Arc::clone(&deleting);
            async move {
                let deleted = table.delete(at_most);
                if table.batches.load(Ordering::Relaxed) == 2 {
                    return Err(DatabaseError::PoolBusy);
                }
                Ok(deleted)
            }
        });
        tokio::select! {
            () = purging => unreachable!("it runs for ever"),
            () = table.empty.notified() => {}
        }
        assert_eq!(table.rows.load(Ordering::Relaxed), 0);
        assert_eq!(table.batches.load(Ordering::Relaxed), 3);
    }
}
