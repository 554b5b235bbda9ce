//! Requests about the change log.

use std::mem::take;

use kreis_proto::org::v1::{self, list_changes_request::Scope};
use kreis_server::status::Violations;
use kreis_service::{month::MonthRange, page::PageRequest};
use tonic::Status;

use crate::model::{ChangeScope, CircleId, ListChanges, UserId};

pub(crate) fn list_changes(mut message: v1::ListChangesRequest) -> Result<ListChanges, Status> {
    let mut violations = Violations::default();
    let page_size = take(&mut message.page_size);
    let page_token = take(&mut message.page_token);
    let scope = match message.scope {
        None => Some(ChangeScope::All),
        Some(Scope::UserId(id)) => violations
            .check("user_id", UserId::parse(id))
            .map(ChangeScope::User),
        Some(Scope::CircleId(id)) => violations
            .check("circle_id", CircleId::parse(id))
            .map(ChangeScope::Circle),
    };
    let months = MonthRange::decode(&mut violations, message.from, message.to);
    let page = PageRequest::decode(
        &mut violations,
        "kreis.org.v1.ChangeLogService/ListChanges",
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

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use kreis_service::page::TimeCursor;

    fn asked(from: (i32, i32), to: (i32, i32), page_token: String) -> v1::ListChangesRequest {
        let month = |(year, month)| Some(v1::Month { year, month });
        v1::ListChangesRequest {
            from: month(from),
            to: month(to),
            page_token,
            ..v1::ListChangesRequest::default()
        }
    }

    #[test]
    fn every_fault_of_a_query_is_counted() {
        let refusal = list_changes(v1::ListChangesRequest {
            page_size: -1,
            scope: Some(Scope::UserId(0)),
            ..asked((0, 0), (2026, 13), String::new())
        })
        .unwrap_err();
        assert!(refusal.message().starts_with("5 fields"), "{refusal}");
    }

    #[test]
    fn a_forged_cursor_that_the_database_cannot_hold_is_refused() {
        let december = |page_token| list_changes(asked((2025, 12), (2025, 12), page_token));
        let first = december(String::new()).unwrap();
        let token = |time| first.page.list.token(TimeCursor { time, id: 1 });
        assert!(december(token(DateTime::UNIX_EPOCH)).is_ok());
        assert!(december(token(DateTime::<chrono::Utc>::MIN_UTC)).is_err());
    }
}
