//! Requests about due values.

use std::mem::take;

use kreis_proto::kpi::v1::ListDueValuesRequest;
use kreis_server::status::Violations;
use kreis_service::page::PageRequest;
use tonic::Status;

use super::fields;
use crate::model::{DueFilter, ListDueValues, UserId};

pub(crate) fn list_due_values(mut message: ListDueValuesRequest) -> Result<ListDueValues, Status> {
    let mut violations = Violations::default();
    let page_size = take(&mut message.page_size);
    let page_token = take(&mut message.page_token);
    let filter = filter(&mut violations, &message);
    let page = PageRequest::decode(
        &mut violations,
        "kreis.kpi.v1.KpiValueService/ListDueValues",
        page_size,
        &page_token,
        &message,
    );
    violations.finish(page.map(|page| ListDueValues { filter, page }))
}

fn filter(violations: &mut Violations, message: &ListDueValuesRequest) -> DueFilter {
    let (circle, user) = (message.circle_id, message.user_id);
    if !message.whole_organisation {
        return DueFilter::Of {
            circle: fields::optional_circle_id(violations, circle),
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
