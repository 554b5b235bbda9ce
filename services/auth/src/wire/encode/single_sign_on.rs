//! Responses about single sign-on.

use kreis_proto::auth::v1::{BeginSignOnResponse, FinishSignOnResponse, LogoutByProviderResponse};
use kreis_server::timestamps::to_timestamp;

use super::{refresh_token, seconds_until, user};
use crate::model::Session;

pub(crate) const fn begin_sign_on(authorization_url: String) -> BeginSignOnResponse {
    BeginSignOnResponse { authorization_url }
}

pub(crate) fn finish_sign_on(session: Session) -> FinishSignOnResponse {
    FinishSignOnResponse {
        access_token: session.access_token,
        expire_time: Some(to_timestamp(session.expire_time)),
        user: Some(user(session.account)),
        refresh_token: refresh_token(session.refresh_token.as_ref()),
        session_expire_time: Some(to_timestamp(session.ends_unless_renewed)),
        expires_in_seconds: seconds_until(session.expire_time),
    }
}

pub(crate) const fn logout_by_provider() -> LogoutByProviderResponse {
    LogoutByProviderResponse {}
}
