//! What the use cases take, each named after its RPC.

use kreis_service::{
    idempotency::RequestKey,
    month::MonthRange,
    page::{PageRequest, TimeCursor},
};

use super::{
    ChangeScope, CircleCursor, CircleId, CircleScope, ExpectedVersion, KeyLifetime, Name, NewUser,
    ServiceAccess, UserCursor, UserId, UserUpdate,
};

/// A page of users.
#[derive(Debug)]
pub(crate) struct ListUsers {
    /// Absent for all users.
    pub(crate) active: Option<bool>,
    pub(crate) page: PageRequest<UserCursor>,
}

/// A user to create.
#[derive(Debug)]
pub(crate) struct CreateUser {
    pub(crate) new: NewUser,
    /// Absent if the call cannot be repeated.
    pub(crate) key: Option<RequestKey>,
}

/// A change of a user.
#[derive(Debug)]
pub(crate) struct UpdateUser {
    pub(crate) id: UserId,
    pub(crate) update: UserUpdate,
    pub(crate) expected: ExpectedVersion,
}

/// A user to deactivate or to reactivate.
#[derive(Debug)]
pub(crate) struct SetUserActive {
    pub(crate) id: UserId,
    pub(crate) expected: ExpectedVersion,
}

/// A page of circles.
#[derive(Debug)]
pub(crate) struct ListCircles {
    pub(crate) page: PageRequest<CircleCursor>,
}

/// A circle to create.
#[derive(Debug)]
pub(crate) struct CreateCircle {
    pub(crate) name: Name,
    /// Absent if the call cannot be repeated.
    pub(crate) key: Option<RequestKey>,
}

/// A change of a circle.
#[derive(Debug)]
pub(crate) struct UpdateCircle {
    pub(crate) id: CircleId,
    /// Absent to leave it as it is.
    pub(crate) name: Option<Name>,
    pub(crate) expected: ExpectedVersion,
}

/// A circle to delete.
#[derive(Debug)]
pub(crate) struct DeleteCircle {
    pub(crate) id: CircleId,
    pub(crate) expected: ExpectedVersion,
}

/// A membership to begin or to end.
#[derive(Debug)]
pub(crate) struct Membership {
    pub(crate) circle: CircleId,
    pub(crate) user: UserId,
}

/// A page of changes.
#[derive(Debug)]
pub(crate) struct ListChanges {
    pub(crate) scope: ChangeScope,
    /// The months in which they were made.
    pub(crate) months: MonthRange,
    pub(crate) page: PageRequest<TimeCursor>,
}

/// A service account to create.
#[derive(Debug)]
pub(crate) struct CreateServiceAccount {
    pub(crate) name: Name,
    pub(crate) access: ServiceAccess,
    pub(crate) scope: CircleScope,
    /// Absent for the caller.
    pub(crate) owner: Option<UserId>,
    /// Absent if the call cannot be repeated.
    pub(crate) key: Option<RequestKey>,
}

/// A change of a service account. Absent fields stay as they are.
#[derive(Debug)]
pub(crate) struct UpdateServiceAccount {
    pub(crate) id: UserId,
    pub(crate) name: Option<Name>,
    pub(crate) access: Option<ServiceAccess>,
    pub(crate) scope: Option<CircleScope>,
    pub(crate) owner: Option<UserId>,
    pub(crate) expected: ExpectedVersion,
}

/// A service account to remove.
#[derive(Debug)]
pub(crate) struct RemoveServiceAccount {
    pub(crate) id: UserId,
    pub(crate) expected: ExpectedVersion,
}

/// A service account that gets a key.
#[derive(Debug)]
pub(crate) struct AddServiceKey {
    pub(crate) id: UserId,
    pub(crate) lifetime: KeyLifetime,
}
