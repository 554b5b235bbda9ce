//! The pool for single statements that read. If a caller cancels a call or its deadline passes, the
//! statement ends too and its connection becomes free.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{
    FutureExt, StreamExt, TryFutureExt, TryStreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use sqlx::{
    Connection, Describe, Either, Error, Execute, Executor, Postgres, SqlStr,
    pool::PoolConnection,
    postgres::{PgConnection, PgPool, PgQueryResult, PgRow, PgStatement, PgTypeInfo},
};
use tokio::time::timeout;

use super::{
    broken_connections,
    config::ACQUIRE_TIMEOUT,
    error::{LOCK_NOT_AVAILABLE, PoolBusy, is_break},
};

/// How long a cancelled statement may take to end by itself. After that its connection is closed.
/// Postgres ends the statement at its next check of the socket (`client_connection_check_interval`
/// in [`SESSION_SETTINGS`](super::SESSION_SETTINGS)).
const CANCEL_GRACE: Duration = Duration::from_millis(50);

/// The pool, as an executor of statements. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ReadPool {
    pool: PgPool,
    seen: Arc<Seen>,
}

/// What the calls of a pool have seen of the database. Times as [`broken_connections::now`] counts;
/// 0 for never.
#[derive(Debug, Default)]
struct Seen {
    /// When the database last answered a statement.
    last_answer: AtomicU64,
    /// When the database last was away: a connection of the pool broke, or a call waited for one
    /// in vain while no statement was answered.
    last_away: AtomicU64,
}

impl ReadPool {
    /// Reads with this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            seen: Arc::default(),
        }
    }

    /// The pool itself, for code that cancels no statements.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }
}

impl Seen {
    /// Whether the pool is busy, after a call waited in vain for a connection since `asked`.
    fn is_busy(&self, asked: u64) -> bool {
        let last_answer = self.last_answer.load(Ordering::Relaxed);
        if last_answer <= asked {
            self.record_away();
            return false;
        }
        !is_shortly_after(asked, self.last_away.load(Ordering::Relaxed))
    }

    fn record_away(&self) {
        self.last_away
            .fetch_max(broken_connections::now(), Ordering::Relaxed);
    }
}

/// Whether a call asked for a connection while the pool may still have suffered from the database
/// being away at `last_away`. Answers that arrived before the database went away are read a little
/// later, and after a restart the pool needs time to open connections.
fn is_shortly_after(asked: u64, last_away: u64) -> bool {
    last_away > 0 && u128::from(asked.saturating_sub(last_away)) < ACQUIRE_TIMEOUT.as_micros()
}

/// A connection with a statement in progress, until the statement has ended.
struct RunningRead {
    connection: Option<PoolConnection<Postgres>>,
    seen: Arc<Seen>,
}

impl RunningRead {
    async fn begin(reads: &ReadPool) -> Result<Self, Error> {
        let asked = broken_connections::now();
        let connection = reads.pool.acquire().await.map_err(|error| match error {
            Error::PoolTimedOut if reads.seen.is_busy(asked) => {
                Error::AnyDriverError(Box::new(PoolBusy))
            }
            other => other,
        })?;
        Ok(Self {
            connection: Some(connection),
            seen: Arc::clone(&reads.seen),
        })
    }

    fn connection(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("it is there until the end")
    }

    /// Ends with this outcome of the statement.
    fn end<T>(mut self, outcome: &Result<T, Error>) {
        if is_answer(outcome) {
            self.seen
                .last_answer
                .store(broken_connections::now(), Ordering::Relaxed);
        }
        if outcome.as_ref().is_err_and(is_break) {
            self.seen.record_away();
        }
        self.connection = None;
    }
}

/// Whether the database responded: with rows, or with the error of a lock timeout.
fn is_answer<T>(outcome: &Result<T, Error>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(error) => error
            .as_database_error()
            .is_some_and(|error| error.code().as_deref() == Some(LOCK_NOT_AVAILABLE)),
    }
}

impl Drop for RunningRead {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        // Without a runtime the process is ending, and the connection ends with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(cancel_or_close(connection));
        }
    }
}

/// Waits for the end of a cancelled statement, or closes its connection. The pool alone would wait
/// until the statement has ended, however long it takes.
async fn cancel_or_close(mut connection: PoolConnection<Postgres>) {
    let ended = timeout(CANCEL_GRACE, connection.ping()).await;
    if !matches!(ended, Ok(Ok(()))) {
        // Makes room in the pool for a new connection.
        drop(connection.detach());
    }
}

impl<'p> Executor<'p> for &'_ ReadPool {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let reads = self.clone();
        // Reads all rows before the first is used. They are one page at most, and the connection
        // becomes free.
        let rows = async move {
            let mut running = RunningRead::begin(&reads).await?;
            let rows = running.connection().fetch_many(query);
            let rows: Result<Vec<_>, Error> = rows.try_collect().await;
            running.end(&rows);
            Ok(stream::iter(rows?.into_iter().map(Ok)))
        };
        rows.try_flatten_stream().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let reads = self.clone();
        let row = async move {
            let mut running = RunningRead::begin(&reads).await?;
            let row = running.connection().fetch_optional(query).await;
            running.end(&row);
            row
        };
        row.boxed()
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'p: 'e,
    {
        let pool = self.pool.clone();
        async move { pool.acquire().await?.prepare_with(sql, parameters).await }.boxed()
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'p: 'e,
    {
        let pool = self.pool.clone();
        async move { pool.acquire().await?.describe(sql).await }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_busy_if_the_database_answers_and_was_not_away_shortly_before() {
        let seen = Seen::default();
        let at = |time| u64::try_from(ACQUIRE_TIMEOUT.as_micros()).unwrap() + time;
        seen.last_answer.store(at(11), Ordering::Relaxed);
        let is_busy_if_away = |last_away| {
            seen.last_away.store(last_away, Ordering::Relaxed);
            seen.is_busy(at(10))
        };
        assert!(is_busy_if_away(0));
        assert!(is_busy_if_away(10));
        assert!(!is_busy_if_away(11), "it was away shortly before");
        assert!(!is_busy_if_away(at(12)), "it answered and went away");
    }

    #[test]
    fn a_call_that_waits_in_vain_while_nothing_is_answered_finds_the_database_silent() {
        let seen = Seen::default();
        seen.last_answer.store(9, Ordering::Relaxed);
        assert!(!seen.is_busy(10));
        assert!(seen.last_away.load(Ordering::Relaxed) > 0);
    }
}
