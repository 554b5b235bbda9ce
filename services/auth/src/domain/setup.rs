//! The first start: the person who opens the printed link becomes the first gatekeeper.
//!
//! The link works while there are no users. So it is void as soon as the operator adds a user.

use chrono::Utc;

use super::{RefusalLog, SignIn, TokenIssuer};
use crate::{
    error::Error,
    model::{
        AcceptedLink, Activity, Client, FirstGatekeeper, InvitationHash, NewEntry, Password,
        Refusal, Session, Setup,
    },
    password_hashing::HashingPool,
    store::Store,
};

/// What the page of a link begins with. Refuses a link that is not open, and leaves it open.
pub(crate) async fn get(store: &Store, link: &InvitationHash) -> Result<Setup, Error> {
    let setup = store.open_setup(link).await?;
    setup.ok_or(Error::InvitationRefused)
}

/// Hashes the password of the first gatekeeper. Refuses a link that is not open.
pub(crate) async fn hash(
    store: &Store,
    passwords: &HashingPool,
    refusals: &RefusalLog,
    link: &InvitationHash,
    (password, known): (Password, Vec<String>),
    client: &Client,
) -> Result<String, Error> {
    let ticket = passwords.enqueue(client.address)?;
    // Hashing is expensive, so a link that is not open is refused first.
    if store.open_setup(link).await?.is_none() {
        refusals.note(Refusal::LINK, client);
        return Err(Error::InvitationRefused);
    }
    ticket.hash_new(password, known).await
}

/// Uses up the link, adds the first gatekeeper, describes the organisation, and begins a session.
/// Also returns the sequence number of the revocation that setting a password adds.
pub(crate) async fn complete(
    store: &Store,
    tokens: &TokenIssuer,
    link: &InvitationHash,
    first: &FirstGatekeeper,
    password_hash: &str,
    sign_in: SignIn,
) -> Result<(Session, i64), Error> {
    let now = Utc::now();
    let mut tx = store.begin().await?;
    if !tx.use_setup_link(link).await? {
        return Err(Error::InvitationRefused);
    }
    let user = tx.add_first_gatekeeper(first).await?;
    let user = user.ok_or(Error::InvitationRefused)?;
    let seq = tx
        .set_invited_password(user, password_hash, AcceptedLink::Invitation)
        .await?;
    let account = tx.account(user).await?.ok_or(Error::InvitationRefused)?;
    let (session, stored) = tokens.begin_session(account, sign_in, now)?;
    tx.insert_session(&stored).await?;
    let accepted = Activity::InvitationAccepted;
    tx.log(&NewEntry::by_user(accepted, user, &stored.client))
        .await?;
    tx.log(&NewEntry::signed_in(&stored)).await?;
    tx.commit().await?;
    Ok((session, seq))
}
