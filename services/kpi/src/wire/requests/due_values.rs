//! Requests for pages of due values, and their page tokens.

use kreis_chassis::{page, status::Violations};
use kreis_proto::kpi::v1::ListDueValuesRequest;
use tonic::Status;

use super::super::fields::{self, Page};
use crate::model::{CircleId, DueCursor, DueFilter, UserId};

const DUE_VALUES: &str = "ListDueValues";

/// A request for a page of due values.
#[derive(Debug)]
pub(crate) struct DueList {
    /// Which due values.
    pub filter: DueFilter,
    /// Which page.
    pub page: Page<DueCursor>,
}

/// The token of the next page; empty if there is none.
pub(crate) fn due_token(filter: DueFilter, next: Option<&DueCursor>) -> String {
    next.map_or_else(String::new, |cursor| {
        page::token(DUE_VALUES, &filter, cursor)
    })
}

/// Decodes a request for due values.
pub(crate) fn due_list(message: &ListDueValuesRequest) -> Result<DueList, Status> {
    let mut violations = Violations::default();
    let filter = filter(&mut violations, message);
    let page = fields::page(
        &mut violations,
        DUE_VALUES,
        Some(&filter),
        message.page_size,
        &message.page_token,
        DueCursor::validate,
    );
    violations.finish(page.map(|page| DueList { filter, page }))
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
