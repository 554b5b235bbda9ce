//! The request for an overview.

use kreis_proto::kpi::v1::GetOverviewRequest;
use kreis_server::status::Violations;
use tonic::Status;

use super::fields;
use crate::model::{CircleId, GetOverview, OverviewFilter};

const MAX_CIRCLES: usize = 200;

pub(crate) fn get_overview(message: &GetOverviewRequest) -> Result<GetOverview, Status> {
    let mut violations = Violations::default();
    let mut circles = Vec::new();
    if violations.check_length("circle_ids", &message.circle_ids, MAX_CIRCLES) {
        for (index, id) in message.circle_ids.iter().enumerate() {
            circles.extend(violations.check(&format!("circle_ids[{index}]"), CircleId::parse(*id)));
        }
    }
    let as_of = message
        .as_of
        .and_then(|as_of| fields::month(&mut violations, "as_of", as_of));
    let since = message
        .since
        .and_then(|since| fields::date(&mut violations, "since", since));
    let filter = OverviewFilter {
        circles,
        include_inactive: message.include_inactive,
    };
    violations.finish(Some(GetOverview {
        filter,
        as_of,
        since,
    }))
}
