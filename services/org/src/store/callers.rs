//! Locks on a person's role and activity.

use kreis_database::DatabaseError;
use kreis_server::token::Caller;
use kreis_service::callers;

use super::Tx;
use crate::model::UserId;

impl Tx {
    /// Keeps what the caller may do unchanged until the end of the transaction. Returns false if
    /// the token is no longer valid.
    pub(crate) async fn hold_caller(&mut self, caller: &Caller) -> Result<bool, DatabaseError> {
        callers::hold_caller(&mut self.0, caller).await
    }

    /// Waits until the writes of a person have ended, and holds back new ones until the end of this
    /// transaction.
    pub(crate) async fn lock_person(&mut self, person: UserId) -> Result<(), DatabaseError> {
        callers::lock_person(&mut self.0, person).await
    }

    /// Both. Returns false if the token is no longer valid.
    pub(crate) async fn hold_caller_and_lock_person(
        &mut self,
        caller: &Caller,
        person: UserId,
    ) -> Result<bool, DatabaseError> {
        callers::hold_caller_and_lock_person(&mut self.0, caller, person).await
    }
}
