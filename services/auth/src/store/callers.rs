//! Locks on a person's role and activity.

use kreis_database::DatabaseError;
use kreis_server::token::Caller;

use super::Tx;
use crate::model::UserId;

impl Tx {
    /// Keeps the caller's role, activity and version unchanged until the end of the transaction.
    /// Returns false if the token is no longer valid.
    pub(crate) async fn hold_caller(&mut self, caller: &Caller) -> Result<bool, DatabaseError> {
        let in_force = sqlx::query_scalar!(
            r#"select auth.hold_caller($1, $2, $3) as "in_force!""#,
            caller.user_id.get(),
            caller.gatekeeper,
            caller.version
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(in_force)
    }

    /// Waits until the writes of a person have ended. New writes of that person wait until the end
    /// of this transaction.
    pub(crate) async fn lock_person(&mut self, user: UserId) -> Result<(), DatabaseError> {
        sqlx::query!("select auth.lock_person($1)", user.get())
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }
}
