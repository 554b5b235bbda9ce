//! Turns each error of org into a status.

use kreis_chassis::status::{self, Refusal};
use kreis_proto::org::v1::ErrorReason;
use tonic::{Code, Status};

use crate::model::{CircleId, OrgFault, UserId};

/// The `domain` of org's reasons in `ErrorInfo`.
const DOMAIN: &str = "kreis.org";

impl From<OrgFault> for Status {
    fn from(fault: OrgFault) -> Self {
        let text = fault.to_string();
        let (code, reason, metadata) = match fault {
            OrgFault::UserNotFound(id) => {
                let metadata = user_id(Some(id));
                return refusal(Code::NotFound, ErrorReason::UserNotFound, text, metadata)
                    .about("user", id.get().to_string())
                    .into_status();
            }
            OrgFault::CircleNotFound(id) => {
                let metadata = circle_id(Some(id));
                return refusal(Code::NotFound, ErrorReason::CircleNotFound, text, metadata)
                    .about("circle", id.get().to_string())
                    .into_status();
            }
            OrgFault::EmailTaken { user } => {
                (Code::AlreadyExists, ErrorReason::EmailTaken, user_id(user))
            }
            OrgFault::DisplayNameTaken { user } => {
                let metadata = user_id(user);
                (Code::AlreadyExists, ErrorReason::DisplayNameTaken, metadata)
            }
            OrgFault::CircleNameTaken { circle } => {
                let metadata = circle_id(circle);
                (Code::AlreadyExists, ErrorReason::CircleNameTaken, metadata)
            }
            OrgFault::LastGatekeeper => {
                (Code::FailedPrecondition, ErrorReason::LastGatekeeper, None)
            }
            OrgFault::UserInactive(id) => {
                let metadata = user_id(Some(id));
                (
                    Code::FailedPrecondition,
                    ErrorReason::UserInactive,
                    metadata,
                )
            }
            OrgFault::CircleInUse(by) => {
                let metadata = Some(("in_use_by", by.as_str().to_owned()));
                (Code::FailedPrecondition, ErrorReason::CircleInUse, metadata)
            }
            OrgFault::EtagMismatch { current } => return status::etag_mismatch(&current),
            OrgFault::TokenRevoked => return status::unauthenticated(),
            OrgFault::RequestIdReused => return status::request_id_reused(),
            OrgFault::Conflict => return status::conflict(),
            OrgFault::Zone(_)
            | OrgFault::StoredResult(_)
            | OrgFault::UnknownActivity(_)
            | OrgFault::NoRandomness => return status::internal(&text),
            OrgFault::Database(fault) => return fault.status(),
        };
        refusal(code, reason, text, metadata).into_status()
    }
}

/// The metadata of an error: at most one name and value.
type Metadata = Option<(&'static str, String)>;

fn refusal(code: Code, reason: ErrorReason, text: String, metadata: Metadata) -> Refusal {
    let reason = reason.as_str_name().trim_start_matches("ERROR_REASON_");
    Refusal::new(code, DOMAIN, reason, text, &Vec::from_iter(metadata))
}

fn user_id(id: Option<UserId>) -> Metadata {
    id.map(|id| ("user_id", id.get().to_string()))
}

fn circle_id(id: Option<CircleId>) -> Metadata {
    id.map(|id| ("circle_id", id.get().to_string()))
}
