//! Links with which users choose a password: invitations, and password resets.

use chrono::{SubsecRound, TimeDelta, Utc};
use kreis_server::token::Caller;

use super::{
    Outbox, PasswordSwitch, RefusalLog, SignIn, TokenIssuer, transaction::begin_about_user,
};
use crate::{
    error::Error,
    model::{
        AcceptedLink, Activity, Client, Invitation, InvitationHash, InvitationToken, MailKind,
        NewEntry, NewMail, Password, Refusal, Session, UserId,
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
        refusals.note(Refusal::LINK, client);
        return Err(Error::InvitationRefused);
    };
    ticket.hash_new(password, vec![display_name, email]).await
}

/// Sets the password of an invited user and begins a session. Also returns the sequence number of
/// the revocation that ended the user's earlier sessions. Refuses whom passwords do not let in.
pub(crate) async fn accept(
    store: &Store,
    tokens: &TokenIssuer,
    outbox: &Outbox,
    (invitation, switch): (&InvitationHash, &PasswordSwitch),
    password_hash: &str,
    sign_in: SignIn,
) -> Result<(Session, i64), Error> {
    let now = Utc::now();
    let mut tx = store.begin().await?;
    if !tx.lock_invited_person(invitation).await? {
        return Err(Error::InvitationRefused);
    }
    let used = tx.use_invitation(invitation).await?;
    let used = used.ok_or(Error::InvitationRefused)?;
    let seq = tx
        .set_invited_password(used.user, password_hash, used.link)
        .await?;
    // Read after the person is locked. A deactivation before the lock is seen here. A later one
    // waits for this transaction, and then ends the new session too.
    let account = tx
        .account(used.user)
        .await?
        .filter(|account| account.active);
    let account = account.ok_or(Error::InvitationRefused)?;
    switch.admit(account.gatekeeper)?;
    let (session, stored) = tokens.begin_session(account, sign_in, now)?;
    tx.insert_session(&stored).await?;
    let activity = match used.link {
        AcceptedLink::Invitation => Activity::InvitationAccepted,
        AcceptedLink::PasswordReset => Activity::PasswordReset,
    };
    tx.log(&NewEntry::by_user(activity, used.user, &stored.client))
        .await?;
    tx.log(&NewEntry::signed_in(&stored)).await?;
    if used.has_password {
        outbox
            .tell(
                &mut tx,
                NewMail::about(used.user, MailKind::PasswordChanged),
            )
            .await?;
    }
    tx.commit().await?;
    outbox.wake();
    Ok((session, seq))
}

/// Sends a user an invitation by mail. The one before becomes invalid at once. Returns the e-mail
/// of the user.
pub(crate) async fn send(
    store: &Store,
    outbox: &Outbox,
    caller: &Caller,
    user: UserId,
) -> Result<String, Error> {
    const KIND: MailKind = MailKind::Invitation;
    let link = unknown_link()?;
    let mut tx = begin_about_user(store, caller, user).await?;
    let account = tx.account(user).await?.ok_or(Error::UserNotFound(user))?;
    if !account.active {
        return Err(Error::UserInactive(user));
    }
    if tx.mails_of_last_hour(user, KIND).await? >= KIND.most_in_an_hour() {
        return Err(Error::TooManyMails);
    }
    tx.void_waiting_mail(user, KIND).await?;
    tx.insert_invitation(user, &link, expire_time(KIND), caller.user_id)
        .await?;
    let mail = NewMail {
        actor: Some(caller.user_id),
        link: Some(link),
        ..NewMail::about(user, KIND)
    };
    tx.insert_mail(&mail).await?;
    let activity = match account.password_hash {
        Some(_) => "password_reset_invited",
        None => "user_invited",
    };
    tx.log_account_change(user, caller.user_id, activity)
        .await?;
    tx.commit().await?;
    outbox.wake();
    Ok(account.email)
}

/// Makes every open link of a user invalid. A waiting mail with such a link becomes void.
pub(crate) async fn withdraw(store: &Store, caller: &Caller, user: UserId) -> Result<(), Error> {
    let mut tx = begin_about_user(store, caller, user).await?;
    tx.account(user).await?.ok_or(Error::UserNotFound(user))?;
    if tx.delete_links(user).await? {
        tx.log_account_change(user, caller.user_id, "invitation_withdrawn")
            .await?;
        let withdrawn = Activity::InvitationWithdrawn;
        tx.log(&NewEntry::by_gatekeeper(withdrawn, user, caller.user_id))
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Sends a user a mail with which they set a new password.
pub(super) async fn send_password_reset(
    store: &Store,
    outbox: &Outbox,
    user: UserId,
) -> Result<(), Error> {
    const KIND: MailKind = MailKind::PasswordReset;
    let link = unknown_link()?;
    let mut tx = store.begin().await?;
    tx.lock_person(user).await?;
    tx.void_waiting_mail(user, KIND).await?;
    tx.insert_password_reset(user, &link, expire_time(KIND))
        .await?;
    let mail = NewMail {
        link: Some(link),
        ..NewMail::about(user, KIND)
    };
    tx.insert_mail(&mail).await?;
    tx.commit().await?;
    outbox.wake();
    Ok(())
}

/// The hash of a token that is thrown away. It marks the link of a mail until the mail is sent with a
/// token of its own.
fn unknown_link() -> Result<InvitationHash, Error> {
    let token = InvitationToken::random().map_err(|_| Error::NoRandomness)?;
    Ok(token.hash())
}

/// When a link expires that is sent now. Postgres keeps microseconds.
pub(super) fn expire_time(kind: MailKind) -> chrono::DateTime<Utc> {
    let lifetime = kind.link_lifetime().unwrap_or(TimeDelta::zero());
    (Utc::now() + lifetime).trunc_subsecs(6)
}
