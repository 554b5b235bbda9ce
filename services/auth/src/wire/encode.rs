//! Results as response messages, errors as statuses. Each function is named after its RPC, or after
//! the message that it makes.

mod error;

use kreis_proto::{
    auth::v1::{
        AcceptInvitationResponse, GetInvitationResponse, LoginResponse, LogoutResponse, Revocation,
        RevocationKind,
    },
    org::v1::{User, UserCircle, UserState},
};
use kreis_server::timestamps::to_timestamp;

use crate::model::{self, Account, Circle, Invitation, Session};

pub(crate) fn login(session: Session) -> LoginResponse {
    LoginResponse {
        access_token: session.access_token,
        expire_time: Some(to_timestamp(session.expire_time)),
        user: Some(user(session.account)),
    }
}

pub(crate) const fn logout() -> LogoutResponse {
    LogoutResponse {}
}

pub(crate) fn get_invitation(invitation: Invitation) -> GetInvitationResponse {
    GetInvitationResponse {
        display_name: invitation.display_name,
        email: invitation.email,
        expire_time: Some(to_timestamp(invitation.expire_time)),
    }
}

pub(crate) fn accept_invitation(session: Session) -> AcceptInvitationResponse {
    AcceptInvitationResponse {
        access_token: session.access_token,
        expire_time: Some(to_timestamp(session.expire_time)),
        user: Some(user(session.account)),
    }
}

fn user(account: Account) -> User {
    User {
        id: account.user_id.get(),
        first_name: account.first_name,
        last_name: account.last_name,
        display_name: account.display_name,
        email: account.email,
        // Only active users can begin a session.
        state: UserState::Active.into(),
        gatekeeper: account.gatekeeper,
        circles: account.circles.into_iter().map(circle).collect(),
        create_time: Some(to_timestamp(account.create_time)),
        update_time: Some(to_timestamp(account.update_time)),
        etag: account.version.to_string(),
    }
}

fn circle(circle: Circle) -> UserCircle {
    UserCircle {
        circle_id: circle.circle_id.get(),
        name: circle.name,
    }
}

/// An entry of the list of revocations.
pub(crate) fn revocation(entry: model::Revocation) -> Revocation {
    let kind = match entry.kind.as_str() {
        "token" => RevocationKind::Token,
        "session" => RevocationKind::Session,
        "user" => RevocationKind::User,
        "key" => RevocationKind::Key,
        "everything" => RevocationKind::Everything,
        // A replica treats an unknown kind as "everything".
        _ => RevocationKind::Unspecified,
    };
    Revocation {
        seq: entry.seq,
        kind: kind.into(),
        key: entry.key,
        min_uv: entry.min_uv,
        not_after: Some(to_timestamp(entry.not_after)),
        create_time: Some(to_timestamp(entry.create_time)),
    }
}
