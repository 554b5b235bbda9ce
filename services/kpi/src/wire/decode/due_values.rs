//! Requests about due values.

use kreis_proto::kpi::v1::ListDueValuesRequest;
use kreis_server::status::Violations;
use kreis_service::page;
use tonic::Status;

use super::super::encode::due_values::DUE_VALUES;
use crate::model::{CircleId, DueCursor, DueFilter, ListDueValues, UserId};

pub(crate) fn list_due_values(message: &ListDueValuesRequest) -> Result<ListDueValues, Status> {
    let mut violations = Violations::default();
    let filter = filter(&mut violations, message);
    let page = page::decode(
        &mut violations,
        DUE_VALUES,
        Some(&filter),
        message.page_size,
        &message.page_token,
        DueCursor::validate,
    );
    violations.finish(page.map(|page| ListDueValues { filter, page }))
}

fn filter(violations: &mut Violations, message: &ListDueValuesRequest) -> DueFilter {
    let (circle, user) = (message.circle_id, message.user_id);
    if !message.whole_organisation {
        return DueFilter::Of {
            circle: circle.and_then(|id| violations.check("circle_id", CircleId::parse(id))),
            user: user.and_then(|id| violations.check("user_id", UserId::parse(id))),
        };
    }
    for (field, id) in [("circle_id", circle), ("user_id", user)] {
        if id.is_some() {
            violations.add(field, "does not go with whole_organisation");
        }
    }
    DueFilter::WholeOrganisation
}
