//! The signing keys that servers use.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;

use super::Store;

/// Result of the check for foreign signing keys.
pub(crate) struct ForeignSigningKeys {
    /// When the check ran, by the clock of the database.
    pub(crate) time: DateTime<Utc>,
    /// Ids of the keys that this server does not have, in order.
    pub(crate) unknown: Vec<String>,
}

impl Store {
    /// Records that this server signs with the first of `known`. Returns the keys of other servers,
    /// recorded since `last_check`, that are not among `known`.
    pub(crate) async fn note_signing_key(
        &self,
        known: &[String],
        last_check: Option<DateTime<Utc>>,
    ) -> Result<ForeignSigningKeys, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let look = sqlx::query_file_as!(
            ForeignSigningKeys,
            "src/store/sql/note_signing_key.sql",
            known,
            last_check,
        )
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(look)
    }
}
