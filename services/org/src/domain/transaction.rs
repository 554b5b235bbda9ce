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

/// Begins a transaction that creates a service account. No gatekeeper is removed meanwhile, so that
/// its owner stays one.
pub(super) async fn begin_creating_service_account(
    store: &Store,
    caller: &Caller,
) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    tx.lock_gatekeepers().await?;
    or_refuse(tx.hold_caller(caller).await?)?;
    Ok(tx)
}

/// Begins a transaction that changes a service account or its keys. Waits until the writes of that
/// account have ended. No gatekeeper is removed meanwhile, so that its owner stays one.
pub(super) async fn begin_about_service_account(
    store: &Store,
    caller: &Caller,
    account: UserId,
) -> Result<Tx, Error> {
    begin_gatekeeper_removal(store, caller, account).await
}

/// Begins a transaction of the operator's command line that creates or changes a service account.
pub(super) async fn begin_by_operator(store: &Store, account: Option<UserId>) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    tx.lock_gatekeepers().await?;
    if let Some(account) = account {
        tx.lock_person(account).await?;
    }
    Ok(tx)
}

const fn or_refuse(is_in_force: bool) -> Result<(), Error> {
    if is_in_force {
        Ok(())
    } else {
        Err(Error::TokenRevoked)
    }
}
