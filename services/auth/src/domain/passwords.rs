//! Changing one's own password.

use chrono::Utc;
use kreis_server::token::Caller;

use super::{Outbox, RefusalLog, SignIn, TokenIssuer, transaction::begin_about_user};
use crate::{
    error::Error,
    model::{
        Activity, Client, MailKind, NewEntry, NewMail, Password, Reason, Refusal, Session, UserId,
    },
    password_hashing::{HashingPool, Verdict},
    store::Store,
};

/// Verifies the current password of a user and hashes the new one.
pub(crate) async fn hash(
    store: &Store,
    passwords: &HashingPool,
    refusals: &RefusalLog,
    user: UserId,
    (current, new): (Password, Password),
    client: &Client,
) -> Result<String, Error> {
    let address = client.address;
    let ticket = passwords.enqueue(address)?;
    let account = store.account(user).await?.ok_or(Error::PasswordRefused)?;
    if ticket.verify(current, account.password_hash).await? == Verdict::Wrong {
        let refusal = Refusal {
            activity: Activity::PasswordChangeRefused,
            reason: Reason::WrongPassword,
            user: Some(user),
            method: None,
            provider: None,
        };
        refusals.note(refusal, client);
        return Err(Error::PasswordRefused);
    }
    let known = vec![
        account.first_name,
        account.last_name,
        account.display_name,
        account.email,
    ];
    passwords.enqueue(address)?.hash_new(new, known).await
}

/// Sets the new password of a caller, ends all their sessions, and begins a new one. Also returns
/// the sequence number of the revocation. A password that was set since the verification has made
/// the caller's token invalid, so the call is refused.
pub(crate) async fn change(
    store: &Store,
    tokens: &TokenIssuer,
    outbox: &Outbox,
    caller: &Caller,
    password_hash: &str,
    sign_in: SignIn,
) -> Result<(Session, i64), Error> {
    let now = Utc::now();
    let mut tx = begin_about_user(store, caller, caller.user_id).await?;
    let user = caller.user_id;
    // A session that has ended since the call arrived begins no new one.
    if tx.user_of_session(&caller.session).await? != Some(user) {
        return Err(Error::TokenRevoked);
    }
    let seq = tx.change_password(user, password_hash).await?;
    let account = tx.account(user).await?;
    let account = account.ok_or(Error::TokenRevoked)?;
    let (session, stored) = tokens.begin_session(account, sign_in, now)?;
    tx.insert_session(&stored).await?;
    let entry = NewEntry {
        session: Some(&stored.id),
        ..NewEntry::by_user(Activity::PasswordChanged, user, &stored.client)
    };
    tx.log(&entry).await?;
    outbox
        .tell(&mut tx, NewMail::about(user, MailKind::PasswordChanged))
        .await?;
    tx.commit().await?;
    outbox.wake();
    Ok((session, seq))
}
