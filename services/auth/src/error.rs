//! The errors of auth.

use kreis_database::DatabaseError;

use crate::model::EasyPassword;

/// Every error of auth.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("e-mail and password do not sign anybody in")]
    SignInRefused,
    #[error("the invitation does not open anything")]
    InvitationRefused,
    #[error("the session has ended; sign in again")]
    SessionEnded,
    #[error("the key does not sign in a service account")]
    ServiceKeyRefused,
    #[error("the current password is wrong")]
    PasswordRefused,
    #[error("the new password {0}")]
    EasyPassword(#[from] EasyPassword),
    #[error("there is no such session")]
    SessionNotFound,
    #[error("only gatekeepers may do this")]
    GatekeeperRequired,
    #[error("the token is no longer valid")]
    TokenRevoked,
    #[error("too many sign-ins at once")]
    Overloaded,
    #[error("a password could not be hashed: {0}")]
    Hashing(String),
    #[error("a token could not be signed: {0}")]
    Signing(String),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
