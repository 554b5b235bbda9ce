//! All SQL of org. Reads are single statements; what is written together goes
//! through a [`Tx`], which the domain holds.

mod changes;
mod circles;
mod organisation;
mod persons;
mod requests;
mod users;

pub(crate) use changes::Stretch;

use kreis_chassis::database::{Database, DatabaseFault, Reads};
use sqlx::{Postgres, Transaction};

pub(crate) use sqlx::PgPool as Pool;

/// The tables of org. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    reads: Reads,
    database: Database,
}

impl Store {
    pub(crate) fn new(database: Database) -> Self {
        Self {
            reads: database.reads.clone(),
            database,
        }
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&self) -> Result<Tx, DatabaseFault> {
        Ok(Tx(self.database.begin().await?))
    }
}

/// A transaction. It is rolled back when it is dropped, which is what must
/// happen after any failed statement.
#[derive(Debug)]
pub(crate) struct Tx(Transaction<'static, Postgres>);

impl Tx {
    pub(crate) async fn commit(self) -> Result<(), DatabaseFault> {
        Ok(self.0.commit().await?)
    }

    /// Ends it at once, where something is to be read afterwards.
    pub(crate) async fn rollback(self) -> Result<(), DatabaseFault> {
        Ok(self.0.rollback().await?)
    }
}
