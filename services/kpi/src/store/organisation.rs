//! The organisation, as kpi sees it through org's view.

use kreis_database::DatabaseError;
use kreis_service::calendar::TimeZone;

use super::{Store, read};

impl Store {
    /// The organisation's time zone, at most ten seconds old.
    pub(crate) async fn zone(&self) -> Result<TimeZone, DatabaseError> {
        if let Some(zone) = self.zone.get() {
            return Ok(zone);
        }
        let name = sqlx::query_scalar!("select time_zone from org.organisation")
            .fetch_one(self.reads())
            .await?;
        let zone = read::<TimeZone, _>(name.parse())?;
        self.zone.set(zone);
        Ok(zone)
    }
}
