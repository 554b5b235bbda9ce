//! Service accounts.

use kreis_database::DatabaseError;
use kreis_server::token::Caller;
use kreis_service::idempotency::{self, FirstCall, Response};

use super::{
    service_keys::{AddedServiceKey, ServiceAccountChange, find, insert_key},
    transaction::{begin_about_service_account, begin_by_operator, begin_creating_service_account},
};
use crate::{
    error::Error,
    model::{
        Activity, CircleScope, CreateServiceAccount, KeyLifetime, MAX_SERVICE_ACCOUNTS, Name,
        NewChange, Person, RemoveServiceAccount, ServiceAccess, ServiceAccount,
        ServiceAccountUpdate, ServiceCircles, SessionsEndReason, UpdateServiceAccount, UserId,
    },
    store::{Store, Tx},
};

/// The fields of a service account to create.
pub(crate) struct NewServiceAccount {
    pub(crate) name: Name,
    pub(crate) access: ServiceAccess,
    pub(crate) scope: CircleScope,
    pub(crate) owner: UserId,
}

/// All service accounts, ordered by name.
pub(crate) async fn list(store: &Store) -> Result<Vec<ServiceAccount>, Error> {
    Ok(store.service_accounts().await?)
}

/// Creates a service account without a key.
pub(crate) async fn create<M: Response>(
    store: &Store,
    caller: &Caller,
    CreateServiceAccount {
        name,
        access,
        scope,
        owner,
        key,
    }: CreateServiceAccount,
    respond: fn(ServiceAccount) -> M,
) -> Result<M, Error> {
    let mut tx = begin_creating_service_account(store, caller).await?;
    if let Some(first) = idempotency::first_call(&mut tx, caller.user_id, key.as_ref()).await? {
        return match first {
            FirstCall::Response(response) => Ok(response),
            FirstCall::Former(id) => {
                let account = find(&mut tx, UserId::stored(id)).await?;
                Ok(respond(account))
            }
        };
    }
    let new = NewServiceAccount {
        name,
        access,
        scope,
        owner: owner.unwrap_or(caller.user_id),
    };
    let (tx, account) = insert(store, tx, Some(caller.user_id), &new).await?;
    let kept = idempotency::keep_and_commit(tx, caller.user_id, key.as_ref(), respond(account));
    Ok(kept.await?)
}

/// Inserts a service account without a key, and logs it. The caller holds the lock on gatekeepers.
async fn insert(
    store: &Store,
    mut tx: Tx,
    actor: Option<UserId>,
    new: &NewServiceAccount,
) -> Result<(Tx, ServiceAccount), Error> {
    if tx.count_service_accounts().await? >= MAX_SERVICE_ACCOUNTS {
        return Err(Error::TooManyServiceAccounts);
    }
    let owner = find_owner(&mut tx, new.owner).await?;
    let circles = find_circles(&mut tx, &new.scope).await?;
    let (name, name_key) = (new.name.as_str(), new.name.key());
    let inserted = tx
        .insert_service_account((name, &name_key), owner.user_id, new.access, &circles)
        .await;
    let id = match inserted {
        Ok(id) => id,
        Err(error) => return Err(name_conflict(store, tx, error, &name_key).await?),
    };
    let change = NewChange {
        new_text: name,
        ..NewChange::about_user(Activity::ServiceAccountCreated, id)
    };
    tx.append_change(actor, change).await?;
    let account = find(&mut tx, id).await?;
    Ok((tx, account))
}

/// Changes the fields that are given and leaves the rest. A change of access or circles ends the
/// tokens of the account.
pub(crate) async fn update(
    store: &Store,
    caller: &Caller,
    update: UpdateServiceAccount,
) -> Result<ServiceAccountChange, Error> {
    let id = update.id;
    let mut tx = begin_about_service_account(store, caller, id).await?;
    let mut account = find(&mut tx, id).await?;
    update.expected.check(account.version)?;
    let circles = match &update.scope {
        Some(scope) => Some(find_circles(&mut tx, scope).await?),
        None => None,
    };
    let owner = match update.owner {
        Some(owner) => Some(find_owner(&mut tx, owner).await?),
        None => None,
    };
    let changes = account.apply(ServiceAccountUpdate {
        name: update.name,
        access: update.access,
        circles,
        owner,
    });
    if changes.is_empty() {
        return Ok(ServiceAccountChange {
            account,
            revocation: None,
        });
    }
    if let Err(error) = tx.update_service_account(&account).await {
        return Err(name_conflict(store, tx, error, &account.name_key()).await?);
    }
    let actor = Some(caller.user_id);
    for change in &changes {
        let entry = NewChange {
            field: change.field,
            old_text: &change.old,
            new_text: &change.new,
            ..NewChange::about_user(Activity::ServiceAccountUpdated, id)
        };
        tx.append_change(actor, entry).await?;
    }
    let account = find(&mut tx, id).await?;
    let is_right = |field| matches!(field, "access" | "circles");
    let revocation = if changes.iter().any(|change| is_right(change.field)) {
        let reason = SessionsEndReason::RightsChanged;
        Some(tx.end_sessions(id, actor, reason).await?)
    } else {
        None
    };
    tx.commit().await?;
    Ok(ServiceAccountChange {
        account,
        revocation,
    })
}

