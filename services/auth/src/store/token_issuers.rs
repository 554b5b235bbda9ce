//! The signing keys that servers use, and how long their tokens live.

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
    /// Records that this server signs with the first of `known` and that its tokens live so many
    /// seconds. Returns the keys of other servers, recorded since `last_check`, that are not among
    /// `known`.
    pub(crate) async fn note_token_issuer(
        &self,
        known: &[String],
        lifetime_seconds: i32,
        last_check: Option<DateTime<Utc>>,
    ) -> Result<ForeignSigningKeys, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let look = sqlx::query_file_as!(
            ForeignSigningKeys,
            "src/store/sql/note_token_issuer.sql",
            known,
            lifetime_seconds,
            last_check,
        )
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(look)
    }
}
