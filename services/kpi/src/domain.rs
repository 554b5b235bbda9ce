//! What callers can do: who may, in which transaction, and what the change log
//! says about it.

pub(crate) mod change_log;
pub(crate) mod due_values;
pub(crate) mod kpis;
pub(crate) mod overview;
pub(crate) mod progress;
pub(crate) mod values;

use kreis_chassis::token::Caller;

pub(crate) use crate::store::Store;

use crate::{model::Fault, store::Tx};

/// Begins what a caller writes, or refuses them where their token has ended meanwhile.
async fn begin(store: &Store, caller: &Caller) -> Result<Tx, Fault> {
    store.begin(caller).await?.ok_or(Fault::TokenRevoked)
}

/// Removes some of the request keys that are past their seven days; says
/// whether there may be more.
pub(crate) async fn purge_requests(store: &Store) -> Result<bool, Fault> {
    Ok(store.purge_requests().await?)
}
