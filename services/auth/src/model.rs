//! The types of auth, and the rules that need no database.

mod account;
mod email_key;
mod inputs;
mod invitation;
mod password_policy;
mod refresh_token;
mod revocation;
mod service_key;
mod session;
mod session_id;

pub(crate) use kreis_server::id::{CircleId, UserId};

pub(crate) use account::{Account, Circle};
pub(crate) use email_key::EmailKey;
pub(crate) use inputs::{AcceptInvitation, ChangePassword, ListSessions, Login};
pub(crate) use invitation::{Invitation, InvitationHash};
pub(crate) use password_policy::{EasyPassword, Password, PasswordPolicyError};
pub(crate) use refresh_token::{RefreshState, RefreshToken, Shown};
pub(crate) use revocation::Revocation;
pub(crate) use service_key::{ExpiringKey, IssuedToken, KeyUse, UsableKey};
pub(crate) use session::{
    Client, NewSession, OpenSession, RenewableSession, Renewal, Session, SignInMethod,
};
pub(crate) use session_id::SessionId;
