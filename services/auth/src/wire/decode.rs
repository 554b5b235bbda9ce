//! Requests as inputs of the use cases. Each function is named after its RPC.

use kreis_proto::auth::v1::{
    AcceptInvitationRequest, EndSessionRequest, GetInvitationRequest, ListSessionsRequest,
    LoginRequest, RefreshRequest, SessionRenewal,
};
use kreis_server::status::Violations;
use tonic::Status;
use zeroize::Zeroizing;

use crate::{
    error::Error,
    model::{
        AcceptInvitation, EmailKey, InvitationHash, ListSessions, Login, Password, RefreshToken,
        SessionId, UserId,
    },
};

pub(crate) fn login(message: LoginRequest) -> Result<Login, Status> {
    let text = Zeroizing::new(message.password);
    let mut violations = Violations::default();
    let password = violations.check("password", Password::for_sign_in(&text));
    let is_renewable = is_renewable(&mut violations, message.renewal);
    let parsed = || {
        Some(Login {
            password: password?,
            email: EmailKey::from_email(&message.email),
            is_renewable: is_renewable?,
        })
    };
    violations.finish(parsed())
}

pub(crate) fn refresh(message: RefreshRequest) -> Result<RefreshToken, Status> {
    let text = Zeroizing::new(message.refresh_token);
    Ok(RefreshToken::parse(&text).ok_or(Error::SessionEnded)?)
}

pub(crate) fn list_sessions(message: ListSessionsRequest) -> Result<ListSessions, Status> {
    let mut violations = Violations::default();
    let user = message
        .user_id
        .and_then(|id| violations.check("user_id", UserId::parse(id)));
    violations.finish(Some(ListSessions { user }))
}

/// A text that cannot be an id is refused like the id of an unknown session.
pub(crate) fn end_session(message: &EndSessionRequest) -> Result<SessionId, Status> {
    Ok(SessionId::parse(&message.session_id).ok_or(Error::SessionNotFound)?)
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
    let is_renewable = is_renewable(&mut violations, message.renewal);
    let (password, is_renewable) = violations.finish(password.zip(is_renewable))?;
    Ok(AcceptInvitation {
        password,
        is_renewable,
        invitation: invitation(&message.invitation_token)?,
    })
}

fn is_renewable(violations: &mut Violations, renewal: i32) -> Option<bool> {
    let renewal = SessionRenewal::try_from(renewal).map_err(|_| "must be one of the named choices");
    let renewal = violations.check("renewal", renewal)?;
    Some(renewal == SessionRenewal::Token)
}

/// A text that cannot be a token opens nothing, like a token that is not known.
fn invitation(token: &str) -> Result<InvitationHash, Status> {
    Ok(InvitationHash::from_token(token).ok_or(Error::InvitationRefused)?)
}
