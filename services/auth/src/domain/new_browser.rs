//! Tells users about sign-ins with a browser or program that has not signed in to their account
//! before.
//!
//! A browser is known by its cookie. A program keeps no cookie, so it is known by its address and
//! its `user-agent` together: a script that signs in each night is told once.

use chrono::Utc;

use super::Outbox;
use crate::{
    error::Error,
    model::{Account, LOG_LIFETIME, MailKind, NewMail, NewSession, Renewal, UserId},
    store::Tx,
};

/// What is known of a sign-in before its session begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignInPlace {
    /// Whether the browser has signed in to the account before, by its cookie.
    pub(crate) is_known_browser: bool,
    /// How the session is kept. Only browsers keep it with a cookie.
    pub(crate) renewal: Renewal,
}

/// Writes the mail about a session that begins, unless the browser or program is known or it is the
/// first sign-in of the account. Call it before the sign-in is logged.
pub(super) async fn tell(
    outbox: &Outbox,
    tx: &mut Tx,
    (user, account_age): (UserId, chrono::TimeDelta),
    place: SignInPlace,
    session: &NewSession,
) -> Result<(), Error> {
    if place.is_known_browser || !outbox.sends_mail() {
        return Ok(());
    }
    let earlier = tx.earlier_sign_ins(user, &session.client).await?;
    let is_known_program = place.renewal != Renewal::Cookie && earlier.by_this_program;
    // The log of an older account may have lost its first sign-in.
    let is_first = !earlier.any && account_age < LOG_LIFETIME;
    if is_known_program || is_first {
        return Ok(());
    }
    let mail = NewMail {
        address: session.client.address,
        ..NewMail::about(user, MailKind::NewBrowser)
    };
    outbox.tell(tx, mail).await
}

/// How long ago an account was made.
pub(super) fn age(account: &Account) -> chrono::TimeDelta {
    Utc::now() - account.create_time
}
