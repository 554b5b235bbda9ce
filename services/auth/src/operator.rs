//! The operator's commands for accounts.

use kreis_database::DatabaseError;
use sqlx::PgPool;

use crate::{
    error::Error,
    model::{Password, PasswordPolicyError, UserId},
    password_hashing,
    store::accounts,
};

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordError {
    /// The password breaks a rule.
    #[error("the password {0}")]
    Password(#[from] PasswordPolicyError),
    /// The password could not be hashed.
    #[error("{0}")]
    Hashing(String),
    /// The database could not be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Checks a password without setting it.
pub fn check_password(password: &str) -> Result<(), PasswordPolicyError> {
    Password::new(password).map(|_| ())
}

/// Sets a user's password and ends their sessions. `pool` connects with auth's role.
pub async fn set_password(
    pool: &PgPool,
    user_id: i64,
    password: &str,
) -> Result<(), SetPasswordError> {
    let password = Password::new(password)?;
    let hash = password_hashing::hash_blocking(&password)
        .map_err(|error: Error| SetPasswordError::Hashing(error.to_string()))?;
    let mut transaction = pool.begin().await.map_err(DatabaseError::from)?;
    accounts::set_password(&mut transaction, UserId::stored(user_id), &hash, None).await?;
    transaction.commit().await.map_err(DatabaseError::from)?;
    Ok(())
}
