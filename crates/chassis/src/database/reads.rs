//! The pool for single statements that read. A caller who gives one up, or whose time is
//! over, does not keep its connection busy: the statement ends too.

use std::time::Duration;

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

/// How long a statement that was given up may take to end by itself. After that its
/// connection is closed, and Postgres ends it at its next look at the socket
/// (`client_connection_check_interval` in [`super::SESSION`]).
const GRACE: Duration = Duration::from_millis(50);

/// The pool, and at once what statements are executed by. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Reads(PgPool);

impl Reads {
    /// Reads over this pool.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self(pool)
    }

    /// The pool itself, where nobody gives a statement up.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.0
    }
}

/// A connection with a statement under way, until the statement has ended.
struct Reading(Option<PoolConnection<Postgres>>);

impl Reading {
    async fn begin(pool: &PgPool) -> Result<Self, Error> {
        pool.acquire()
            .await
            .map(|connection| Self(Some(connection)))
    }

    fn connection(&mut self) -> &mut PgConnection {
        self.0.as_mut().expect("it is there until the end")
    }

    /// The statement has ended, well or badly.
    fn end(mut self) {
        self.0 = None;
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(connection) = self.0.take() else {
            return;
        };
        // Where the runtime is gone, the process ends and the connection with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(give_up(connection));
        }
    }
}

/// Waits for the end of a statement that nobody waits for, or ends its connection. The
/// pool would wait until the statement has ended, however long it takes.
async fn give_up(mut connection: PoolConnection<Postgres>) {
    let ended = timeout(GRACE, connection.ping()).await;
    if !matches!(ended, Ok(Ok(()))) {
        // Frees its place in the pool.
        drop(connection.detach());
    }
}

impl<'p> Executor<'p> for &'_ Reads {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.0.clone();
        // All rows are taken in before the first is looked at: they are a page at most,
        // and the connection is free again.
        let rows = async move {
            let mut reading = Reading::begin(&pool).await?;
            let rows = reading.connection().fetch_many(query);
            let rows: Result<Vec<_>, Error> = rows.try_collect().await;
            reading.end();
            Ok(stream::iter(rows?.into_iter().map(Ok)))
        };
        rows.try_flatten_stream().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.0.clone();
        let row = async move {
            let mut reading = Reading::begin(&pool).await?;
            let row = reading.connection().fetch_optional(query).await;
            reading.end();
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
        let pool = self.0.clone();
        async move { pool.acquire().await?.prepare_with(sql, parameters).await }.boxed()
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'p: 'e,
    {
        let pool = self.0.clone();
        async move { pool.acquire().await?.describe(sql).await }.boxed()
    }
}
