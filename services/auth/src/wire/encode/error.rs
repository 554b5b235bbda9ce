//! Turns each error of auth into a status.

use kreis_chassis::status::{self, StatusBuilder};
use tonic::{Code, Status};

use crate::model::Error;

/// The `domain` of auth's reasons in `ErrorInfo`.
const DOMAIN: &str = "kreis.auth";

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
