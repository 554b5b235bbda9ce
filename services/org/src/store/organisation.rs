//! The one row of the organisation.

use kreis_chassis::{calendar::Zone, database::DatabaseFault};

use super::{Store, Tx};
use crate::model::OrgFault;

impl Store {
    /// The zone that the organisation's months begin in.
    pub(crate) async fn zone(&self) -> Result<Zone, OrgFault> {
        let name = sqlx::query_scalar!("select time_zone from org.organisation")
            .fetch_one(&self.reads)
            .await
            .map_err(DatabaseFault::from)?;
        Ok(name.parse()?)
    }
}

impl Tx {
    /// Makes transactions wait for each other that may take away a gatekeeper.
    /// Taken before any other lock, so that they never wait in a circle.
    pub(crate) async fn lock_gatekeepers(&mut self) -> Result<(), DatabaseFault> {
        sqlx::query!("select id from org.organisation for update")
            .fetch_one(&mut *self.0)
            .await?;
        Ok(())
    }
}
