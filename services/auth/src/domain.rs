//! The use cases of auth.

pub(crate) mod invitations;
pub(crate) mod passwords;
pub(crate) mod service_keys;
pub(crate) mod sessions;
mod token_issuer;
mod transaction;

pub(crate) use token_issuer::{SignIn, TokenIssuer};

pub(crate) use crate::store::Store;
