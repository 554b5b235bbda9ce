//! The organisation's thresholds of states. Only gatekeepers may set them: the contract declares it,
//! and the middleware enforces it.

use kreis_server::token::Caller;

use super::transaction::begin;
use crate::{
    error::Error,
    model::{OrganisationThresholds, SetStateThresholds},
    store::Store,
};

/// The thresholds that hold.
pub(crate) async fn get(store: &Store) -> Result<OrganisationThresholds, Error> {
    Ok(store.state_thresholds().await?)
}

/// Sets the thresholds. Does nothing if they hold already.
pub(crate) async fn set(
    store: &Store,
    caller: &Caller,
    SetStateThresholds {
        thresholds,
        expected,
    }: SetStateThresholds,
) -> Result<OrganisationThresholds, Error> {
    let mut tx = begin(store, caller).await?;
    let current = tx.state_thresholds().await?;
    expected.check(current.version)?;
    if current.thresholds == thresholds {
        return Ok(current);
    }
    let inserted = tx.insert_state_thresholds(current.version, thresholds, caller.user_id);
    if let Err(error) = inserted.await {
        return Err(match error.constraint() {
            Some("one_row_per_version") => Error::Conflict,
            _ => error.into(),
        });
    }
    let set = tx.state_thresholds().await?;
    tx.commit().await?;
    Ok(set)
}
