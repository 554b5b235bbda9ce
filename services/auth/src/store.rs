//! All SQL of auth.

pub(crate) mod accounts;
mod invitations;
pub(crate) mod revocations;
mod signing_keys;

use kreis_database::{Database, DatabaseError};
use sqlx::{Postgres, Transaction};

/// The tables of auth, and the views that org publishes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    database: Database,
}

/// A transaction.
pub(crate) struct Tx(Transaction<'static, Postgres>);

impl Store {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    pub(crate) async fn begin(&self) -> Result<Tx, DatabaseError> {
        Ok(Tx(self.database.begin().await?))
    }
}

impl Tx {
    pub(crate) async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.0.commit().await?)
    }
}
