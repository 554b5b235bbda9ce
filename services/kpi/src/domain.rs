//! The use cases of kpi. Each write checks the caller's rights, writes its rows in one transaction,
//! and adds the entries of the change log.

pub(crate) mod changes;
pub(crate) mod due_values;
pub(crate) mod kpis;
pub(crate) mod overview;
pub(crate) mod progress;
mod requests;
pub(crate) mod values;

use kreis_chassis::token::Caller;

pub(crate) use crate::store::Store;

use crate::{model::Error, store::Tx};

/// Begins a transaction for a caller. Refuses the caller if the token is no longer valid.
async fn begin(store: &Store, caller: &Caller) -> Result<Tx, Error> {
    store.begin(caller).await?.ok_or(Error::TokenRevoked)
}
