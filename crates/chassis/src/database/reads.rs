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

use super::{broken_connections, error::LOCK_NOT_AVAILABLE};

/// How long a cancelled statement may take to end by itself. After that its connection is closed.
/// Postgres ends the statement at its next check of the socket (`client_connection_check_interval`
/// in [`super::SESSION_SETTINGS`]).
const CANCEL_GRACE: Duration = Duration::from_millis(50);

/// The pool, as an executor of statements. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ReadPool {
    pool: PgPool,
    /// When the database last answered a statement, in [`broken_connections::now`]; 0 for never.
    last_answer: Arc<AtomicU64>,
}

/// No connection was free in time, but the database answered other statements meanwhile. So the
/// database works and is overloaded.
#[derive(Debug, thiserror::Error)]
#[error("all connections are in use")]
pub(super) struct PoolBusy;

impl ReadPool {
    /// Reads with this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            last_answer: Arc::default(),
        }
    }

    /// The pool itself, for code that cancels no statements.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// A connection with a statement in progress, until the statement has ended.
struct RunningRead {
    connection: Option<PoolConnection<Postgres>>,
    last_answer: Arc<AtomicU64>,
}

impl RunningRead {
    async fn begin(reads: &ReadPool) -> Result<Self, Error> {
        let asked = broken_connections::now();
        let connection = reads.pool.acquire().await.map_err(|error| {
            let last_answer = reads.last_answer.load(Ordering::Relaxed);
            match error {
                Error::PoolTimedOut if last_answer > asked => {
                    Error::AnyDriverError(Box::new(PoolBusy))
                }
                other => other,
            }
        })?;
        Ok(Self {
            connection: Some(connection),
            last_answer: Arc::clone(&reads.last_answer),
        })
    }

    fn connection(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("it is there until the end")
    }

    /// Ends with this outcome of the statement.
    fn end<T>(mut self, outcome: &Result<T, Error>) {
        if is_answer(outcome) {
            self.last_answer
                .store(broken_connections::now(), Ordering::Relaxed);
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
