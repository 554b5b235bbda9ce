//! The connection to Postgres: two pools, one for reads and one for writes.

pub(crate) mod broken_connections;
pub(crate) mod disk_space;
mod error;
mod reads;

use std::time::Duration;

use futures_util::TryFutureExt;
use sqlx::{
    ConnectOptions, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};
use tokio::time::timeout;

pub use self::{error::DatabaseError, reads::ReadPool};
use crate::{
    config::Settings,
    metrics::{ServerMetrics, count},
    traces,
};

/// Longest wait for a free connection. After it the database counts as unreachable.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(800);

/// Longest wait of an operator's command for its connection. The command does not try again, and a
/// busy machine may take seconds to connect.
const OPERATOR_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest wait for connections to return to their pool when a server stops.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Settings of each session of a service. They come with the service's own login role; with another
/// login, [`DatabaseConfig::options`] sends them.
pub const SESSION_SETTINGS: [(&str, &str); 8] = [
    ("statement_timeout", "5s"),
    // Writers that wait for one row must not hold all connections for long.
    ("lock_timeout", "500ms"),
    ("idle_in_transaction_session_timeout", "2s"),
    // A connection is closed if its caller cancels the statement. This is how soon Postgres then
    // ends the statement. Until then it runs beside those of the connection that replaces it.
    ("client_connection_check_interval", "100ms"),
    // Postgres plans each statement once per connection, for any parameters. Otherwise it would
    // plan a page again at each call, because it assumes that an unknown limit is a tenth of the
    // table.
    ("plan_cache_mode", "force_generic_plan"),
    // For the same reason Postgres would compile the plan of a page, start parallel workers for it,
    // and prepare a cache as large as the table. Each takes longer than the page.
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("enable_memoize", "off"),
];

/// Address of the database, and the role to use it with.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// How to connect.
    pub connect: PgConnectOptions,
    /// Role to set after connecting, if one login serves all servers.
    pub role: Option<String>,
    /// Most connections of each of the two pools.
    pub connections: u32,
}

impl DatabaseConfig {
    /// Reads `KREIS_DATABASE_URL` and `KREIS_DATABASE_PASSWORD` (both may come
    /// from a `_FILE`) and `KREIS_DATABASE_CONNECTIONS`.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let before = settings.error_count();
        let connect = connect_options(settings);
        if connect.is_none() && settings.error_count() == before {
            settings.add_error(
                "neither KREIS_DATABASE_URL nor KREIS_DATABASE_URL_FILE is set; it is where \
                 Postgres is, such as postgres://kreis_kpi@postgres/kreis",
            );
        }
        let connect = connect.unwrap_or_else(PgConnectOptions::new_without_pgpass);
        let connections = settings.number("KREIS_DATABASE_CONNECTIONS", 8, 1, 100);
        let connections = u32::try_from(connections).unwrap_or(8);
        Self {
            connect,
            role: None,
            connections,
        }
    }

    /// The options to connect with. If the login is not the service's own, they set the role and
    /// its settings. A service's own login has its settings already, and connection poolers do not
    /// forward options.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        let options = self.connect.clone().application_name("kreis");
        // Spans of statements are made from the log events of sqlx.
        let options = if traces::is_on() {
            options
        } else {
            options.disable_statement_logging()
        };
        match &self.role {
            Some(role) => options.options([("role", role)]).options(SESSION_SETTINGS),
            None => options,
        }
    }

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

/// Reads `KREIS_DATABASE_URL` and `KREIS_DATABASE_PASSWORD`; both may come from a `_FILE`. Absent
/// if no address is set.
pub fn connect_options(settings: &mut Settings) -> Option<PgConnectOptions> {
    let url = settings
        .secret("KREIS_DATABASE_URL")
        .filter(|url| !url.is_empty());
    let password = settings.secret("KREIS_DATABASE_PASSWORD");
    let connect: Result<PgConnectOptions, _> = url?.parse();
    let Ok(connect) = connect else {
        // The error may contain the password.
        settings.add_error(
            "KREIS_DATABASE_URL is not an address of Postgres, \
             such as postgres://kreis@localhost/kreis",
        );
        return None;
    };
    Some(match password {
        Some(password) => connect.password(&password),
        None => connect,
    })
}

/// The two pools. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    /// For single statements that read.
    pub reads: ReadPool,
    /// For writes, used only inside [`crate::writes::Writes::run`].
    pub writes: PgPool,
    /// Most connections of each pool.
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
