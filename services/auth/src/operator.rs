//! The operator's commands for accounts.

use kreis_database::DatabaseError;
use sqlx::PgPool;

use crate::{
    error::Error,
    model::{Activity, EasyPassword, NewEntry, Password, PasswordPolicyError, UserId},
    password_hashing,
    store::{accounts, sign_in_log},
};

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

/// Checks a password without setting it. `known` is what others know about the user.
pub fn check_password(password: &str, known: &[&str]) -> Result<(), SetPasswordError> {
    Ok(Password::new(password)?.check_strength(known)?)
}

/// Sets a user's password and ends their sessions. `pool` connects with auth's role.
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
    sign_in_log::append(&mut transaction, &entry).await?;
    accounts::set_password(&mut transaction, user, &hash, None).await?;
    transaction.commit().await.map_err(DatabaseError::from)?;
    Ok(())
}
