//! Begins a write of a signed-in caller: checks the token again and locks the caller's role until
//! the commit.

use kreis_server::token::Caller;

use crate::{
    error::Error,
    model::UserId,
    store::{Store, Tx},
};

/// Begins a transaction for a caller. Refuses the caller if the token is no longer valid.
pub(super) async fn begin(store: &Store, caller: &Caller) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    or_refuse(tx.hold_caller(caller).await?)?;
    Ok(tx)
}

/// Begins a transaction that changes the account of a person, who may be the caller. Waits until the
/// writes of that person have ended.
pub(super) async fn begin_about_user(
    store: &Store,
    caller: &Caller,
    person: UserId,
) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    or_refuse(tx.hold_caller_and_lock_person(caller, person).await?)?;
    Ok(tx)
}

const fn or_refuse(is_in_force: bool) -> Result<(), Error> {
    if is_in_force {
        Ok(())
    } else {
        Err(Error::TokenRevoked)
    }
}
