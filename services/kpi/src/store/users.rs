//! Users, as kpi sees them through org's views.

use kreis_database::DatabaseError;

use super::Tx;
use crate::model::{Person, UserId};

impl Tx {
    /// The user with this id; absent if there is none, or if the user is inactive.
    pub(crate) async fn active_user(
        &mut self,
        user: UserId,
    ) -> Result<Option<Person>, DatabaseError> {
        let row = sqlx::query!(
            r#"select user_id as "user_id!", display_name as "display_name!"
            from org.directory
            where user_id = $1 and active and kind = 'person'"#,
            user.get(),
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(row.map(|row| Person {
            user_id: UserId::stored(row.user_id),
            display_name: row.display_name,
        }))
    }
}
