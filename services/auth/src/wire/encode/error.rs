//! Turns each error of auth into a status.

use std::time::Duration;

use kreis_proto::auth::v1::ErrorReason;
use kreis_server::status::{self, StatusBuilder};
use tonic::{Code, Status};

use crate::error::{Error, seconds};

const DOMAIN: &str = "kreis.auth";
const PREFIX: &str = "ERROR_REASON_";

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        let refusal_with = |code, reason: ErrorReason, metadata: &[(&str, String)]| {
            let reason = reason.as_str_name().trim_start_matches(PREFIX);
            StatusBuilder::new(code, DOMAIN, reason, text.as_str(), metadata)
        };
        let refusal = |code, reason| refusal_with(code, reason, &[]);
        match error {
            Error::SignInRefused => refusal(Code::Unauthenticated, ErrorReason::SignInRefused),
            Error::InvitationRefused => {
                refusal(Code::Unauthenticated, ErrorReason::InvitationRefused)
            }
            Error::SessionEnded => refusal(Code::Unauthenticated, ErrorReason::SessionEnded),
            Error::ServiceKeyRefused => {
                refusal(Code::Unauthenticated, ErrorReason::ServiceKeyRefused)
            }
            Error::ProviderNotFound => refusal(Code::NotFound, ErrorReason::ProviderNotFound),
            Error::ProviderUnavailable => {
                refusal(Code::Unavailable, ErrorReason::ProviderUnavailable)
            }
            Error::SignOnRefused => refusal(Code::Unauthenticated, ErrorReason::SignOnRefused),
            Error::EmailNotVerified => {
                refusal(Code::Unauthenticated, ErrorReason::EmailNotVerified)
            }
            Error::NoAccount => refusal(Code::Unauthenticated, ErrorReason::NoAccount),
            Error::LogoutTokenRefused => {
                refusal(Code::Unauthenticated, ErrorReason::LogoutTokenRefused)
            }
            Error::PasswordsOff => refusal(Code::FailedPrecondition, ErrorReason::PasswordsOff),
            Error::PasswordRefused => refusal(Code::PermissionDenied, ErrorReason::PasswordRefused),
            Error::EasyPassword(easy) => refusal_with(
                Code::InvalidArgument,
                ErrorReason::PasswordTooEasy,
                &[("advice", easy.advice)],
            ),
            Error::TooManyGuesses { limit, wait } => refusal_with(
                Code::ResourceExhausted,
                ErrorReason::TooManyGuesses,
                &[
                    ("limit", limit.name().to_owned()),
                    ("retry_seconds", seconds(wait).to_string()),
                ],
            )
            .retry_after(Duration::from_secs(seconds(wait))),
            Error::SessionNotFound => refusal(Code::NotFound, ErrorReason::SessionNotFound),
            Error::GatekeeperRequired => return status::gatekeeper_required(),
            Error::TokenRevoked => return status::unauthenticated(),
            Error::Overloaded => return status::overloaded(),
            Error::MailNotConfigured => {
                refusal(Code::FailedPrecondition, ErrorReason::MailNotConfigured)
            }
            Error::TooManyMails => refusal(Code::ResourceExhausted, ErrorReason::TooManyMails),
            Error::UserNotFound(id) => {
                let id = id.to_string();
                refusal_with(
                    Code::NotFound,
                    ErrorReason::UserNotFound,
                    &[("user_id", id.clone())],
                )
                .resource("user", id)
            }
            Error::UserInactive(id) => refusal_with(
                Code::FailedPrecondition,
                ErrorReason::UserInactive,
                &[("user_id", id.to_string())],
            ),
            Error::NoRandomness | Error::Hashing(_) | Error::Signing(_) => {
                return status::internal(&text);
            }
            Error::Database(error) => return error.status(),
        }
        .into_status()
    }
}
