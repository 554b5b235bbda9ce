//! The organisation's thresholds of states. The newest row holds, and no row is ever changed.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;

use super::{Store, Tx, rows::person};
use crate::model::{OrganisationThresholds, StateThresholds, UserId, Version};

struct ThresholdsRow {
    version: i64,
    on_track_from: f64,
    slightly_behind_from: f64,
    user_id: Option<i64>,
    display_name: Option<String>,
    create_time: DateTime<Utc>,
}

impl ThresholdsRow {
    fn thresholds(self) -> OrganisationThresholds {
        OrganisationThresholds {
            thresholds: StateThresholds::stored(self.on_track_from, self.slightly_behind_from),
            set_by: self
                .user_id
                .zip(self.display_name)
                .map(|(user, name)| person(user, name)),
            set_time: self.create_time,
            version: Version::stored(self.version),
        }
    }
}

impl Store {
    /// The thresholds that hold.
    pub(crate) async fn state_thresholds(&self) -> Result<OrganisationThresholds, DatabaseError> {
        let row = sqlx::query_file_as!(ThresholdsRow, "src/store/sql/state_thresholds.sql")
            .fetch_one(self.reads())
            .await?;
        Ok(row.thresholds())
    }
}

impl Tx {
    /// The thresholds that hold.
    pub(crate) async fn state_thresholds(
        &mut self,
    ) -> Result<OrganisationThresholds, DatabaseError> {
        let row = sqlx::query_file_as!(ThresholdsRow, "src/store/sql/state_thresholds.sql")
            .fetch_one(&mut *self.0)
            .await?;
        Ok(row.thresholds())
    }

    /// Inserts thresholds after the given version. The constraint `one_row_per_version` fails if
    /// another transaction was first.
    pub(crate) async fn insert_state_thresholds(
        &mut self,
        after: Version,
        thresholds: StateThresholds,
        user: UserId,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "insert into kpi.state_thresholds
                (version, on_track_from, slightly_behind_from, user_id)
            values ($1::bigint + 1, $2, $3, $4)",
            after.get(),
            thresholds.on_track_from(),
            thresholds.slightly_behind_from(),
            user.get(),
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
