//! All SQL of kpi. Reads are single statements; what belongs together is
//! written through a [`Tx`], which ends in `commit` or takes everything back.

mod changes;
mod due_values;
mod kpis;
mod overview;
mod people;
mod requests;
mod series;
mod values;

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kreis_chassis::{
    calendar::Zone,
    database::{Database, DatabaseFault, Reads},
    token::Caller,
};
use sqlx::{Postgres, Transaction};

pub(crate) use changes::Entry;
pub(crate) use values::{LockedValue, WritableKpi};

/// How long the organisation's time zone is remembered.
const ZONE_IS_GOOD_FOR: Duration = Duration::from_secs(10);

/// The way to what kpi stores. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    database: Database,
    zone: Arc<Mutex<Option<(Instant, Zone)>>>,
}

impl Store {
    /// A store over these pools.
    pub(crate) fn new(database: Database) -> Self {
        Self {
            database,
            zone: Arc::default(),
        }
    }

    fn reads(&self) -> &Reads {
        &self.database.reads
    }

    /// Begins a transaction of a caller, who keeps their role and their circles until it
    /// ends; nothing where their token has ended meanwhile. Only inside `Writes::run`.
    pub(crate) async fn begin(&self, caller: &Caller) -> Result<Option<Tx>, DatabaseFault> {
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
    pub(crate) async fn zone(&self) -> Result<Zone, DatabaseFault> {
        let remembered = *self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, zone)) = remembered.filter(|(read, _)| read.elapsed() < ZONE_IS_GOOD_FOR) {
            return Ok(zone);
        }
        let name = sqlx::query_scalar!("select time_zone from org.organisation")
            .fetch_one(self.reads())
            .await?;
        let zone = read::<Zone, _>(name.parse())?;
        *self.zone.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), zone));
        Ok(zone)
    }
}

/// A transaction. Dropped without `commit`, it takes everything back.
pub(crate) struct Tx(Transaction<'static, Postgres>);

impl Tx {
    /// Makes everything in it last.
    pub(crate) async fn commit(self) -> Result<(), DatabaseFault> {
        Ok(self.0.commit().await?)
    }

    /// Takes everything in it back.
    pub(crate) async fn rollback(self) -> Result<(), DatabaseFault> {
        Ok(self.0.rollback().await?)
    }
}

/// What was stored, as a type of the model: the constraints of the schema see
/// to it that this succeeds.
fn read<T, E>(parsed: Result<T, E>) -> Result<T, DatabaseFault>
where
    E: Error + Send + Sync + 'static,
{
    parsed.map_err(|fault| sqlx::Error::Decode(fault.into()).into())
}
