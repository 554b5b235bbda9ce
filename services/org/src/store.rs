//! All SQL of org. Each read is one statement. Writes go through a [`Tx`], which the domain begins
//! and commits.

mod callers;
mod changes;
mod circles;
mod organisation;
mod requests;
mod service_accounts;
mod users;

use kreis_database::{Database, DatabaseError, ReadPool};
use sqlx::{Postgres, Transaction};

pub(crate) use sqlx::PgPool as Pool;

/// The tables of org. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    reads: ReadPool,
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
    pub(crate) async fn begin(&self) -> Result<Tx, DatabaseError> {
        Ok(Tx(self.database.begin().await?))
    }
}

/// A transaction. Dropping it rolls it back; after a failed statement it must be dropped.
#[derive(Debug)]
pub(crate) struct Tx(Transaction<'static, Postgres>);

impl Tx {
    pub(crate) async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.0.commit().await?)
    }

    /// Rolls back at once, for a caller that reads afterwards.
    pub(crate) async fn rollback(self) -> Result<(), DatabaseError> {
        Ok(self.0.rollback().await?)
    }
}

/// Converts a stored text to a type of the model. The constraints of the schema make sure that this
/// succeeds.
fn read<T, E>(parsed: Result<T, E>) -> Result<T, DatabaseError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    parsed.map_err(|error| sqlx::Error::Decode(error.into()).into())
}
