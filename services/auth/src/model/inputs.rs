//! What the use cases take, each named after its RPC.

use super::{EmailKey, InvitationHash, Password, Renewal, UserId};

/// A user who signs in.
pub(crate) struct Login {
    pub(crate) email: EmailKey,
    pub(crate) password: Password,
    pub(crate) renewal: Renewal,
}

/// A user who sets the password of an invitation.
pub(crate) struct AcceptInvitation {
    pub(crate) invitation: InvitationHash,
    pub(crate) password: Password,
    pub(crate) renewal: Renewal,
}

/// A user who changes their own password.
pub(crate) struct ChangePassword {
    pub(crate) current: Password,
    pub(crate) new: Password,
    pub(crate) renewal: Renewal,
}

/// The sessions of a user.
pub(crate) struct ListSessions {
    /// Absent for those of the caller.
    pub(crate) user: Option<UserId>,
}
