//! The lock on what a person may do, which auth publishes.

use kreis_chassis::database::DatabaseFault;

use super::Tx;
use crate::model::{Actor, UserId};

impl Tx {
    /// Has a caller keep what they may do until the end of the transaction; false where
    /// their token has ended.
    pub(crate) async fn hold_caller(&mut self, actor: Actor) -> Result<bool, DatabaseFault> {
        let in_force = sqlx::query_scalar!(
            r#"select auth.hold_caller($1, $2, $3) as "in_force!""#,
            actor.id.get(),
            actor.gatekeeper,
            actor.version
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(in_force)
    }

    /// Waits for what a person writes at the moment, and holds up what they begin to
    /// write, until the end of the transaction.
    pub(crate) async fn lock_person(&mut self, user: UserId) -> Result<(), DatabaseFault> {
        sqlx::query!("select auth.lock_person($1)", user.get())
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }
}
