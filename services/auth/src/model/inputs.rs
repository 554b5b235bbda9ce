//! What the use cases take, each named after its RPC.

use chrono::{DateTime, Utc};
use kreis_service::page::{PageRequest, TimeCursor};

use super::{Activity, EmailKey, FirstGatekeeper, InvitationHash, Password, Renewal, UserId};

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

/// The person who sets up kreis.
pub(crate) struct CompleteSetup {
    pub(crate) link: InvitationHash,
    pub(crate) first: FirstGatekeeper,
    pub(crate) password: Password,
    pub(crate) renewal: Renewal,
}

/// A user who changes their own password.
pub(crate) struct ChangePassword {
    pub(crate) current: Password,
    pub(crate) new: Password,
    pub(crate) renewal: Renewal,
}

/// A person whom a provider sent back.
pub(crate) struct FinishSignOn {
    pub(crate) state: String,
    pub(crate) code: String,
    /// Empty if the provider does not say who it is.
    pub(crate) issuer: String,
    pub(crate) renewal: Renewal,
}

/// The sessions of a user.
pub(crate) struct ListSessions {
    /// Absent for those of the caller.
    pub(crate) user: Option<UserId>,
}

/// A page of the log of sign-ins.
pub(crate) struct ListSignIns {
    /// Absent for all that the caller may read.
    pub(crate) user: Option<UserId>,
    /// Each activity once.
    pub(crate) activities: Vec<Activity>,
    /// First moment; absent for no bound.
    pub(crate) from: Option<DateTime<Utc>>,
    /// First moment after the range; absent for no bound.
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) page: PageRequest<TimeCursor>,
}

/// Notices that a user has read.
pub(crate) struct ConfirmNotices {
    pub(crate) ids: Vec<i64>,
}
