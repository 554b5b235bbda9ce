//! Circles.

use kreis_database::DatabaseError;
use kreis_server::token::Caller;
use kreis_service::{
    idempotency::{self, FirstCall, Response},
    page::Page,
};

use super::transaction::begin;
use crate::{
    error::Error,
    model::{
        Activity, Circle, CircleCursor, CircleId, CircleUse, CreateCircle, DeleteCircle,
        ExpectedVersion, ListCircles, NewChange, UpdateCircle,
    },
    store::{Store, Tx},
};

/// One circle.
pub(crate) async fn get(store: &Store, id: CircleId) -> Result<Circle, Error> {
    store.circle(id).await?.ok_or(Error::CircleNotFound(id))
}

/// A page of circles, ordered by name.
pub(crate) async fn list(store: &Store, list: &ListCircles) -> Result<Page<Circle>, Error> {
    let after = list.page.after.clone().unwrap_or(CircleCursor::START);
    let found = store.circles(&after, list.page.row_limit()).await?;
    Ok(Page::from_rows(found, &list.page))
}

/// Creates a circle without members.
pub(crate) async fn create<M: Response>(
    store: &Store,
    caller: &Caller,
    CreateCircle { name, key }: CreateCircle,
    respond: fn(Circle) -> M,
) -> Result<M, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = idempotency::first_call(&mut tx, caller.user_id, key.as_ref()).await? {
        return repeated(&mut tx, first, respond).await;
    }
    let circle = match tx.insert_circle(&name).await {
        Ok(circle) => circle,
        Err(error) => return Err(name_conflict(store, tx, error, &name.key()).await?),
    };
    let change = NewChange {
        new_text: &circle.name,
        ..NewChange::about_circle(Activity::CircleCreated, circle.id, &circle.name)
    };
    tx.append_change(Some(caller.user_id), change).await?;
    let kept = idempotency::keep_and_commit(tx, caller.user_id, key.as_ref(), respond(circle));
    Ok(kept.await?)
}

/// The response to a repeated call.
async fn repeated<M>(
    tx: &mut Tx,
    first: FirstCall<M>,
    respond: fn(Circle) -> M,
) -> Result<M, Error> {
    match first {
        FirstCall::Response(response) => Ok(response),
        FirstCall::Former(id) => {
            let id = CircleId::stored(id);
            let circle = tx.circle(id).await?.ok_or(Error::CircleNotFound(id))?;
            Ok(respond(circle))
        }
    }
}

/// Renames a circle. Without a name the circle stays as it is.
pub(crate) async fn update(
    store: &Store,
    caller: &Caller,
    UpdateCircle { id, name, expected }: UpdateCircle,
) -> Result<Circle, Error> {
    let mut tx = begin(store, caller).await?;
    let mut circle = lock_expected(&mut tx, id, expected).await?;
    let Some(change) = name.and_then(|name| circle.rename(name)) else {
        return Ok(circle);
    };
    if let Err(error) = tx.update_circle(&mut circle).await {
        return Err(name_conflict(store, tx, error, &circle.name_key()).await?);
    }
    let change = NewChange {
        field: change.field,
        old_text: &change.old,
        new_text: &change.new,
        ..NewChange::about_circle(Activity::CircleUpdated, id, &circle.name)
    };
    tx.append_change(Some(caller.user_id), change).await?;
    tx.commit().await?;
    Ok(circle)
}

/// Deletes a circle that is not in use: no members, KPIs or changes refer to it.
pub(crate) async fn delete(
    store: &Store,
    caller: &Caller,
    DeleteCircle { id, expected }: DeleteCircle,
) -> Result<(), Error> {
    let mut tx = begin(store, caller).await?;
    let circle = lock_expected(&mut tx, id, expected).await?;
    tx.delete_circle(id).await.map_err(circle_in_use)?;
    let change = NewChange {
        old_text: &circle.name,
        ..NewChange::about_circle(Activity::CircleDeleted, id, &circle.name)
    };
    tx.append_change(Some(caller.user_id), change).await?;
    tx.commit().await?;
    Ok(())
}

/// Locks the circle. Refuses if its version is not the one that the caller saw.
async fn lock_expected(
    tx: &mut Tx,
    id: CircleId,
    expected: ExpectedVersion,
) -> Result<Circle, Error> {
    let circle = tx.lock_circle(id).await?.ok_or(Error::CircleNotFound(id))?;
    expected.check(circle.version)?;
    Ok(circle)
}

/// Turns a failed write of a circle into the error for the caller. The circle that has the name can
/// only be read after the transaction has ended.
async fn name_conflict(
    store: &Store,
    tx: Tx,
    error: DatabaseError,
    name_key: &str,
) -> Result<Error, DatabaseError> {
    if error.constraint() != Some("one_circle_per_name") {
        return Err(error);
    }
    tx.rollback().await?;
    let circle = store.circle_id_by_name(name_key).await?;
    Ok(Error::CircleNameTaken { circle })
}

/// Turns a failed delete of a circle into the error for the caller.
fn circle_in_use(error: DatabaseError) -> Error {
    match error.constraint() {
        Some("member_of_a_circle") => Error::CircleInUse(CircleUse::Members),
        Some("service_account_for_a_circle") => Error::CircleInUse(CircleUse::ServiceAccounts),
        Some("kpi_belongs_to_a_circle") => Error::CircleInUse(CircleUse::Kpis),
        Some("change_in_a_circle") => Error::CircleInUse(CircleUse::Changes),
        _ => error.into(),
    }
}
