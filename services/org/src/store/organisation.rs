//! The organisation, which is a single row.

use kreis_database::DatabaseError;
use kreis_service::calendar::TimeZone;

use super::{Store, Tx, read};

impl Store {
    /// The time zone in which the organisation's months begin.
    pub(crate) async fn zone(&self) -> Result<TimeZone, DatabaseError> {
        let name = sqlx::query_scalar!("select time_zone from org.organisation")
            .fetch_one(&self.reads)
            .await?;
        read(name.parse())
    }
}

impl Tx {
    /// Makes transactions that may remove a gatekeeper run one after the other. It comes before
    /// every other lock, so that they cannot deadlock.
    pub(crate) async fn lock_gatekeepers(&mut self) -> Result<(), DatabaseError> {
        sqlx::query!("select id from org.organisation for update")
            .fetch_one(&mut *self.0)
            .await?;
        Ok(())
    }
}
