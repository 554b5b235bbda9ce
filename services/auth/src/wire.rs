//! Converts between the messages of the contract and auth's own types.

use kreis_chassis::{
    calendar::to_timestamp,
    status::{self, StatusBuilder, Violations},
};
use kreis_proto::{
    auth::v1::{
        AcceptInvitationRequest, AcceptInvitationResponse, GetInvitationResponse, LoginRequest,
        LoginResponse, Revocation, RevocationKind,
    },
    org::v1::{User, UserCircle, UserState},
};
use tonic::{Code, Status};
use zeroize::Zeroizing;

use crate::model::{self, Account, EmailKey, Error, Invitation, InvitationHash, Password, Session};

const DOMAIN: &str = "kreis.auth";

pub(crate) fn sign_in(request: LoginRequest) -> Result<(EmailKey, Password), Status> {
    let text = Zeroizing::new(request.password);
    let mut violations = Violations::default();
    let password = violations.check("password", Password::for_sign_in(&text));
    let password = violations.finish(password)?;
    Ok((EmailKey::from_email(&request.email), password))
}

pub(crate) fn acceptance(
    request: AcceptInvitationRequest,
) -> Result<(Option<InvitationHash>, Password), Status> {
    let text = Zeroizing::new(request.password);
    let mut violations = Violations::default();
    let password = violations.check("password", Password::new(&text));
    let password = violations.finish(password)?;
    Ok((
        InvitationHash::from_token(&request.invitation_token),
        password,
    ))
}

pub(crate) fn invitation(invitation: Invitation) -> GetInvitationResponse {
    GetInvitationResponse {
        display_name: invitation.display_name,
        email: invitation.email,
        expire_time: Some(to_timestamp(invitation.expire_time)),
    }
}

pub(crate) fn logged_in(session: Session) -> LoginResponse {
    LoginResponse {
        access_token: session.access_token,
        expire_time: Some(to_timestamp(session.expire_time)),
        user: Some(user(session.account)),
    }
}

pub(crate) fn accepted(session: Session) -> AcceptInvitationResponse {
    AcceptInvitationResponse {
        access_token: session.access_token,
        expire_time: Some(to_timestamp(session.expire_time)),
        user: Some(user(session.account)),
    }
}

fn user(account: Account) -> User {
    let circles = account
        .circles
        .into_iter()
        .map(|circle| UserCircle {
            circle_id: circle.circle_id,
            name: circle.name,
        })
        .collect();
    User {
        id: account.user_id,
        first_name: account.first_name,
        last_name: account.last_name,
        display_name: account.display_name,
        email: account.email,
        // Only active users can begin a session.
        state: UserState::Active.into(),
        gatekeeper: account.gatekeeper,
        circles,
        create_time: Some(to_timestamp(account.create_time)),
        update_time: Some(to_timestamp(account.update_time)),
        etag: account.version.to_string(),
    }
}

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

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let refusal = |reason| {
            StatusBuilder::new(
                Code::Unauthenticated,
                DOMAIN,
                reason,
                error.to_string(),
                &[],
            )
            .into_status()
        };
        match &error {
            Error::SignInRefused => refusal("SIGN_IN_REFUSED"),
            Error::InvitationRefused => refusal("INVITATION_REFUSED"),
            Error::Overloaded => status::overloaded(),
            Error::Hashing(_) | Error::Signing(_) => status::internal(&error),
            Error::Database(error) => error.status(),
        }
    }
}
