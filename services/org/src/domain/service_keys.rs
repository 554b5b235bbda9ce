//! Keys of service accounts.

use chrono::{DateTime, SubsecRound, Utc};
use kreis_server::token::Caller;
use kreis_service::service_key::ServiceKey;

use super::transaction::{begin_about_service_account, begin_by_operator};
use crate::{
    error::Error,
    model::{
        Activity, AddServiceKey, KeyLifetime, MAX_SERVICE_KEYS, NewChange, ServiceAccount,
        ServiceKeyId, UserId,
    },
    store::{Store, Tx},
};

/// A service account after a change, with the sequence number of the entry in the revocation list if
/// the change ended tokens of the account.
#[derive(Debug)]
pub(crate) struct ServiceAccountChange {
    pub(crate) account: ServiceAccount,
    pub(crate) revocation: Option<i64>,
}

/// A key that was added. No other place stores the secret.
pub(crate) struct AddedServiceKey {
    pub(crate) key: ServiceKey,
    pub(crate) expire_time: DateTime<Utc>,
    pub(crate) account: ServiceAccount,
}

/// Adds a key to a service account.
pub(crate) async fn add_key(
    store: &Store,
    caller: &Caller,
    AddServiceKey { id, lifetime }: AddServiceKey,
) -> Result<AddedServiceKey, Error> {
    let mut tx = begin_about_service_account(store, caller, id).await?;
    let added = insert_key(&mut tx, Some(caller.user_id), id, lifetime).await?;
    tx.commit().await?;
    Ok(added)
}

/// Adds a key to a locked service account.
pub(super) async fn insert_key(
    tx: &mut Tx,
    actor: Option<UserId>,
    id: UserId,
    lifetime: KeyLifetime,
) -> Result<AddedServiceKey, Error> {
    let now = Utc::now();
    if find(tx, id).await?.active_keys(now) >= MAX_SERVICE_KEYS {
        return Err(Error::TooManyServiceKeys);
    }
    let key = ServiceKey::random().map_err(|_| Error::NoRandomness)?;
    // Postgres keeps microseconds.
    let expire_time = lifetime.end(now).trunc_subsecs(6);
    tx.add_service_key(id, &key.hash(), key.hint(), expire_time)
        .await?;
    let change = NewChange {
        new_text: key.hint(),
        ..NewChange::about_user(Activity::ServiceKeyAdded, id)
    };
    tx.append_change(actor, change).await?;
    let account = find(tx, id).await?;
    Ok(AddedServiceKey {
        key,
        expire_time,
        account,
    })
}

/// Removes a key and ends its tokens.
pub(crate) async fn remove_key(
    store: &Store,
    caller: &Caller,
    key: ServiceKeyId,
) -> Result<ServiceAccountChange, Error> {
    let not_found = || Error::ServiceKeyNotFound(key);
    let id = store.service_account_of_key(key).await?;
    let id = id.ok_or_else(not_found)?;
    let mut tx = begin_about_service_account(store, caller, id).await?;
    let actor = Some(caller.user_id);
    let mut account = find(&mut tx, id).await?;
    let known = account.keys.iter().find(|known| known.id == key);
    let known = known.ok_or_else(not_found)?;
    let revocation = delete_key(&mut tx, actor, id, (key, &known.hint)).await?;
    account.keys.retain(|known| known.id != key);
    tx.commit().await?;
    Ok(ServiceAccountChange {
        account,
        revocation,
    })
}

/// Removes a key of a locked service account. Returns the sequence number of the revocation; nothing
/// if the key has no tokens.
async fn delete_key(
    tx: &mut Tx,
    actor: Option<UserId>,
    account: UserId,
    (key, hint): (ServiceKeyId, &str),
) -> Result<Option<i64>, Error> {
    let change = NewChange {
        old_text: hint,
        ..NewChange::about_user(Activity::ServiceKeyRemoved, account)
    };
    tx.append_change(actor, change).await?;
    Ok(tx.remove_service_key(key, actor).await?)
}

/// Adds a key, for the operator. First removes all other keys, or only the older one of two. The key
/// that stays still works, so that the program can change to the new one without a pause.
pub(crate) async fn rotate_by_operator(
    store: &Store,
    id: UserId,
    lifetime: KeyLifetime,
    at_once: bool,
) -> Result<AddedServiceKey, Error> {
    let mut tx = begin_by_operator(store, Some(id)).await?;
    let account = find(&mut tx, id).await?;
    let kept = if at_once { 0 } else { MAX_SERVICE_KEYS - 1 };
    // The newest key comes first.
    for key in account.keys.iter().skip(kept) {
        delete_key(&mut tx, None, id, (key.id, &key.hint)).await?;
    }
    let added = insert_key(&mut tx, None, id, lifetime).await?;
    tx.commit().await?;
    Ok(added)
}

/// A service account, with the changes of this transaction.
pub(super) async fn find(tx: &mut Tx, id: UserId) -> Result<ServiceAccount, Error> {
    let account = tx.service_account(id).await?;
    account.ok_or(Error::ServiceAccountNotFound(id))
}
