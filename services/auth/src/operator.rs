//! The operator's commands for accounts.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use kreis_database::DatabaseError;
use sqlx::PgPool;
use zeroize::Zeroizing;

use crate::{
    error::Error,
    model::{
        Activity, EasyPassword, InvitationToken, MailKind, NewEntry, NewMail, Password,
        PasswordPolicyError, UserId,
    },
    password_hashing,
    store::{accounts, mails, setup, sign_in_log},
};

/// How long the link of the first start works. kreis prints it, and its reader can become the first
/// gatekeeper. So it expires sooner than an invitation. The next start prints a new one.
const SETUP_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The token of a link with which the first gatekeeper sets up kreis.
pub struct SetupLink {
    /// 256 random bits, in base64url.
    pub token: Zeroizing<String>,
    /// When the link expires.
    pub expire_time: DateTime<Utc>,
}

/// Why a link was not made.
#[derive(Debug, thiserror::Error)]
pub enum SetupLinkError {
    /// The system gave no random bytes.
    #[error("no random bytes could be made")]
    NoRandomness,
    /// The database could not be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Makes a link with which the first gatekeeper sets up kreis; `None` if there is a user already.
/// The link before it becomes invalid. `pool` connects with auth's role.
pub async fn make_setup_link(pool: &PgPool) -> Result<Option<SetupLink>, SetupLinkError> {
    let token = InvitationToken::random().map_err(|_| SetupLinkError::NoRandomness)?;
    let expire_time = (Utc::now() + SETUP_LIFETIME).trunc_subsecs(6);
    let mut connection = pool.acquire().await.map_err(DatabaseError::from)?;
    let put = setup::put_link(&mut connection, &token.hash(), expire_time).await?;
    Ok(put.then(|| SetupLink {
        token: Zeroizing::new(token.as_str().to_owned()),
        expire_time,
    }))
}

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordError {
    /// The password breaks a rule.
    #[error("the password {0}")]
    Password(#[from] PasswordPolicyError),
    /// The password is easy to guess.
    #[error("the password {0}")]
    EasyPassword(#[from] EasyPassword),
    /// The password could not be hashed.
    #[error("{0}")]
    Hashing(String),
    /// The database could not be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Checks a password without setting it. `known` has the user's names and e-mail, which are easy to
/// guess.
pub fn check_password(password: &str, known: &[&str]) -> Result<(), SetPasswordError> {
    Ok(Password::new(password)?.check_strength(known)?)
}

/// Sets a user's password and ends their sessions. A user who had a password is told by mail, as soon
/// as a server sends mails, and at the next sign-in. `pool` connects with auth's role.
pub async fn set_password(
    pool: &PgPool,
    user_id: i64,
    password: &str,
    known: &[&str],
) -> Result<(), SetPasswordError> {
    let password = Password::new(password)?;
    password.check_strength(known)?;
    let hash = password_hashing::hash_blocking(&password)
        .map_err(|error: Error| SetPasswordError::Hashing(error.to_string()))?;
    let mut transaction = pool.begin().await.map_err(DatabaseError::from)?;
    let user = UserId::stored(user_id);
    let entry = NewEntry::by_operator(Activity::PasswordSet, user);
    let entry = sign_in_log::append(&mut transaction, &entry).await?;
    if accounts::has_password(&mut transaction, user).await? {
        const KIND: MailKind = MailKind::PasswordChanged;
        sign_in_log::add_notice(&mut transaction, user, entry).await?;
        mails::void_waiting(&mut transaction, user, KIND).await?;
        mails::insert(&mut transaction, &NewMail::about(user, KIND)).await?;
    }
    accounts::set_password(&mut transaction, user, &hash, None).await?;
    transaction.commit().await.map_err(DatabaseError::from)?;
    Ok(())
}
