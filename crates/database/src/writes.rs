//! Runs the writes of handlers.
//!
//! A handler's future is dropped when its caller disconnects, even within a transaction. Its
//! connection could then return to the pool with an open transaction (sqlx issues 4385 and 4393).
//! So each write runs in a task of its own, which always runs to its end. At most as many tasks run
//! at once as the pool has connections, and at most a quarter as many for one row. A stopping server
//! waits for them.

mod rows;

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kreis_server::{
    log_rate_limit::LogRateLimit,
    metrics::{ServerMetrics, count},
    status, traces,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};
use tokio_util::task::TaskTracker;
use tonic::Status;
use tracing::Instrument;

pub use self::rows::Row;
use self::rows::{RowPermit, Rows};
use crate::ACQUIRE_TIMEOUT;

/// Runs writes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Writes {
    permits: Arc<Semaphore>,
    rows: Rows,
    counts: Arc<[Counts; Limit::ALL.len()]>,
    tasks: TaskTracker,
}

/// What a write may wait for before it begins.
#[derive(Debug, Clone, Copy)]
enum Limit {
    /// The connections of the pool.
    Connections,
    /// The writes of one row.
    Row,
}

impl Limit {
    const ALL: [Self; 2] = [Self::Connections, Self::Row];

    const fn name(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Row => "row",
        }
    }
}

/// How many writes wait because of a limit, and how many were refused.
#[derive(Debug, Default)]
struct Counts {
    waiting: AtomicU64,
    refused: AtomicU64,
}

/// Allows one write until it is dropped.
#[expect(dead_code, reason = "held until the write has ended")]
struct WritePermit {
    connection: OwnedSemaphorePermit,
    row: Option<RowPermit>,
}

impl Writes {
    /// `at_once` is the number of connections of the pool. So many writes run at once; at most a
    /// quarter of them, and no fewer than two, lock the same row: two of eight keep a row busy, and
    /// three rows that other transactions hold leave connections to the rest.
    #[must_use]
    pub fn new(at_once: u32) -> Self {
        let at_once = usize::try_from(at_once).unwrap_or(1);
        Self {
            permits: Arc::new(Semaphore::new(at_once)),
            rows: Rows::new((at_once / 4).max(2).min(at_once)),
            counts: Arc::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Registers gauges of running and waiting writes, and counters of refused writes.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        let in_progress = self.clone();
        metrics.gauge(
            "kreis_writes_in_progress",
            "Writes in progress",
            &[],
            move || count(in_progress.tasks.len() as u64),
        );
        for limit in Limit::ALL {
            let labels = [("limit", limit.name())];
            let (waiting, refused) = (self.clone(), self.clone());
            metrics.gauge(
                "kreis_writes_waiting",
                "Writes that wait for a connection or for their row, by limit",
                &labels,
                move || count(waiting.counts_of(limit).waiting.load(Ordering::Relaxed)),
            );
            metrics.counter(
                "kreis_writes_refused",
                "Writes that were refused: they waited too long for a connection or for their row, by limit",
                &labels,
                move || count(refused.counts_of(limit).refused.load(Ordering::Relaxed)),
            );
        }
    }

    /// Runs `work` to its end, even if the caller disconnects. `RESOURCE_EXHAUSTED` (`OVERLOADED`) if
    /// no permit is free in time; a panic becomes INTERNAL.
    ///
    /// Do not set a timeout *inside* `work`: a timeout drops futures too. The pool and the
    /// statements have their own timeouts.
    pub async fn run<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, Status>
    where
        T: Send + 'static,
        E: Into<Status> + Send + 'static,
    {
        self.run_limited(None, Box::pin(work)).await
    }

    /// Like [`Self::run`], for a write that locks this row. While another transaction holds the row,
    /// the writes that wait for it leave three quarters of the connections to other writes.
    pub async fn run_on<T, E>(
        &self,
        row: Row,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, Status>
    where
        T: Send + 'static,
        E: Into<Status> + Send + 'static,
    {
        self.run_limited(Some(row), Box::pin(work)).await
    }

    async fn run_limited<T, E>(
        &self,
        row: Option<Row>,
        work: Pin<Box<dyn Future<Output = Result<T, E>> + Send>>,
    ) -> Result<T, Status>
    where
        T: Send + 'static,
        E: Into<Status> + Send + 'static,
    {
        let permit = self.acquire(row).await?;
        let task = async move {
            let outcome = work.await;
            drop(permit);
            outcome
        };
        let task = self
            .tasks
            .spawn(traces::with_current_trace(task.in_current_span()));
        match task.await {
            Ok(outcome) => outcome.map_err(Into::into),
            Err(stopped) => Err(status::internal(&stopped)),
        }
    }

    /// Waits for the permits of a write. The row comes first, so that a write that waits for its
    /// row keeps no connection from others.
    async fn acquire(&self, row: Option<Row>) -> Result<WritePermit, Status> {
        let since = Instant::now();
        let row_permit = match row {
            None => None,
            Some(row) => {
                let _waiting = WaitingCount::begin(&self.counts_of(Limit::Row).waiting);
                let permit = self.rows.acquire(row, ACQUIRE_TIMEOUT).await;
                Some(permit.map_err(|_| self.refuse(Limit::Row, Some(row)))?)
            }
        };
        let _waiting = WaitingCount::begin(&self.counts_of(Limit::Connections).waiting);
        let left = ACQUIRE_TIMEOUT.saturating_sub(since.elapsed());
        match timeout(left, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(connection)) => Ok(WritePermit {
                connection,
                row: row_permit,
            }),
            _ => Err(self.refuse(Limit::Connections, row)),
        }
    }

    fn counts_of(&self, limit: Limit) -> &Counts {
        &self.counts[limit as usize]
    }

    /// Counts and logs a refusal, and returns its status.
    fn refuse(&self, limit: Limit, row: Option<Row>) -> Status {
        static LOG_LIMIT: LogRateLimit = LogRateLimit::new(1);
        self.counts_of(limit)
            .refused
            .fetch_add(1, Ordering::Relaxed);
        if let Some(suppressed) = LOG_LIMIT.allow() {
            tracing::warn!(
                writes = suppressed + 1,
                limit = limit.name(),
                row.of = row.map(|row| row.of),
                row.id = row.map(|row| row.id),
                "writes were refused: they waited too long for a connection or for their row"
            );
        }
        status::overloaded()
    }

    /// Waits for the writes in progress, at most for `grace`.
    pub async fn drain(&self, grace: Duration) {
        self.tasks.close();
        if timeout(grace, self.tasks.wait()).await.is_err() {
            tracing::warn!(
                writes = self.tasks.len(),
                "stopped before all writes had ended"
            );
        }
    }
}

/// A write that waits for a permit, until it is dropped.
struct WaitingCount<'a>(&'a AtomicU64);

