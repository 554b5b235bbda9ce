//! Signing in and out, and renewing sessions.

use chrono::{DateTime, Utc};
use kreis_server::token::Caller;

use super::{
    Outbox, RefusalLog, SignIn, TokenIssuer,
    new_browser::{self, SignInPlace},
    transaction::{begin, begin_about_user},
};
use crate::{
    error::Error,
    model::{
        Account, Activity, Client, ListSessions, Login, NewEntry, OpenSession, Reason,
        RefreshToken, Refusal, Session, SessionId, Shown, SignInMethod, UserId,
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

impl VerifiedAccount {
    pub(crate) const fn is_gatekeeper(&self) -> bool {
        self.account.gatekeeper
    }
}

/// Verifies a password that was admitted. Reads the clock first, then the account once.
pub(crate) async fn verify(
    store: &Store,
    passwords: &HashingPool,
    refusals: &RefusalLog,
    Login {
        email, password, ..
    }: Login,
    client: &Client,
) -> Result<VerifiedAccount, Error> {
    let ticket = passwords.enqueue(client.address)?;
    let time = Utc::now();
    let account = store.account_by_email(&email).await?;
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    let verdict = ticket.verify(password, hash).await?;
    let reason = match &account {
        None => Reason::UnknownEmail,
        Some(account) if account.password_hash.is_none() => Reason::NoPassword,
        Some(_) if verdict == Verdict::Wrong => Reason::WrongPassword,
        Some(_) => Reason::UserInactive,
    };
    match (account, verdict) {
        (Some(account), Verdict::Right { new_hash }) if account.active => Ok(VerifiedAccount {
            account,
            time,
            new_hash,
        }),
        (account, _) => {
            let refusal = Refusal {
                activity: Activity::SignInRefused,
                reason,
                user: account.map(|account| account.user_id),
                method: Some(SignInMethod::Password),
                provider: None,
            };
            refusals.note(refusal, client);
            Err(Error::SignInRefused)
        }
    }
}

/// Begins the session of a user whose password was verified, for exactly the account that was read.
pub(crate) async fn begin_verified(
    store: &Store,
    tokens: &TokenIssuer,
    outbox: &Outbox,
    VerifiedAccount {
        account,
        time,
        new_hash,
    }: VerifiedAccount,
    sign_in: SignIn,
    place: SignInPlace,
) -> Result<Session, Error> {
    let old_hash = account.password_hash.clone();
    let person = (account.user_id, new_browser::age(&account));
    let (session, stored) = tokens.begin_session(account, sign_in, time)?;
    let mut tx = store.begin().await?;
    if let Some((old, new)) = old_hash.zip(new_hash) {
        tx.renew_password_hash(stored.user, &old, &new).await?;
    }
    tx.insert_session(&stored).await?;
    new_browser::tell(outbox, &mut tx, person, place, &stored).await?;
    tx.log(&NewEntry::signed_in(&stored)).await?;
    tx.end_surplus_sessions(stored.user).await?;
    tx.commit().await?;
    outbox.wake();
    Ok(session)
}

/// Renews the session of a refresh token. A token that was used before ends its session.
pub(crate) async fn refresh(
    store: &Store,
    tokens: &TokenIssuer,
    refusals: &RefusalLog,
    shown: &RefreshToken,
    client: &Client,
) -> Result<Session, Error> {
    let refuse = |reason, user: Option<UserId>| {
        let refusal = Refusal {
            activity: Activity::RenewalRefused,
            reason,
            user,
            method: None,
            provider: None,
        };
        refusals.note(refusal, client);
        Error::SessionEnded
    };
    let now = Utc::now();
    let id = shown.session().text();
    let mut tx = store.begin().await?;
    let session = tx.lock_session(&id).await?;
    let session = session.filter(|session| now < session.end_time);
    let session = session.ok_or_else(|| refuse(Reason::SessionNotOpen, None))?;
    let (token, is_next) = match session.refresh.judge(shown, now) {
        Shown::Current(next) => (next, true),
        Shown::Before(current) => (current, false),
        Shown::Reused => {
            let entry = NewEntry {
                session: Some(&id),
                ..NewEntry::by_user(Activity::RefreshTokenReused, session.user, client)
            };
            let entry = tx.log(&entry).await?;
            tx.add_notice(session.user, entry).await?;
            tx.end_session(&id, session.user, None, "a refresh token was used twice")
                .await?;
            tx.commit().await?;
            tracing::warn!(
                user.id = session.user.get(),
                "a session ended because a refresh token was used twice: it may have been stolen"
            );
            return Err(Error::SessionEnded);
        }
        Shown::Unknown => return Err(refuse(Reason::WrongToken, Some(session.user))),
    };
    let account = tx.account(session.user).await?;
    let account = account.filter(|account| account.active && account.uv == session.uv);
    let account = account.ok_or_else(|| refuse(Reason::UserChanged, Some(session.user)))?;
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
pub(crate) async fn logout(store: &Store, caller: &Caller, client: &Client) -> Result<i64, Error> {
    let mut tx = store.begin().await?;
    let user = caller.user_id;
    let entry = NewEntry {
        session: Some(&caller.session),
        ..NewEntry::by_user(Activity::SignedOut, user, client)
    };
    tx.log(&entry).await?;
    let seq = tx
        .end_session(&caller.session, user, Some(user), "signed out")
        .await?;
    tx.commit().await?;
    Ok(seq)
}

/// Ends one session: a caller's own, or any for a gatekeeper. Returns the sequence number of the
/// revocation.
pub(crate) async fn end(
    store: &Store,
    caller: &Caller,
    session: SessionId,
    client: &Client,
) -> Result<i64, Error> {
    let mut tx = begin(store, caller).await?;
    let session = session.text();
    let user = tx.user_of_session(&session).await?;
    let user = user.filter(|user| *user == caller.user_id || caller.gatekeeper);
    let user = user.ok_or(Error::SessionNotFound)?;
    let entry = NewEntry {
        session: Some(&session),
        ..NewEntry::by(Activity::SessionEnded, user, caller.user_id, client)
    };
    tx.log(&entry).await?;
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
pub(crate) async fn logout_everywhere(
    store: &Store,
    caller: &Caller,
    client: &Client,
) -> Result<i64, Error> {
    let mut tx = begin_about_user(store, caller, caller.user_id).await?;
    let user = caller.user_id;
    let entry = NewEntry::by_user(Activity::SignedOutEverywhere, user, client);
    tx.log(&entry).await?;
    let seq = tx
        .revoke_user(user, Some(user), "signed out everywhere")
        .await?;
    tx.commit().await?;
    Ok(seq)
}
