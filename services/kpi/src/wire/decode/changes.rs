//! Requests about the change log.

use std::mem::take;

use kreis_proto::kpi::v1::{
    ListChangesRequest, ListRecentChangesRequest, list_changes_request::Scope,
};
use kreis_server::status::Violations;
use kreis_service::{month::MonthRange, page::PageRequest};
use tonic::Status;

use super::fields;
use crate::model::{KpiScope, KpiValueId, ListChanges};

pub(crate) fn list_changes(mut message: ListChangesRequest) -> Result<ListChanges, Status> {
    let mut violations = Violations::default();
    let page_size = take(&mut message.page_size);
    let page_token = take(&mut message.page_token);
    let scope = match message.scope {
        None => Some(KpiScope::All),
        Some(Scope::CircleId(id)) => fields::circle_scope(&mut violations, id),
        Some(Scope::KpiId(id)) => fields::kpi_scope(&mut violations, id),
    };
    let months = MonthRange::decode(&mut violations, message.from, message.to);
    let page = PageRequest::decode(
        &mut violations,
        "kreis.kpi.v1.ChangeLogService/ListChanges",
        page_size,
        &page_token,
        &message,
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
