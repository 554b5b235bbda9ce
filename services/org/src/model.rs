//! Users, circles, membership and their changes: types that hold only valid values, and the rules
//! that need no database.

mod change;
mod circle;
mod inputs;
mod name;
mod new_user;
mod organisation;
mod service_account;
mod user;

pub(crate) use kreis_server::id::{CircleId, UserId};
pub(crate) use kreis_service::expected_version::{ExpectedVersion, Version};

pub(crate) use change::{Activity, Change, ChangeScope, NewChange, Person};
pub(crate) use circle::{Circle, CircleCursor, CircleMember, CircleUse};
pub(crate) use inputs::{
    AddServiceKey, CreateCircle, CreateServiceAccount, CreateUser, DeleteCircle, ListChanges,
    ListCircles, ListUsers, Membership, RemoveServiceAccount, SetUserActive, UpdateCircle,
    UpdateServiceAccount, UpdateUser,
};
pub(crate) use name::{Email, FieldError, Name};
pub(crate) use new_user::{NewUser, UserFields};
pub(crate) use organisation::{Me, Organisation};
pub(crate) use service_account::{
    CircleScope, KeyLifetime, MAX_SERVICE_ACCOUNTS, MAX_SERVICE_KEYS, ServiceAccess,
    ServiceAccount, ServiceAccountUpdate, ServiceCircles, ServiceKeyId, ServiceKeyState,
};
pub(crate) use user::{
    FieldChange, Invitation, SessionsEndReason, User, UserCircle, UserCursor, UserState, UserUpdate,
};
