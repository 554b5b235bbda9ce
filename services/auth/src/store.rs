//! All SQL of auth.

pub(crate) mod accounts;
mod callers;
mod invitations;
mod linked_identities;
pub(crate) mod mails;
pub(crate) mod revocations;
mod service_keys;
mod sessions;
pub(crate) mod setup;
pub(crate) mod sign_in_log;
mod token_issuers;

use kreis_database::{Database, DatabaseError};
use sqlx::{Postgres, Transaction};

pub(crate) use self::sign_in_log::EntryRange;

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

/// Converts a stored value to a type of the model. The constraints of the schema make sure that
/// this succeeds.
fn read<T, E>(parsed: Result<T, E>) -> Result<T, DatabaseError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    parsed.map_err(|error| sqlx::Error::Decode(error.into()).into())
}
