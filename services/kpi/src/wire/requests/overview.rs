//! The request for an overview.

use kreis_chassis::status::Violations;
use kreis_proto::kpi::v1::GetOverviewRequest;
use tonic::Status;

use super::super::fields;
use crate::model::{CircleId, OverviewFilter, Period};

const MOST_CIRCLES: usize = 200;

/// Which circles' overview, as of when.
pub(crate) fn overview(
    message: &GetOverviewRequest,
) -> Result<(OverviewFilter, Option<Period>), Status> {
    let mut faults = Violations::default();
    if message.circle_ids.len() > MOST_CIRCLES {
        faults.add("circle_ids", format!("must be at most {MOST_CIRCLES}"));
    }
    let circles = message
        .circle_ids
        .iter()
        .take(MOST_CIRCLES)
        .enumerate()
        .filter_map(|(index, id)| {
            faults.check(&format!("circle_ids[{index}]"), CircleId::try_from(*id))
        })
        .collect();
    let as_of = message
        .as_of
        .and_then(|as_of| fields::period(&mut faults, "as_of", as_of));
    let filter = OverviewFilter {
        circles,
        include_inactive: message.include_inactive,
    };
    faults.finish(Some((filter, as_of)))
}
