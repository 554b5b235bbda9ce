//! All SQL of kpi. Each read is one statement. Writes go through a [`Tx`], which the domain
//! commits.

mod callers;
mod changes;
mod due_values;
mod kpi_of_value;
mod kpis;
mod organisation;
mod overview;
mod requests;
mod rows;
mod series;
mod state_thresholds;
mod time_zone_cache;
mod users;
mod values;

use kreis_database::{Database, DatabaseError, ReadPool};
use kreis_server::metrics::ServerMetrics;
use sqlx::{Postgres, Transaction};

use self::{kpi_of_value::KpiOfValue, time_zone_cache::TimeZoneCache};

/// Access to the tables of kpi. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    database: Database,
    zone: TimeZoneCache,
    kpi_of_value: KpiOfValue,
}

impl Store {
    /// A store on these pools.
    pub(crate) fn new(database: Database) -> Self {
        Self {
            database,
            zone: TimeZoneCache::default(),
            kpi_of_value: KpiOfValue::default(),
        }
    }

    /// Registers metrics of what is cached.
    pub(crate) fn register_metrics(&self, metrics: &ServerMetrics) {
        self.kpi_of_value.register_metrics(metrics);
    }

    fn reads(&self) -> &ReadPool {
        &self.database.reads
    }

    /// Begins a transaction. Only for use inside `Writes::run`.
    pub(crate) async fn begin(&self) -> Result<Tx, DatabaseError> {
        Ok(Tx(self.database.begin().await?))
    }
}

/// A transaction. Dropping it without `commit` rolls it back.
pub(crate) struct Tx(Transaction<'static, Postgres>);

impl Tx {
    /// Commits.
    pub(crate) async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.0.commit().await?)
    }

    /// Rolls back.
    pub(crate) async fn rollback(self) -> Result<(), DatabaseError> {
        Ok(self.0.rollback().await?)
    }
}

/// Converts a stored value to a type of the model. The constraints of the schema make sure that
/// this succeeds.
fn read<T, E>(parsed: Result<T, E>) -> Result<T, DatabaseError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    parsed.map_err(|error| sqlx::Error::Decode(error.into()).into())
}
