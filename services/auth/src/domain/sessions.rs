//! Signing in and out.

use std::net::IpAddr;

use chrono::Utc;
use kreis_server::token::Caller;

use super::TokenIssuer;
use crate::{
    error::Error,
    model::{Login, Session},
    password_hashing::HashingPool,
    store::Store,
};

/// Signs a user in. Reads the clock first, then the account once, and signs exactly what it read. A
/// revocation in between therefore also applies to the new token.
pub(crate) async fn login(
    store: &Store,
    passwords: &HashingPool,
    tokens: &TokenIssuer,
    Login { email, password }: Login,
    address: Option<IpAddr>,
) -> Result<Session, Error> {
    let ticket = passwords.enqueue(address)?;
    let now = Utc::now();
    let account = store.account_by_email(&email).await?;
    let hash = account
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    let same = ticket.verify(password, hash).await?;
    match account {
        Some(account) if same && account.active => tokens.begin_session(account, now),
        _ => Err(Error::SignInRefused),
    }
}

/// Ends the session of a caller. Returns the sequence number of the entry in the list of revocations.
pub(crate) async fn logout(store: &Store, caller: &Caller) -> Result<i64, Error> {
    let seq = store.revoke_session(&caller.session, caller.user_id);
    Ok(seq.await?)
}
