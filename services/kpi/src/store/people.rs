//! Users, as kpi sees them.

use kreis_chassis::database::DatabaseFault;

use super::Tx;
use crate::model::{Person, UserId};

impl Tx {
    /// The user with this id; nothing where there is none, or an inactive one.
    pub(crate) async fn active_person(
        &mut self,
        user: UserId,
    ) -> Result<Option<Person>, DatabaseFault> {
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
