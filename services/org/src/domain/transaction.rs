//! Begins a write: checks the caller's token again and locks the caller's role until the commit.

use crate::{
    error::Error,
    model::UserId,
    store::{Store, Tx},
};
use kreis_server::token::Caller;

/// Begins a transaction for a caller. Refuses the caller if the token is no longer valid.
pub(super) async fn begin(store: &Store, caller: &Caller) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    or_refuse(tx.hold_caller(caller).await?)?;
    Ok(tx)
}

/// Begins a transaction that changes a person's role, activity or circles. Waits until the writes
/// of that person have ended.
pub(super) async fn begin_about_user(
    store: &Store,
    caller: &Caller,
    person: UserId,
) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    or_refuse(tx.hold_caller_and_lock_person(caller, person).await?)?;
    Ok(tx)
}

/// Begins a transaction that may remove a gatekeeper. Such transactions run one after the other.
pub(super) async fn begin_gatekeeper_removal(
    store: &Store,
    caller: &Caller,
    person: UserId,
) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    tx.lock_gatekeepers().await?;
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
