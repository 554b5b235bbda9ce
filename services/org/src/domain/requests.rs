//! Calls with a `request_id`: the first is carried out, a repetition gets its
//! result.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    model::{OrgFault, Request},
    store::Tx,
};

/// Claims the `request_id`, before anything else is looked at, or answers the
/// result of the call that had it first.
pub(super) async fn replay<T: DeserializeOwned>(
    tx: &mut Tx,
    request: Option<&Request>,
) -> Result<Option<T>, OrgFault> {
    let Some(request) = request else {
        return Ok(None);
    };
    if tx.claim(request).await? {
        return Ok(None);
    }
    // It is gone if it was purged since: then it can be claimed the next time.
    let first = tx.first_call(request).await?.ok_or(OrgFault::Conflict)?;
    let result = first.replayed(request)?;
    Ok(Some(serde_json::from_value(result)?))
}

/// Keeps the result for repetitions, in the transaction that it came from.
pub(super) async fn keep<T: Serialize>(
    tx: &mut Tx,
    request: Option<&Request>,
    result: &T,
) -> Result<(), OrgFault> {
    let Some(request) = request else {
        return Ok(());
    };
    let result = serde_json::to_value(result)?;
    Ok(tx.keep_result(request, &result).await?)
}
