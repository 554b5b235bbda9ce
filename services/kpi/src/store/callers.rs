//! The lock on a caller's role and circles, through a function that auth publishes.

use kreis_database::DatabaseError;
use kreis_server::token::Caller;

use super::Tx;

impl Tx {
    /// Keeps the caller's role, activity, version and circles unchanged until the end of the
    /// transaction. Returns false if the token is no longer valid.
    pub(crate) async fn hold_caller(&mut self, caller: &Caller) -> Result<bool, DatabaseError> {
        let in_force = sqlx::query_scalar!(
            r#"select auth.hold_caller($1, $2, $3) as "in_force!""#,
            caller.user_id.get(),
            caller.gatekeeper,
            caller.version,
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(in_force)
    }
}
