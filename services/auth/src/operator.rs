//! What the operator's command line does with accounts.

use kreis_chassis::database::DatabaseFault;
use sqlx::PgPool;

use crate::{
    model::{Error, Password, PasswordFault},
    passwords, store,
};

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordFault {
    /// The password breaks a rule.
    #[error("the password {0}")]
    Password(#[from] PasswordFault),
    /// It could not be hashed.
    #[error("{0}")]
    Hashing(String),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DatabaseFault),
}

/// Checks a password against the rules without setting it.
pub fn check_password(password: &str) -> Result<(), PasswordFault> {
    Password::to_set(password).map(|_| ())
}

/// Sets a user's password and ends their sessions. The pool connects with the
/// role of auth.
pub async fn set_password(
    pool: &PgPool,
    user_id: i64,
    password: &str,
) -> Result<(), SetPasswordFault> {
    let password = Password::to_set(password)?;
    let hash = passwords::hash_now(&password)
        .map_err(|error: Error| SetPasswordFault::Hashing(error.to_string()))?;
    let mut transaction = pool.begin().await.map_err(DatabaseFault::from)?;
    store::set_password(&mut transaction, user_id, &hash, None).await?;
    transaction.commit().await.map_err(DatabaseFault::from)?;
    Ok(())
}
