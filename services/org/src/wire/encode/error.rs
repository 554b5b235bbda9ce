//! Turns each error of org into a status.

use std::fmt::Display;

use kreis_proto::org::v1::ErrorReason;
use kreis_server::status::{self, StatusBuilder};
use tonic::{Code, Status};

use crate::error::Error;

const DOMAIN: &str = "kreis.org";
const PREFIX: &str = "ERROR_REASON_";

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        let refusal = |code, reason: ErrorReason, metadata: &[(&str, String)]| {
            let reason = reason.as_str_name().trim_start_matches(PREFIX);
            StatusBuilder::new(code, DOMAIN, reason, text.as_str(), metadata)
        };
        let missing = |reason, kind: &str, key: &str, id: String| {
            refusal(Code::NotFound, reason, &[(key, id.clone())]).resource(kind, id)
        };
        match error {
            Error::UserNotFound(id) => {
                let reason = ErrorReason::UserNotFound;
                missing(reason, "user", "user_id", id.to_string())
            }
            Error::CircleNotFound(id) => {
                let reason = ErrorReason::CircleNotFound;
                missing(reason, "circle", "circle_id", id.to_string())
            }
            Error::EmailTaken { user } => refusal(
                Code::AlreadyExists,
                ErrorReason::EmailTaken,
                &if_known("user_id", user),
            ),
            Error::DisplayNameTaken { user } => refusal(
                Code::AlreadyExists,
                ErrorReason::DisplayNameTaken,
                &if_known("user_id", user),
            ),
            Error::CircleNameTaken { circle } => refusal(
                Code::AlreadyExists,
                ErrorReason::CircleNameTaken,
                &if_known("circle_id", circle),
            ),
            Error::LastGatekeeper => {
                refusal(Code::FailedPrecondition, ErrorReason::LastGatekeeper, &[])
            }
            Error::UserInactive(id) => refusal(
                Code::FailedPrecondition,
                ErrorReason::UserInactive,
                &[("user_id", id.to_string())],
            ),
            Error::CircleInUse(by) => refusal(
                Code::FailedPrecondition,
                ErrorReason::CircleInUse,
                &[("in_use_by", by.as_str().to_owned())],
            ),
            Error::ServiceAccountNotFound(id) => {
                let reason = ErrorReason::ServiceAccountNotFound;
                let kind = "service_account";
                missing(reason, kind, "service_account_id", id.to_string())
            }
            Error::ServiceKeyNotFound(id) => {
                let reason = ErrorReason::ServiceKeyNotFound;
                missing(reason, "service_key", "key_id", id.to_string())
            }
            Error::OwnerRefused(id) => refusal(
                Code::FailedPrecondition,
                ErrorReason::OwnerRefused,
                &[("user_id", id.to_string())],
            ),
            Error::TooManyServiceKeys => refusal(
                Code::FailedPrecondition,
                ErrorReason::TooManyServiceKeys,
                &[],
            ),
            Error::TooManyServiceAccounts => refusal(
                Code::FailedPrecondition,
                ErrorReason::TooManyServiceAccounts,
                &[],
            ),
            Error::VersionMismatch(error) => return status::etag_mismatch(&error.current.etag()),
            Error::TokenRevoked => return status::unauthenticated(),
            Error::Replay(error) => return error.status(),
            Error::NoRandomness => return status::internal(&text),
            Error::Database(error) => return error.status(),
        }
        .into_status()
    }
}

/// The id of the conflicting user or circle, if it still exists.
fn if_known(name: &'static str, id: Option<impl Display>) -> Vec<(&'static str, String)> {
    id.map(|id| (name, id.to_string())).into_iter().collect()
}
