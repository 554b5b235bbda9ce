//! The errors of auth.

use std::time::Duration;

use kreis_database::DatabaseError;

use crate::model::{EasyPassword, GuessLimit, UserId};

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
    #[error("there is no such provider")]
    ProviderNotFound,
    #[error("the provider does not answer as it should; try again, or sign in another way")]
    ProviderUnavailable,
    #[error("the sign-in with the provider is not valid; begin again")]
    SignOnRefused,
    #[error("the provider has not verified the e-mail")]
    EmailNotVerified,
    #[error("no user of kreis belongs to this account")]
    NoAccount,
    #[error("the logout token ends no session")]
    LogoutTokenRefused,
    #[error("passwords are switched off; sign in with a provider")]
    PasswordsOff,
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
    #[error("too many attempts before, try again in {} s", seconds(*wait))]
    TooManyGuesses { limit: GuessLimit, wait: Duration },
    #[error("kreis sends no mails, because no mail server is configured")]
    MailNotConfigured,
    #[error("the user got several mails of this kind in the last hour")]
    TooManyMails,
    #[error("there is no such user")]
    UserNotFound(UserId),
    #[error("the user is deactivated")]
    UserInactive(UserId),
    #[error("no random bytes could be made")]
    NoRandomness,
    #[error("a password could not be hashed: {0}")]
    Hashing(String),
    #[error("a token could not be signed: {0}")]
    Signing(String),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Error {
    /// Whether the caller showed a wrong password or an unknown token.
    pub(crate) const fn is_wrong_guess(&self) -> bool {
        matches!(
            self,
            Self::SignInRefused
                | Self::InvitationRefused
                | Self::SessionEnded
                | Self::ServiceKeyRefused
                | Self::PasswordRefused
                | Self::SignOnRefused
                | Self::LogoutTokenRefused
        )
    }
}

/// A wait in whole seconds, rounded up.
pub(crate) const fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + if wait.subsec_nanos() > 0 { 1 } else { 0 }
}
