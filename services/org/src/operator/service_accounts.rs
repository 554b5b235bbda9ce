//! The operator's commands for service accounts. Their entries in the change log have no actor.

use chrono::{DateTime, Utc};
use kreis_service::names;

use super::{OperatorError, refused, store};
use crate::{
    domain::{
        service_accounts::{self, NewServiceAccount},
        service_keys::{self, AddedServiceKey},
    },
    model::{CircleScope, KeyLifetime, Name, ServiceAccess, UserId},
    store::{Pool, Store},
};

/// A service account to create.
#[derive(Debug, Clone)]
pub struct NewServiceAccountInput {
    /// Name, 1 to 100 characters.
    pub name: String,
    /// E-mail of the owner, an active gatekeeper.
    pub owner_email: String,
    /// Whether it may write. Otherwise it only reads.
    pub writes: bool,
    /// Names of its circles; without any, it is for all circles.
    pub circles: Vec<String>,
    /// Days until its key expires, 1 to 365.
    pub key_days: i32,
}

/// A key that was added. No other place stores the secret.
pub struct NewKey {
    /// The whole key.
    pub key: String,
    /// When it expires.
    pub expire_time: DateTime<Utc>,
}

/// A service account, as the operator sees it.
#[derive(Debug, Clone)]
pub struct ListedServiceAccount {
    /// Name.
    pub name: String,
    /// `read` or `write`.
    pub access: &'static str,
    /// Names of its circles, or `all`.
    pub circles: String,
    /// Display name of the owner.
    pub owner: String,
    /// Whether it is suspended, because its owner is not an active gatekeeper.
    pub suspended: bool,
    /// Its keys, the newest first.
    pub keys: Vec<ListedKey>,
}

/// A key, without its secret.
#[derive(Debug, Clone)]
pub struct ListedKey {
    /// The first characters of the key.
    pub hint: String,
    /// When it expires.
    pub expire_time: DateTime<Utc>,
    /// When it was last used for a token; absent if it never was.
    pub last_use_time: Option<DateTime<Utc>>,
}

/// Creates a service account with a key.
pub async fn add(pool: &Pool, new: NewServiceAccountInput) -> Result<NewKey, OperatorError> {
    let store = store(pool);
    let name = Name::of_person(&new.name);
    let name = name.map_err(|rule| OperatorError::Fields(format!("the name {rule}")))?;
    let lifetime = lifetime(new.key_days)?;
    let email = &new.owner_email;
    let owner = store.user_id_by_email(&names::key(email)).await?;
    let owner = owner.ok_or_else(|| {
        OperatorError::Refused(format!("there is no user with the e-mail {email}"))
    })?;
    let new = NewServiceAccount {
        name,
        access: if new.writes {
            ServiceAccess::Write
        } else {
            ServiceAccess::Read
        },
        scope: scope(&store, &new.circles).await?,
        owner,
    };
    let added = service_accounts::create_by_operator(&store, &new, lifetime).await;
    Ok(new_key(&added.map_err(refused)?))
}

/// All service accounts, ordered by name.
pub async fn list(pool: &Pool) -> Result<Vec<ListedServiceAccount>, OperatorError> {
    let accounts = service_accounts::list(&store(pool)).await;
    let accounts = accounts.map_err(refused)?.into_iter();
    Ok(accounts
        .map(|account| ListedServiceAccount {
            access: account.access.as_str(),
            circles: account.circles.text(),
            name: account.name,
            owner: account.owner.display_name,
            suspended: account.suspended,
            keys: account
                .keys
                .into_iter()
                .map(|key| ListedKey {
                    hint: key.hint,
                    expire_time: key.expire_time,
                    last_use_time: key.last_use_time,
                })
                .collect(),
        })
        .collect())
}

/// Adds a key to the service account with a name. The newest of its other keys still works; with
/// `at_once`, all other keys end.
pub async fn rotate(
    pool: &Pool,
    name: &str,
    key_days: i32,
    at_once: bool,
) -> Result<NewKey, OperatorError> {
    let (store, lifetime) = (store(pool), lifetime(key_days)?);
    let id = find(&store, name).await?;
    let added = service_keys::rotate_by_operator(&store, id, lifetime, at_once).await;
    Ok(new_key(&added.map_err(refused)?))
}

/// Removes the service account with a name.
pub async fn remove(pool: &Pool, name: &str) -> Result<(), OperatorError> {
    let store = store(pool);
    let id = find(&store, name).await?;
    let removed = service_accounts::remove_by_operator(&store, id);
    removed.await.map_err(refused)
}

fn lifetime(days: i32) -> Result<KeyLifetime, OperatorError> {
    let lifetime = KeyLifetime::from_days(days);
    lifetime.map_err(|rule| OperatorError::Fields(format!("the days of the key {rule}")))
}

async fn scope(store: &Store, circles: &[String]) -> Result<CircleScope, OperatorError> {
    let mut ids = Vec::with_capacity(circles.len());
    for name in circles {
        let id = store.circle_id_by_name(&names::key(name)).await?;
        let id = id.ok_or_else(|| OperatorError::Refused(format!("there is no circle {name}")))?;
        ids.push(id.get());
    }
    let scope = CircleScope::parse(ids.is_empty(), &ids);
    scope.map_err(|rule| OperatorError::Fields(format!("the service account {rule}")))
}

async fn find(store: &Store, name: &str) -> Result<UserId, OperatorError> {
    let (accounts, key) = (store.service_accounts().await?, names::key(name));
    let found = accounts.iter().find(|account| account.name_key() == key);
    found
        .map(|account| account.id)
        .ok_or_else(|| OperatorError::Refused(format!("there is no service account {name}")))
}

fn new_key(added: &AddedServiceKey) -> NewKey {
    NewKey {
        key: added.key.text().to_owned(),
        expire_time: added.expire_time,
    }
}