/// Removes a service account with its keys. Returns the sequence number of the revocation.
pub(crate) async fn remove(
    store: &Store,
    caller: &Caller,
    RemoveServiceAccount { id, expected }: RemoveServiceAccount,
) -> Result<i64, Error> {
    let mut tx = begin_about_service_account(store, caller, id).await?;
    let account = find(&mut tx, id).await?;
    expected.check(account.version)?;
    let seq = delete(&mut tx, Some(caller.user_id), account).await?;
    tx.commit().await?;
    Ok(seq)
}

/// Removes a locked service account. Returns the sequence number of the revocation.
async fn delete(tx: &mut Tx, actor: Option<UserId>, account: ServiceAccount) -> Result<i64, Error> {
    let id = account.id;
    // A removed account has no circles, so that circles can be deleted.
    tx.update_service_account(&ServiceAccount {
        circles: ServiceCircles::Some(Vec::new()),
        ..account.clone()
    })
    .await?;
    tx.deactivate_service_account(id).await?;
    let change = NewChange {
        old_text: &account.name,
        ..NewChange::about_user(Activity::ServiceAccountRemoved, id)
    };
    tx.append_change(actor, change).await?;
    for key in &account.keys {
        tx.remove_service_key(key.id, actor).await?;
    }
    let reason = SessionsEndReason::UserDeactivated;
    Ok(tx.end_sessions(id, actor, reason).await?)
}

/// Creates a service account with a key, for the operator. The entries in the change log have no
/// actor.
pub(crate) async fn create_by_operator(
    store: &Store,
    new: &NewServiceAccount,
    lifetime: KeyLifetime,
) -> Result<AddedServiceKey, Error> {
    let tx = begin_by_operator(store, None).await?;
    let (mut tx, account) = insert(store, tx, None, new).await?;
    let added = insert_key(&mut tx, None, account.id, lifetime).await?;
    tx.commit().await?;
    Ok(added)
}

/// Removes a service account, for the operator.
pub(crate) async fn remove_by_operator(store: &Store, id: UserId) -> Result<(), Error> {
    let mut tx = begin_by_operator(store, Some(id)).await?;
    let account = find(&mut tx, id).await?;
    delete(&mut tx, None, account).await?;
    Ok(tx.commit().await?)
}

async fn find_owner(tx: &mut Tx, id: UserId) -> Result<Person, Error> {
    let owner = tx.active_gatekeeper(id).await?;
    owner.ok_or(Error::OwnerRefused(id))
}

/// The circles of a scope. They cannot be deleted until the end of the transaction.
async fn find_circles(tx: &mut Tx, scope: &CircleScope) -> Result<ServiceCircles, Error> {
    let CircleScope::Some(ids) = scope else {
        return Ok(ServiceCircles::All);
    };
    let circles = tx.lock_circles(ids).await?;
    let is_known = |id| circles.iter().any(|circle| circle.circle_id == id);
    match ids.iter().find(|id| !is_known(**id)) {
        Some(unknown) => Err(Error::CircleNotFound(*unknown)),
        None => Ok(ServiceCircles::Some(circles)),
    }
}

/// Turns a failed write of a service account into the error for the caller. If another user has the
/// name, this reads that user, which is possible only after the transaction has ended.
async fn name_conflict(
    store: &Store,
    tx: Tx,
    error: DatabaseError,
    name_key: &str,
) -> Result<Error, DatabaseError> {
    if error.constraint() != Some("one_user_per_display_name") {
        return Err(error);
    }
    tx.rollback().await?;
    let user = store.user_id_by_display_name(name_key).await?;
    Ok(Error::DisplayNameTaken { user })
}
