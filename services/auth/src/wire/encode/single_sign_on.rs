//! Responses about single sign-on.

use kreis_proto::auth::v1::{BeginSignOnResponse, LogoutByProviderResponse};

pub(crate) const fn begin_sign_on(authorization_url: String) -> BeginSignOnResponse {
    BeginSignOnResponse { authorization_url }
}

pub(crate) const fn logout_by_provider() -> LogoutByProviderResponse {
    LogoutByProviderResponse {}
}
