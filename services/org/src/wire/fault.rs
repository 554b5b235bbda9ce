//! What each fault of org is to a caller.

use kreis_chassis::status::{self, Refusal};
use tonic::{Code, Status};

use crate::model::{CircleId, OrgFault, UserId};

/// The domain of org's own reasons.
const DOMAIN: &str = "kreis.org";

impl From<OrgFault> for Status {
    fn from(fault: OrgFault) -> Self {
        let text = fault.to_string();
        let refusal = |code, reason, metadata: &[(&str, String)]| {
            Refusal::new(code, DOMAIN, reason, text, metadata)
        };
        match fault {
            OrgFault::UserNotFound(id) => {
                refusal(Code::NotFound, "USER_NOT_FOUND", &user_id(Some(id)))
                    .about("user", id.get().to_string())
                    .into_status()
            }
            OrgFault::CircleNotFound(id) => {
                refusal(Code::NotFound, "CIRCLE_NOT_FOUND", &circle_id(Some(id)))
                    .about("circle", id.get().to_string())
                    .into_status()
            }
            OrgFault::EmailTaken { user } => {
                refusal(Code::AlreadyExists, "EMAIL_TAKEN", &user_id(user)).into_status()
            }
            OrgFault::DisplayNameTaken { user } => {
                refusal(Code::AlreadyExists, "DISPLAY_NAME_TAKEN", &user_id(user)).into_status()
            }
            OrgFault::CircleNameTaken { circle } => {
                refusal(Code::AlreadyExists, "CIRCLE_NAME_TAKEN", &circle_id(circle)).into_status()
            }
            OrgFault::LastGatekeeper => {
                refusal(Code::FailedPrecondition, "LAST_GATEKEEPER", &[]).into_status()
            }
            OrgFault::UserInactive(id) => refusal(
                Code::FailedPrecondition,
                "USER_INACTIVE",
                &user_id(Some(id)),
            )
            .into_status(),
            OrgFault::CircleInUse(by) => {
                let metadata = [("in_use_by", by.as_str().to_owned())];
                refusal(Code::FailedPrecondition, "CIRCLE_IN_USE", &metadata).into_status()
            }
            OrgFault::EtagMismatch { current } => status::etag_mismatch(&current),
            OrgFault::RequestIdReused => status::request_id_reused(),
            OrgFault::Conflict => status::conflict(),
            OrgFault::Zone(_)
            | OrgFault::StoredResult(_)
            | OrgFault::UnknownActivity(_)
            | OrgFault::NoRandomness => status::internal(&fault),
            OrgFault::Database(fault) => fault.status(),
        }
    }
}

fn user_id(id: Option<UserId>) -> Vec<(&'static str, String)> {
    id.map(|id| ("user_id", id.get().to_string()))
        .into_iter()
        .collect()
}

fn circle_id(id: Option<CircleId>) -> Vec<(&'static str, String)> {
    id.map(|id| ("circle_id", id.get().to_string()))
        .into_iter()
        .collect()
}
