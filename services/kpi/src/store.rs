//! All SQL of kpi. Each read is one statement. Writes go through a [`Tx`], which the domain
//! commits.

mod changes;
mod due_values;
mod kpis;
mod overview;
mod requests;
mod rows;
mod series;
mod users;
mod values;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kreis_chassis::{
    calendar::TimeZone,
    database::{Database, DatabaseError, ReadPool},
    token::Caller,
};
use sqlx::{Postgres, Transaction};

/// How long the organisation's time zone is cached.
const TIME_ZONE_CACHE_TTL: Duration = Duration::from_secs(10);

/// Access to the tables of kpi. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    database: Database,
    zone: Arc<Mutex<Option<(Instant, TimeZone)>>>,
}

impl Store {
    /// A store on these pools.
    pub(crate) fn new(database: Database) -> Self {
        Self {
            database,
            zone: Arc::default(),
        }
    }

    fn reads(&self) -> &ReadPool {
        &self.database.reads
    }

    /// Begins a transaction for a caller, whose role and circles stay unchanged until its end.
    /// Absent if the token is no longer valid. Only for use inside `Writes::run`.
    pub(crate) async fn begin(&self, caller: &Caller) -> Result<Option<Tx>, DatabaseError> {
        let mut tx = Tx(self.database.begin().await?);
        let in_force = sqlx::query_scalar!(
            r#"select auth.hold_caller($1, $2, $3) as "in_force!""#,
            caller.user_id,
            caller.gatekeeper,
            caller.version,
        )
        .fetch_one(&mut *tx.0)
        .await?;
        Ok(in_force.then_some(tx))
    }

    /// The organisation's time zone, at most ten seconds old.
    pub(crate) async fn zone(&self) -> Result<TimeZone, DatabaseError> {
        let remembered = *self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, zone)) = remembered.filter(|(read, _)| read.elapsed() < TIME_ZONE_CACHE_TTL)
        {
            return Ok(zone);
        }
        let name = sqlx::query_scalar!("select time_zone from org.organisation")
            .fetch_one(self.reads())
            .await?;
        let zone = read::<TimeZone, _>(name.parse())?;
        *self.zone.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), zone));
        Ok(zone)
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
