//! The connection to Postgres: two pools, one for reads and one for writes.

pub mod broken_connections;
mod config;
pub(crate) mod disk_full;
mod error;
pub mod migrations;
pub mod purge;
pub mod readiness;
mod reads;
pub mod writes;

use std::time::Duration;

use futures_util::TryFutureExt;
use kreis_server::metrics::{ServerMetrics, count};
use sqlx::{
    Postgres, Transaction,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};
use tokio::time::timeout;

pub use self::{
    config::{ACQUIRE_TIMEOUT, DatabaseConfig, SESSION_SETTINGS, connect_options},
    error::DatabaseError,
    reads::ReadPool,
};

/// Longest wait of an operator's command for its connection. The command does not try again, and a
/// busy machine may take seconds to connect.
const OPERATOR_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest wait for connections to return to their pool when a server stops.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

impl DatabaseConfig {
    /// Opens the pools. A connection is made when it is first needed.
    #[must_use]
    pub fn open(&self) -> Database {
        let pool = || {
            PgPoolOptions::new()
                .max_connections(self.connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .acquire_slow_threshold(ACQUIRE_TIMEOUT)
                .idle_timeout(Duration::from_mins(5))
                .test_before_acquire(false)
                .before_acquire(|connection, facts| {
                    Box::pin(broken_connections::is_usable(connection, facts))
                })
        };
        let reads = pool().connect_lazy_with(self.options());
        // A dropped handler may leave a transaction open. It ends here, before the next handler
        // gets the connection. `begin` comes first because Postgres warns of a rollback without a
        // transaction.
        let writes = pool()
            .after_release(|connection, _| {
                Box::pin(async move {
                    sqlx::raw_sql("begin; rollback").execute(connection).await?;
                    Ok(true)
                })
            })
            .connect_lazy_with(self.options());
        Database {
            reads: ReadPool::new(reads),
            writes,
            connections: self.connections,
        }
    }
}

/// A pool with one connection for an operator's command, with the rights of this role.
#[must_use]
pub fn operator_pool(connect: &PgConnectOptions, role: &str) -> PgPool {
    let config = DatabaseConfig {
        connect: connect.clone(),
        role: Some(role.to_owned()),
        connections: 1,
    };
    PgPoolOptions::new()
        .max_connections(config.connections)
        .acquire_timeout(OPERATOR_ACQUIRE_TIMEOUT)
        .connect_lazy_with(config.options())
}

/// The two pools. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    /// For single statements that read.
    pub reads: ReadPool,
    /// For writes, used only inside [`crate::writes::Writes::run`].
    pub writes: PgPool,
    /// Maximum number of connections of each pool.
    pub connections: u32,
}

/// Runs a statement that changes nothing. If its connection is broken, it runs once more on another
/// connection.
///
/// # Errors
///
/// Those of the statement.
pub async fn retry_broken<T, F>(statement: impl Fn() -> F) -> Result<T, DatabaseError>
where
    F: Future<Output = Result<T, DatabaseError>>,
{
    match statement().await {
        Err(DatabaseError::Broken(_)) => statement().await,
        outcome => outcome,
    }
}

impl Database {
    /// One pool for reads and writes, for commands of the operator.
    #[must_use]
    pub fn with_single_pool(pool: PgPool) -> Self {
        Self {
            connections: pool.options().get_max_connections(),
            reads: ReadPool::new(pool.clone()),
            writes: pool,
        }
    }

    /// Begins a transaction; call it only inside [`crate::writes::Writes::run`]. If the connection
    /// is broken, nothing has been done yet, and a second connection is tried.
    ///
    /// # Errors
    ///
    /// The database cannot be reached.
    pub async fn begin(&self) -> Result<Transaction<'static, Postgres>, DatabaseError> {
        retry_broken(|| self.writes.begin().map_err(DatabaseError::from)).await
    }

    /// Registers gauges of busy and idle connections, and of the maximum.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        let name = "kreis_database_connections";
        let help = "Connections of a pool by what they do; the most there may be as `most`";
        for (kind, pool) in [("reads", self.reads.pool()), ("writes", &self.writes)] {
            let (all, idle) = (pool.clone(), pool.clone());
            metrics.gauge(
                name,
                help,
                &[("pool", kind), ("state", "busy")],
                move || f64::from(all.size()) - count(all.num_idle() as u64),
            );
            metrics.gauge(
                name,
                help,
                &[("pool", kind), ("state", "idle")],
                move || count(idle.num_idle() as u64),
            );
            let most = f64::from(self.connections);
            metrics.gauge(
                name,
                help,
                &[("pool", kind), ("state", "most")],
                move || most,
            );
        }
    }

    /// Closes both pools when all connections have returned, at the latest after one second.
    /// Connections still in use then end with the process.
    pub async fn close(&self) {
        let closing = async { tokio::join!(self.reads.pool().close(), self.writes.close()) };
        if timeout(CLOSE_TIMEOUT, closing).await.is_err() {
            tracing::warn!("stopped with connections of the database still in use");
        }
    }
}
