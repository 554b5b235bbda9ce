//! Results as response messages, errors as statuses. Each function is named after its RPC, or after
//! the message that it makes.

mod error;
pub(crate) mod sign_in_log;
pub(crate) mod single_sign_on;

use chrono::{DateTime, Utc};
use kreis_proto::{
    auth::v1::{
        AcceptInvitationResponse, ChangePasswordResponse, CompleteSetupResponse,
        EndSessionResponse, FinishSignOnResponse, GetInvitationResponse, GetSetupResponse,
        GetSignInOptionsResponse, IssueTokenResponse, ListSessionsResponse, LoginResponse,
        LogoutEverywhereResponse, LogoutResponse, RefreshResponse, RequestPasswordResetResponse,
        Revocation, RevocationKind, SendInvitationResponse, Session as SessionMessage,
        SignInMethod as SignInMethodMessage, SignInProvider, WithdrawInvitationResponse,
    },
    org::v1::{User, UserCircle, UserState},
};
use kreis_server::timestamps::to_timestamp;

use crate::model::{
    self, Account, Circle, Invitation, IssuedToken, OpenSession, ProviderName, RefreshToken,
    Session, Setup, SignInMethod,
};

/// Functions that turn a session into a response. These responses have the same fields.
macro_rules! session_responses {
    ($($name:ident -> $response:ident),* $(,)?) => {$(
        pub(crate) fn $name(session: Session) -> $response {
            $response {
                access_token: session.access_token,
                expire_time: Some(to_timestamp(session.expire_time)),
                user: Some(user(session.account)),
                refresh_token: refresh_token(session.refresh_token.as_ref()),
                session_expire_time: Some(to_timestamp(session.ends_unless_renewed)),
                expires_in_seconds: seconds_until(session.expire_time),
            }
        }
    )*};
}

session_responses! {
    login -> LoginResponse,
    refresh -> RefreshResponse,
    change_password -> ChangePasswordResponse,
    accept_invitation -> AcceptInvitationResponse,
    complete_setup -> CompleteSetupResponse,
    finish_sign_on -> FinishSignOnResponse,
}

/// Zero for a time that has passed.
fn seconds_until(time: DateTime<Utc>) -> i32 {
    let seconds = (time - Utc::now()).num_seconds().max(0);
    seconds.try_into().unwrap_or(i32::MAX)
}

/// Empty for a session that cannot be renewed.
fn refresh_token(token: Option<&RefreshToken>) -> String {
    token.map(RefreshToken::text).unwrap_or_default()
}

pub(crate) fn list_sessions(sessions: Vec<OpenSession>) -> ListSessionsResponse {
    ListSessionsResponse {
        sessions: sessions.into_iter().map(open_session).collect(),
    }
}

fn open_session(session: OpenSession) -> SessionMessage {
    let address = session.client.address;
    SessionMessage {
        id: session.id,
        method: method(session.method).into(),
        create_time: Some(to_timestamp(session.create_time)),
        use_time: Some(to_timestamp(session.use_time)),
        expire_time: Some(to_timestamp(session.expire_time)),
        user_agent: session.client.user_agent,
        address: address
            .map(|address| address.to_string())
            .unwrap_or_default(),
        current: session.current,
        provider: session.provider,
    }
}

const fn method(method: SignInMethod) -> SignInMethodMessage {
    match method {
        SignInMethod::Password => SignInMethodMessage::Password,
        SignInMethod::Invitation => SignInMethodMessage::Invitation,
        SignInMethod::ServiceKey => SignInMethodMessage::ServiceKey,
        SignInMethod::SingleSignOn => SignInMethodMessage::SingleSignOn,
    }
}

pub(crate) const fn end_session() -> EndSessionResponse {
    EndSessionResponse {}
}

pub(crate) const fn logout_everywhere() -> LogoutEverywhereResponse {
    LogoutEverywhereResponse {}
}

pub(crate) fn logout(provider_logout_url: Option<String>) -> LogoutResponse {
    LogoutResponse {
        provider_logout_url: provider_logout_url.unwrap_or_default(),
    }
}

pub(crate) fn get_sign_in_options(
    sends_mail: bool,
    providers: Vec<ProviderName>,
    passwords_off: bool,
) -> GetSignInOptionsResponse {
    let provider = |ProviderName { name, label }| SignInProvider { name, label };
    GetSignInOptionsResponse {
        sends_mail,
        providers: providers.into_iter().map(provider).collect(),
        passwords_off,
    }
}

pub(crate) const fn request_password_reset() -> RequestPasswordResetResponse {
    RequestPasswordResetResponse {}
}

pub(crate) const fn send_invitation(email: String) -> SendInvitationResponse {
    SendInvitationResponse { email }
}

pub(crate) const fn withdraw_invitation() -> WithdrawInvitationResponse {
    WithdrawInvitationResponse {}
}

pub(crate) fn get_invitation(invitation: Invitation) -> GetInvitationResponse {
    GetInvitationResponse {
        display_name: invitation.display_name,
        email: invitation.email,
        has_password: invitation.has_password,
        expire_time: Some(to_timestamp(invitation.expire_time)),
    }
}

pub(crate) fn get_setup(setup: Setup) -> GetSetupResponse {
    GetSetupResponse {
        organisation_name: setup.organisation,
        time_zone: setup.time_zone,
        expire_time: Some(to_timestamp(setup.expire_time)),
    }
}

pub(crate) fn issue_token(issued: IssuedToken) -> IssueTokenResponse {
    IssueTokenResponse {
        access_token: issued.access_token,
        expire_time: Some(to_timestamp(issued.expire_time)),
        expires_in_seconds: seconds_until(issued.expire_time),
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
        language: account.language,
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
