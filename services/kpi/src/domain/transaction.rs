//! Begins a write: checks the caller's token again and locks the caller's role and circles until the
//! commit.

use kreis_server::token::Caller;

use crate::{
    error::Error,
    store::{Store, Tx},
};

/// Begins a transaction for a caller. Refuses the caller if the token is no longer valid.
pub(super) async fn begin(store: &Store, caller: &Caller) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    if tx.hold_caller(caller).await? {
        Ok(tx)
    } else {
        Err(Error::TokenRevoked)
    }
}
