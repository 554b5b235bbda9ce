//! The use cases of auth.

pub(crate) mod invitations;
pub(crate) mod sessions;
mod token_issuer;

pub(crate) use token_issuer::TokenIssuer;

pub(crate) use crate::store::Store;
