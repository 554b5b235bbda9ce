//! Signing in and out, and renewing sessions.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use kreis_server::token::Caller;

use super::{
    SignIn, TokenIssuer,
    transaction::{begin, begin_about_user},
};
use crate::{
    error::Error,
    model::{
        Account, Client, ListSessions, Login, OpenSession, RefreshToken, Session, SessionId, Shown,
    },
    password_hashing::{HashingPool, Verdict},
    store::Store,
};

/// The account of a user who signs in with a password.
pub(crate) struct VerifiedAccount {
    account: Account,
    /// Read before the account. So a revocation that the account does not have yet is newer than
    /// the tokens of this time.
    time: DateTime<Utc>,
    /// The password's hash with the parameters of today, if the stored one has others.
    new_hash: Option<String>,
}

/// Verifies a password that was admitted. Reads the clock first, then the account once.
pub(crate) async fn verify(
    store: &Store,
    passwords: &HashingPool,
    Login {
        email, password, ..
    }: Login,
    address: Option<IpAddr>,
) -> Result<VerifiedAccount, Error> {
    let ticket = passwords.enqueue(address)?;
    let time = Utc::now();
    let account = store.account_by_email(&email).await?;
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    let verdict = ticket.verify(password, hash).await?;
    match (account, verdict) {
        (Some(account), Verdict::Right { new_hash }) if account.active => Ok(VerifiedAccount {
            account,
            time,
            new_hash,
        }),
        _ => Err(Error::SignInRefused),
    }
}

/// Begins the session of a user whose password was verified, for exactly the account that was read.
pub(crate) async fn begin_verified(
    store: &Store,
    tokens: &TokenIssuer,
    VerifiedAccount {
        account,
        time,
        new_hash,
    }: VerifiedAccount,
    sign_in: SignIn,
) -> Result<Session, Error> {
    let old_hash = account.password_hash.clone();
    let (session, stored) = tokens.begin_session(account, sign_in, time)?;
    let mut tx = store.begin().await?;
    if let Some((old, new)) = old_hash.zip(new_hash) {
        tx.renew_password_hash(stored.user, &old, &new).await?;
    }
    tx.insert_session(&stored).await?;
    tx.end_surplus_sessions(stored.user).await?;
    tx.commit().await?;
    Ok(session)
}

/// Renews the session of a refresh token. A token that was used before ends its session.
pub(crate) async fn refresh(
    store: &Store,
    tokens: &TokenIssuer,
    shown: &RefreshToken,
    client: &Client,
) -> Result<Session, Error> {
    let now = Utc::now();
    let id = shown.session().text();
    let mut tx = store.begin().await?;
    let session = tx.lock_session(&id).await?;
    let session = session.filter(|session| now < session.end_time);
    let session = session.ok_or(Error::SessionEnded)?;
    let (token, is_next) = match session.refresh.judge(shown, now) {
        Shown::Current(next) => (next, true),
        Shown::Before(current) => (current, false),
        Shown::Reused => {
            tx.end_session(&id, session.user, None, "a refresh token was used twice")
                .await?;
            tx.commit().await?;
            tracing::warn!(
                user.id = session.user.get(),
                "a session ended because a refresh token was used twice: it may have been stolen"
            );
            return Err(Error::SessionEnded);
        }
        Shown::Unknown => return Err(Error::SessionEnded),
    };
    let account = tx.account(session.user).await?;
    let account = account.filter(|account| account.active && account.uv == session.uv);
    let account = account.ok_or(Error::SessionEnded)?;
    let ends_unless_renewed = if is_next {
        let expire_time = tokens.idle_end(now, session.end_time);
        let state = session.refresh.renewed(&token, now);
        tx.renew_session(&id, &state, client, expire_time).await?;
        expire_time
    } else {
        session.expire_time
    };
    let (access_token, expire_time) = tokens.access_token(&account, &id, now, session.end_time)?;
    tx.commit().await?;
    Ok(Session {
        access_token,
        expire_time,
        account,
        refresh_token: Some(token),
        ends_unless_renewed,
    })
}

/// The open sessions of a user, the last used first.
pub(crate) async fn list(
    store: &Store,
    caller: &Caller,
    list: &ListSessions,
) -> Result<Vec<OpenSession>, Error> {
    let user = list.user.unwrap_or(caller.user_id);
    if user != caller.user_id && !caller.gatekeeper {
        return Err(Error::GatekeeperRequired);
    }
    Ok(store.open_sessions(user, &caller.session).await?)
}

/// Ends the session of a caller. Returns the sequence number of the entry in the list of
/// revocations.
pub(crate) async fn logout(store: &Store, caller: &Caller) -> Result<i64, Error> {
    let mut tx = store.begin().await?;
    let user = caller.user_id;
    let seq = tx
        .end_session(&caller.session, user, Some(user), "signed out")
        .await?;
    tx.commit().await?;
    Ok(seq)
}

/// Ends one session: a caller's own, or any for a gatekeeper. Returns the sequence number of the
/// revocation.
pub(crate) async fn end(store: &Store, caller: &Caller, session: SessionId) -> Result<i64, Error> {
    let mut tx = begin(store, caller).await?;
    let session = session.text();
    let user = tx.user_of_session(&session).await?;
    let user = user.filter(|user| *user == caller.user_id || caller.gatekeeper);
    let user = user.ok_or(Error::SessionNotFound)?;
    let seq = tx
        .end_session(
            &session,
            user,
            Some(caller.user_id),
            "ended in the list of sessions",
        )
        .await?;
    tx.commit().await?;
    Ok(seq)
}

/// Ends all sessions of a caller. Returns the sequence number of the revocation.
pub(crate) async fn logout_everywhere(store: &Store, caller: &Caller) -> Result<i64, Error> {
    let mut tx = begin_about_user(store, caller).await?;
    let user = caller.user_id;
    let seq = tx
        .revoke_user(user, Some(user), "signed out everywhere")
        .await?;
    tx.commit().await?;
    Ok(seq)
}
