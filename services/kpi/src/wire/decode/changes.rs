//! Requests about the change log.

use kreis_proto::kpi::v1::{
    ListChangesRequest, ListRecentChangesRequest, list_changes_request::Scope,
};
use kreis_server::status::Violations;
use kreis_service::page;
use tonic::Status;

use super::{super::encode::changes::CHANGES, fields};
use crate::model::{ChangeCursor, KpiScope, KpiValueId, ListChanges, MonthRange, RangeError};

pub(crate) fn list_changes(message: &ListChangesRequest) -> Result<ListChanges, Status> {
    let mut violations = Violations::default();
    let scope = match message.scope {
        None => Some(KpiScope::All),
        Some(Scope::CircleId(id)) => fields::circle_scope(&mut violations, id),
        Some(Scope::KpiId(id)) => fields::kpi_scope(&mut violations, id),
    };
    let mut month = |field, month| {
        Option::and_then(month, |month| fields::month(&mut violations, field, month))
    };
    let months = MonthRange {
        from: month("from", message.from),
        to: month("to", message.to),
    };
    if months
        .from
        .zip(months.to)
        .is_some_and(|(from, to)| from > to)
    {
        violations.add("to", RangeError.to_string());
    }
    let parameters = scope.map(|scope| (scope, months));
    let page = page::decode(
        &mut violations,
        CHANGES,
        parameters.as_ref(),
        message.page_size,
        &message.page_token,
        ChangeCursor::validate,
    );
    let parsed = || {
        Some(ListChanges {
            scope: scope?,
            months,
            page: page?,
        })
    };
    violations.finish(parsed())
}

pub(crate) fn list_recent_changes(message: ListRecentChangesRequest) -> Result<KpiValueId, Status> {
    fields::value_id(message.kpi_value_id)
}
