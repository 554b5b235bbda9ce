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
    hold_caller_or_refuse(&mut tx, caller).await?;
    Ok(tx)
}

/// Begins a transaction that changes the caller's own account. Waits until the other writes of the
/// caller have ended. The stronger lock comes first, so that two such calls do not deadlock.
pub(super) async fn begin_about_user(store: &Store, caller: &Caller) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    tx.lock_person(caller.user_id).await?;
    hold_caller_or_refuse(&mut tx, caller).await?;
    Ok(tx)
}

/// Begins a transaction of a gatekeeper that changes the account of a person. Locks the smaller id
/// first, as org does, so that two people who change each other do not deadlock.
pub(super) async fn begin_about_person(
    store: &Store,
    caller: &Caller,
    person: UserId,
) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    if caller.user_id < person {
        hold_caller_or_refuse(&mut tx, caller).await?;
        tx.lock_person(person).await?;
    } else {
        tx.lock_person(person).await?;
        hold_caller_or_refuse(&mut tx, caller).await?;
    }
    Ok(tx)
}

async fn hold_caller_or_refuse(tx: &mut Tx, caller: &Caller) -> Result<(), Error> {
    if tx.hold_caller(caller).await? {
        Ok(())
    } else {
        Err(Error::TokenRevoked)
    }
}
