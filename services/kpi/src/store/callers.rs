//! The lock on a caller's role and circles.

use kreis_database::DatabaseError;
use kreis_server::token::Caller;
use kreis_service::callers;

use super::Tx;

impl Tx {
    /// Keeps what the caller may do unchanged until the end of the transaction. Returns false if
    /// the token is no longer valid.
    pub(crate) async fn hold_caller(&mut self, caller: &Caller) -> Result<bool, DatabaseError> {
        callers::hold_caller(&mut self.0, caller).await
    }
}
