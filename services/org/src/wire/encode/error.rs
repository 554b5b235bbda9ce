//! Turns each error of org into a status.

use kreis_chassis::status::{self, StatusBuilder};
use kreis_proto::org::v1::ErrorReason;
use tonic::{Code, Status};

use crate::model::{CircleId, Error, UserId};

/// The `domain` of org's reasons in `ErrorInfo`.
const DOMAIN: &str = "kreis.org";

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        let (code, reason, metadata) = match error {
            Error::UserNotFound(id) => {
                let metadata = user_id(Some(id));
                return refusal(Code::NotFound, ErrorReason::UserNotFound, text, metadata)
                    .resource("user", id.get().to_string())
                    .into_status();
            }
            Error::CircleNotFound(id) => {
                let metadata = circle_id(Some(id));
                return refusal(Code::NotFound, ErrorReason::CircleNotFound, text, metadata)
                    .resource("circle", id.get().to_string())
                    .into_status();
            }
            Error::EmailTaken { user } => {
                (Code::AlreadyExists, ErrorReason::EmailTaken, user_id(user))
            }
            Error::DisplayNameTaken { user } => {
                let metadata = user_id(user);
                (Code::AlreadyExists, ErrorReason::DisplayNameTaken, metadata)
            }
            Error::CircleNameTaken { circle } => {
                let metadata = circle_id(circle);
                (Code::AlreadyExists, ErrorReason::CircleNameTaken, metadata)
            }
            Error::LastGatekeeper => (Code::FailedPrecondition, ErrorReason::LastGatekeeper, None),
            Error::UserInactive(id) => {
                let metadata = user_id(Some(id));
                (
                    Code::FailedPrecondition,
                    ErrorReason::UserInactive,
                    metadata,
                )
            }
            Error::CircleInUse(by) => {
                let metadata = Some(("in_use_by", by.as_str().to_owned()));
                (Code::FailedPrecondition, ErrorReason::CircleInUse, metadata)
            }
            Error::VersionMismatch(error) => return status::etag_mismatch(&error.current.etag()),
            Error::TokenRevoked => return status::unauthenticated(),
            Error::Replay(error) => return error.status(),
            Error::Conflict => return status::conflict(),
            Error::TimeZone(_) | Error::UnknownActivity(_) | Error::NoRandomness => {
                return status::internal(&text);
            }
            Error::Database(error) => return error.status(),
        };
        refusal(code, reason, text, metadata).into_status()
    }
}

/// The metadata of an error: at most one name and value.
type Metadata = Option<(&'static str, String)>;

fn refusal(code: Code, reason: ErrorReason, text: String, metadata: Metadata) -> StatusBuilder {
    let reason = reason.as_str_name().trim_start_matches("ERROR_REASON_");
    StatusBuilder::new(code, DOMAIN, reason, text, &Vec::from_iter(metadata))
}

fn user_id(id: Option<UserId>) -> Metadata {
    id.map(|id| ("user_id", id.get().to_string()))
}

fn circle_id(id: Option<CircleId>) -> Metadata {
    id.map(|id| ("circle_id", id.get().to_string()))
}
