//! The use cases of auth.

pub(crate) mod invitations;
pub(crate) mod mail_sender;
pub(crate) mod new_browser;
mod outbox;
pub(crate) mod password_resets;
mod password_switch;
pub(crate) mod passwords;
mod refusal_log;
pub(crate) mod service_keys;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod sign_in_log;
pub(crate) mod single_sign_on;
mod token_issuer;
mod transaction;

pub(crate) use outbox::Outbox;
pub(crate) use password_switch::PasswordSwitch;
pub(crate) use refusal_log::RefusalLog;
pub(crate) use token_issuer::{SignIn, TokenIssuer};

pub(crate) use crate::store::Store;
