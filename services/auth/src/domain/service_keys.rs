//! Access tokens for the keys of service accounts.

use chrono::{TimeDelta, Utc};
use kreis_service::service_key::ServiceKey;

use super::TokenIssuer;
use crate::{
    error::Error,
    model::{Client, ExpiringKey, IssuedToken, KeyUse, SessionId},
    store::Store,
};

/// How long before its expiry a key is reported.
const WARNING: TimeDelta = TimeDelta::days(30);

/// A key in its last second gives no token: times in tokens are whole seconds.
const SHORTEST_TOKEN: TimeDelta = TimeDelta::seconds(1);

/// Issues an access token for a key. All tokens of a key have one session, so that the removal of
/// the key ends them. A new session begins when the one before has ended.
pub(crate) async fn issue_token(
    store: &Store,
    tokens: &TokenIssuer,
    key: &ServiceKey,
    client: &Client,
) -> Result<IssuedToken, Error> {
    let now = Utc::now();
    let mut tx = store.begin().await?;
    let key = tx.lock_service_key(&key.hash()).await?;
    let key = key.filter(|key| key.expire_time - now >= SHORTEST_TOKEN);
    let key = key.ok_or(Error::ServiceKeyRefused)?;
    let (session, is_new) = match &key.session {
        Some(session) => (session.clone(), false),
        None => (new_session()?, true),
    };
    let (access_token, expire_time) = tokens.service_token(&key, &session, now)?;
    let key_use = KeyUse {
        session: &session,
        client,
        time: now,
        expire_time,
    };
    if is_new {
        tx.begin_key_session(&key, &key_use).await?;
    } else {
        tx.continue_key_session(&key_use).await?;
    }
    tx.note_key_use(&key, now).await?;
    tx.commit().await?;
    Ok(IssuedToken {
        access_token,
        expire_time,
    })
}

/// The keys that expire soon, the next one first.
pub(crate) async fn expiring(store: &Store) -> Result<Vec<ExpiringKey>, Error> {
    Ok(store.keys_that_expire_before(Utc::now() + WARNING).await?)
}

fn new_session() -> Result<String, Error> {
    let session = SessionId::random();
    let session = session.map_err(|_| Error::Signing("no randomness".to_owned()))?;
    Ok(session.text())
}
