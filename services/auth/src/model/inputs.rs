//! What the use cases take, each named after its RPC.

use super::{EmailKey, InvitationHash, Password};

/// A user who signs in.
pub(crate) struct Login {
    pub(crate) email: EmailKey,
    pub(crate) password: Password,
}

/// A user who sets the password of an invitation.
pub(crate) struct AcceptInvitation {
    pub(crate) invitation: InvitationHash,
    pub(crate) password: Password,
}
