//! Calls with a `request_id`: the first call is carried out, a repeated call gets the response of
//! the first.

use kreis_chassis::idempotency::{FirstCall, RequestKey, Response};

use crate::{error::Error, model::UserId, store::Tx};

/// Claims the `request_id` before any other check. Returns the result of the first call if an
/// earlier call has claimed it.
pub(super) async fn first_call<M: Response>(
    tx: &mut Tx,
    caller: UserId,
    key: Option<&RequestKey>,
) -> Result<Option<FirstCall<M>>, Error> {
    let Some(key) = key else {
        return Ok(None);
    };
    if tx.claim(caller, key).await? {
        return Ok(None);
    }
    // A purge may have deleted the row in between. Then the next try can claim it.
    let stored = tx.stored_call(caller, key).await?.ok_or(Error::Conflict)?;
    Ok(Some(stored.replay(key)?))
}

/// Keeps the response for repeated calls and commits, so that both are saved or neither is.
pub(super) async fn keep_and_commit<M: Response>(
    mut tx: Tx,
    caller: UserId,
    key: Option<&RequestKey>,
    response: M,
) -> Result<M, Error> {
    if let Some(key) = key {
        tx.keep_response(caller, key, &response.encode_to_vec())
            .await?;
    }
    tx.commit().await?;
    Ok(response)
}
