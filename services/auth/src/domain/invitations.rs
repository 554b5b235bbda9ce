//! Invitations: users who choose a password.

use chrono::Utc;

use super::{RefusalLog, SignIn, TokenIssuer};
use crate::{
    error::Error,
    model::{
        Activity, Client, Invitation, InvitationHash, NewEntry, Password, Reason, Refusal, Session,
        SignInMethod,
    },
    password_hashing::HashingPool,
    store::Store,
};

/// The user an invitation is for. Refuses an invitation that is not open, and leaves it open.
pub(crate) async fn get(store: &Store, hash: &InvitationHash) -> Result<Invitation, Error> {
    let invitation = store.open_invitation(hash).await?;
    invitation.ok_or(Error::InvitationRefused)
}

/// Hashes the password that an invited user sets. Refuses an invitation that is not open.
pub(crate) async fn hash(
    store: &Store,
    passwords: &HashingPool,
    refusals: &RefusalLog,
    invitation: &InvitationHash,
    password: Password,
    client: &Client,
) -> Result<String, Error> {
    let ticket = passwords.enqueue(client.address)?;
    // Hashing is expensive, so an invitation that is not open is refused first.
    let Some(Invitation {
        display_name,
        email,
        ..
    }) = store.open_invitation(invitation).await?
    else {
        let refusal = Refusal {
            activity: Activity::SignInRefused,
            reason: Reason::InvitationNotOpen,
            user: None,
            method: Some(SignInMethod::Invitation),
        };
        refusals.note(refusal, client);
        return Err(Error::InvitationRefused);
    };
    ticket.hash_new(password, vec![display_name, email]).await
}

/// Sets the password of an invited user and begins a session. Also returns the sequence number of
/// the revocation that ended the user's earlier sessions.
pub(crate) async fn accept(
    store: &Store,
    tokens: &TokenIssuer,
    invitation: &InvitationHash,
    password_hash: &str,
    sign_in: SignIn,
) -> Result<(Session, i64), Error> {
    let now = Utc::now();
    let mut tx = store.begin().await?;
    if !tx.lock_invited_person(invitation).await? {
        return Err(Error::InvitationRefused);
    }
    let user_id = tx
        .use_invitation(invitation)
        .await?
        .ok_or(Error::InvitationRefused)?;
    let seq = tx.set_invited_password(user_id, password_hash).await?;
    // Read after the person is locked. A deactivation before the lock is seen here. A later one
    // waits for this transaction, and then ends the new session too.
    let account = tx.account(user_id).await?.filter(|account| account.active);
    let account = account.ok_or(Error::InvitationRefused)?;
    let (session, stored) = tokens.begin_session(account, sign_in, now)?;
    tx.insert_session(&stored).await?;
    let accepted = NewEntry::by_user(Activity::InvitationAccepted, user_id, &stored.client);
    tx.log(&accepted).await?;
    tx.log(&NewEntry::signed_in(&stored)).await?;
    tx.commit().await?;
    Ok((session, seq))
}
