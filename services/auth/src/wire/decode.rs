//! Requests as inputs of the use cases. Each function is named after its RPC.

use kreis_proto::auth::v1::{AcceptInvitationRequest, GetInvitationRequest, LoginRequest};
use kreis_server::status::Violations;
use tonic::Status;
use zeroize::Zeroizing;

use crate::{
    error::Error,
    model::{AcceptInvitation, EmailKey, InvitationHash, Login, Password},
};

pub(crate) fn login(message: LoginRequest) -> Result<Login, Status> {
    let text = Zeroizing::new(message.password);
    let mut violations = Violations::default();
    let password = violations.check("password", Password::for_sign_in(&text));
    Ok(Login {
        password: violations.finish(password)?,
        email: EmailKey::from_email(&message.email),
    })
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
    Ok(AcceptInvitation {
        password: violations.finish(password)?,
        invitation: invitation(&message.invitation_token)?,
    })
}

/// A text that cannot be a token opens nothing, like a token that is not known.
fn invitation(token: &str) -> Result<InvitationHash, Status> {
    Ok(InvitationHash::from_token(token).ok_or(Error::InvitationRefused)?)
}
