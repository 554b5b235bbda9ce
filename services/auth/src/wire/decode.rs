//! Requests as inputs of the use cases. Each function is named after its RPC.

pub(crate) mod sign_in_log;
pub(crate) mod single_sign_on;

use kreis_proto::auth::v1::{
    AcceptInvitationRequest, ChangePasswordRequest, CompleteSetupRequest, EndSessionRequest,
    GetInvitationRequest, GetSetupRequest, IssueTokenRequest, ListSessionsRequest, LoginRequest,
    RefreshRequest, RequestPasswordResetRequest, SendInvitationRequest, SessionRenewal,
    WithdrawInvitationRequest,
};
use kreis_server::status::Violations;
use kreis_service::{names, service_key::ServiceKey};
use tonic::Status;
use zeroize::Zeroizing;

use crate::{
    error::Error,
    model::{
        AcceptInvitation, ChangePassword, CompleteSetup, EmailKey, FirstGatekeeper, InvitationHash,
        ListSessions, Login, OrganisationName, Password, PersonName, RefreshToken, Renewal,
        SessionId, UserId,
    },
};

pub(crate) fn login(message: LoginRequest) -> Result<Login, Status> {
    let text = Zeroizing::new(message.password);
    let mut violations = Violations::default();
    let password = violations.check("password", Password::for_sign_in(&text));
    let renewal = renewal(&mut violations, message.renewal);
    let parsed = || {
        Some(Login {
            password: password?,
            email: EmailKey::from_email(&message.email),
            renewal: renewal?,
        })
    };
    violations.finish(parsed())
}

/// The refresh token of the message, or without one that of the cookie.
pub(crate) fn refresh(
    message: RefreshRequest,
    cookie: Option<RefreshToken>,
) -> Result<(RefreshToken, Renewal), Status> {
    let text = Zeroizing::new(message.refresh_token);
    let shown = if text.is_empty() {
        cookie.map(|token| (token, Renewal::Cookie))
    } else {
        RefreshToken::parse(&text).map(|token| (token, Renewal::Token))
    };
    Ok(shown.ok_or(Error::SessionEnded)?)
}

pub(crate) fn list_sessions(message: ListSessionsRequest) -> Result<ListSessions, Status> {
    let mut violations = Violations::default();
    let user = message
        .user_id
        .and_then(|id| violations.check("user_id", UserId::parse(id)));
    violations.finish(Some(ListSessions { user }))
}

pub(crate) fn change_password(message: ChangePasswordRequest) -> Result<ChangePassword, Status> {
    let current = Zeroizing::new(message.current_password);
    let new = Zeroizing::new(message.new_password);
    let mut violations = Violations::default();
    let current = violations.check("current_password", Password::for_sign_in(&current));
    let new = violations.check("new_password", Password::new(&new));
    let renewal = renewal(&mut violations, message.renewal);
    let parsed = || {
        Some(ChangePassword {
            current: current?,
            new: new?,
            renewal: renewal?,
        })
    };
    violations.finish(parsed())
}

/// A text that cannot be an id is refused like the id of an unknown session.
pub(crate) fn end_session(message: &EndSessionRequest) -> Result<SessionId, Status> {
    Ok(SessionId::parse(&message.session_id).ok_or(Error::SessionNotFound)?)
}

/// Every text is accepted, because a refusal would tell something about it.
pub(crate) fn request_password_reset(message: &RequestPasswordResetRequest) -> EmailKey {
    EmailKey::from_email(&message.email)
}

pub(crate) fn send_invitation(message: SendInvitationRequest) -> Result<UserId, Status> {
    user_id(message.user_id)
}

pub(crate) fn withdraw_invitation(message: WithdrawInvitationRequest) -> Result<UserId, Status> {
    user_id(message.user_id)
}

fn user_id(id: i64) -> Result<UserId, Status> {
    let mut violations = Violations::default();
    let id = violations.check("user_id", UserId::parse(id));
    violations.finish(id)
}

pub(crate) fn get_invitation(message: &GetInvitationRequest) -> Result<InvitationHash, Status> {
    invitation(&message.invitation_token)
}

pub(crate) fn accept_invitation(
    message: AcceptInvitationRequest,
) -> Result<AcceptInvitation, Status> {
    let text = Zeroizing::new(message.password);
    let mut violations = Violations::default();
    let password = violations.check("password", Password::new(&text));
    let renewal = renewal(&mut violations, message.renewal);
    let (password, renewal) = violations.finish(password.zip(renewal))?;
    Ok(AcceptInvitation {
        password,
        renewal,
        invitation: invitation(&message.invitation_token)?,
    })
}

pub(crate) fn get_setup(message: &GetSetupRequest) -> Result<InvitationHash, Status> {
    invitation(&message.setup_token)
}

pub(crate) fn complete_setup(message: CompleteSetupRequest) -> Result<CompleteSetup, Status> {
    let text = Zeroizing::new(message.password);
    let mut violations = Violations::default();
    let first_name = violations.check("first_name", PersonName::parse(&message.first_name));
    let last_name = violations.check("last_name", PersonName::parse(&message.last_name));
    // Two names that are too long together have the fault of the last one.
    let display_name = first_name.as_ref().zip(last_name.as_ref());
    let display_name = display_name.and_then(|(first, last)| {
        let both = format!("{} {}", first.as_str(), last.as_str());
        violations.check("last_name", PersonName::parse(&both))
    });
    let email = violations.check("email", names::parse_email(&message.email));
    let password = violations.check("password", Password::new(&text));
    let organisation = OrganisationName::parse(&message.organisation_name);
    let organisation = violations.check("organisation_name", organisation);
    let zone = violations.check("time_zone", message.time_zone.parse());
    let renewal = renewal(&mut violations, message.renewal);
    let parsed = || {
        let first = FirstGatekeeper {
            first_name: first_name?,
            last_name: last_name?,
            display_name: display_name?,
            email: email?,
            organisation: organisation?,
            zone: zone?,
        };
        Some((first, password?, renewal?))
    };
    let (first, password, renewal) = violations.finish(parsed())?;
    Ok(CompleteSetup {
        link: invitation(&message.setup_token)?,
        first,
        password,
        renewal,
    })
}

/// A text that cannot be a key is refused like a key that is not known. The checksum makes sure that
/// a typing error costs no statement.
pub(crate) fn issue_token(message: IssueTokenRequest) -> Result<ServiceKey, Status> {
    let text = Zeroizing::new(message.key);
    Ok(ServiceKey::parse(&text).ok_or(Error::ServiceKeyRefused)?)
}

fn renewal(violations: &mut Violations, renewal: i32) -> Option<Renewal> {
    let renewal = SessionRenewal::try_from(renewal).map_err(|_| "must be one of the named choices");
    violations
        .check("renewal", renewal)
        .map(|renewal| match renewal {
            SessionRenewal::Unspecified => Renewal::None,
            SessionRenewal::Token => Renewal::Token,
            SessionRenewal::Cookie => Renewal::Cookie,
        })
}

/// A text that cannot be a token opens nothing, like a token that is not known.
fn invitation(token: &str) -> Result<InvitationHash, Status> {
    Ok(InvitationHash::from_token(token).ok_or(Error::InvitationRefused)?)
}
