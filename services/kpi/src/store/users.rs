//! Users, as kpi sees them through org's views.

use kreis_chassis::database::DatabaseError;

use super::Tx;
use crate::model::{Person, UserId};

impl Tx {
    /// The user with this id; absent if there is none, or if the user is inactive.
    pub(crate) async fn active_user(
        &mut self,
        user: UserId,
    ) -> Result<Option<Person>, DatabaseError> {
        Ok(sqlx::query_as!(
            Person,
            r#"select user_id as "user_id!", display_name as "display_name!"
            from org.directory
            where user_id = $1 and active"#,
            user.number(),
        )
        .fetch_optional(&mut *self.0)
        .await?)
    }
}
