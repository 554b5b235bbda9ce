//! The gatekeeper who calls.

use super::UserId;

/// A caller, with what their token says of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Actor {
    pub(crate) id: UserId,
    pub(crate) gatekeeper: bool,
    /// Version of the user that the token is of.
    pub(crate) version: i64,
}
