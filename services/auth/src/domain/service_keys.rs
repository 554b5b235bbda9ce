//! Access tokens for the keys of service accounts.

use chrono::{TimeDelta, Utc};
use kreis_service::service_key::ServiceKey;

use super::{RefusalLog, TokenIssuer};
use crate::{
    error::Error,
    model::{
        Activity, Client, ExpiringKey, IssuedToken, KeyUse, NewEntry, Reason, Refusal, SessionId,
        SignInMethod,
    },
    store::Store,
};

/// How long before its expiry a key is reported.
const WARNING: TimeDelta = TimeDelta::days(30);

/// Issues an access token for a key. All tokens of a key have one session, so that the removal of
/// the key ends them. If the previous session has ended, a new one begins. The log of sign-ins has
/// the first use of a key, and each refusal.
pub(crate) async fn issue_token(
    store: &Store,
    tokens: &TokenIssuer,
    refusals: &RefusalLog,
    key: &ServiceKey,
    client: &Client,
) -> Result<IssuedToken, Error> {
    let refuse = |reason, user| {
        let refusal = Refusal {
            activity: Activity::SignInRefused,
            reason,
            user,
            method: Some(SignInMethod::ServiceKey),
            provider: None,
        };
        refusals.note(refusal, client);
        Error::ServiceKeyRefused
    };
    let now = Utc::now();
    let mut tx = store.begin().await?;
    let key = tx.lock_service_key(&key.hash()).await?;
    let key = key.ok_or_else(|| refuse(Reason::UnknownKey, None))?;
    if let Some(reason) = key.refusal(now) {
        return Err(refuse(reason, Some(key.user_id)));
    }
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
    if key.is_first_use {
        let entry = NewEntry {
            method: Some(SignInMethod::ServiceKey),
            session: Some(&session),
            ..NewEntry::by_user(Activity::SignedIn, key.user_id, client)
        };
        tx.log(&entry).await?;
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