impl<'a> WaitingCount<'a> {
    fn begin(all: &'a AtomicU64) -> Self {
        all.fetch_add(1, Ordering::Relaxed);
        Self(all)
    }
}

impl Drop for WaitingCount<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::{join_all, pending};
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_write_runs_to_its_end_if_its_caller_disconnects() {
        let writes = Writes::new(1);
        let (go, may_go) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel::<()>();
        let call = writes.run(async move {
            may_go
                .await
                .map_err(|_| Status::cancelled("the test dropped its sender"))?;
            done.send(())
                .map_err(|()| Status::cancelled("the test dropped its receiver"))
        });
        assert!(timeout(Duration::from_millis(10), call).await.is_err());
        go.send(()).unwrap();
        is_done.await.unwrap();
        writes.drain(Duration::from_secs(1)).await;
    }

    #[tokio::test]
    async fn a_write_that_panics_becomes_internal() {
        let outcome: Result<(), Status> = Writes::new(1)
            .run(async {
                if true {
                    panic!("on purpose")
                } else {
                    Ok::<_, Status>(())
                }
            })
            .await;
        assert_eq!(outcome.unwrap_err().code(), tonic::Code::Internal);
    }

    #[tokio::test]
    async fn writes_that_wait_for_three_rows_leave_connections_for_writes_of_other_rows() {
        let writes = Writes::new(8);
        let row = |id| Row { of: "kpi", id };
        let never = || pending::<Result<(), Status>>();
        let wait = |held| {
            let writes = writes.clone();
            tokio::spawn(async move { writes.run_on(held, never()).await })
        };
        let waiting: Vec<_> = (0..99).map(|call| wait(row(call % 3))).collect();
        tokio::task::yield_now().await;
        let other = row(3);
        for _ in 0..3 {
            writes
                .run_on(other, async { Ok::<_, Status>(()) })
                .await
                .unwrap();
            writes.run(async { Ok::<_, Status>(()) }).await.unwrap();
        }
        let (still_running, refused): (Vec<_>, Vec<_>) = join_all(
            waiting
                .into_iter()
                .map(|call| timeout(ACQUIRE_TIMEOUT * 2, call)),
        )
        .await
        .into_iter()
        .partition(Result::is_err);
        assert_eq!((still_running.len(), refused.len()), (6, 93));
        for refusal in refused {
            let refusal = refusal.unwrap().unwrap().unwrap_err();
            assert_eq!(refusal.code(), tonic::Code::ResourceExhausted);
        }
        assert_eq!(
            writes.counts_of(Limit::Row).refused.load(Ordering::Relaxed),
            93
        );
        assert_eq!(
            writes.counts_of(Limit::Row).waiting.load(Ordering::Relaxed),
            0
        );
    }
}
