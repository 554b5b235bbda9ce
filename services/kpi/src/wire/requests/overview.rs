//! The request for an overview.

use kreis_chassis::status::Violations;
use kreis_proto::kpi::v1::GetOverviewRequest;
use tonic::Status;

use super::super::fields;
use crate::model::{CircleId, OverviewFilter, Period};

const MAX_CIRCLES: usize = 200;

/// Decodes which circles and which month.
pub(crate) fn overview(
    message: &GetOverviewRequest,
) -> Result<(OverviewFilter, Option<Period>), Status> {
    let mut violations = Violations::default();
    let mut circles = Vec::new();
    if violations.check_length("circle_ids", &message.circle_ids, MAX_CIRCLES) {
        for (index, id) in message.circle_ids.iter().enumerate() {
            circles.extend(violations.check(&format!("circle_ids[{index}]"), CircleId::parse(*id)));
        }
    }
    let as_of = message
        .as_of
        .and_then(|as_of| fields::period(&mut violations, "as_of", as_of));
    let filter = OverviewFilter {
        circles,
        include_inactive: message.include_inactive,
    };
    violations.finish(Some((filter, as_of)))
}
