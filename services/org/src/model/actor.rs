//! The user who calls, as their token describes them.

use super::UserId;

/// A caller, with the claims of their token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Actor {
    pub(crate) id: UserId,
    pub(crate) gatekeeper: bool,
    /// Version of the user for which the token was issued.
    pub(crate) version: i64,
}
