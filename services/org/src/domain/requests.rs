//! Calls with a `request_id`: the first call is carried out, a repeated call gets the result of the
//! first.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    model::{Error, Request},
    store::Tx,
};

/// Claims the `request_id` before any other check. If an earlier call has claimed it, returns the
/// result of that call.
pub(super) async fn replay<T: DeserializeOwned>(
    tx: &mut Tx,
    request: Option<&Request>,
) -> Result<Option<T>, Error> {
    let Some(request) = request else {
        return Ok(None);
    };
    if tx.claim(request).await? {
        return Ok(None);
    }
    // A purge may have deleted the row in between. Then the next try can claim it.
    let first = tx.first_call(request).await?.ok_or(Error::Conflict)?;
    let result = first.replayed(request)?;
    Ok(Some(serde_json::from_value(result)?))
}

/// Keeps the result for repeated calls, in the same transaction as the write.
pub(super) async fn keep<T: Serialize>(
    tx: &mut Tx,
    request: Option<&Request>,
    result: &T,
) -> Result<(), Error> {
    let Some(request) = request else {
        return Ok(());
    };
    let result = serde_json::to_value(result)?;
    Ok(tx.keep_result(request, &result).await?)
}
