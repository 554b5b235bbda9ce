//! Requests about the change log.

use kreis_proto::org::v1::{self, list_changes_request::Scope};
use kreis_server::status::Violations;
use kreis_service::page;
use tonic::Status;

use super::super::encode::changes::CHANGES;
use crate::model::{
    CalendarMonth, ChangeCursor, ChangeScope, CircleId, ListChanges, MonthError, MonthRange, UserId,
};

pub(crate) fn list_changes(message: &v1::ListChangesRequest) -> Result<ListChanges, Status> {
    let mut violations = Violations::default();
    let scope = match message.scope {
        None => Some(ChangeScope::All),
        Some(Scope::UserId(id)) => violations
            .check("user_id", UserId::parse(id))
            .map(ChangeScope::User),
        Some(Scope::CircleId(id)) => violations
            .check("circle_id", CircleId::parse(id))
            .map(ChangeScope::Circle),
    };
    let months = MonthRange {
        from: month(&mut violations, "from", message.from.as_ref()),
        to: month(&mut violations, "to", message.to.as_ref()),
    };
    if months
        .from
        .zip(months.to)
        .is_some_and(|(from, to)| to < from)
    {
        violations.add("to", "must not lie before `from`");
    }
    let parameters = scope.map(|scope| (scope, months.from, months.to));
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

fn month(
    violations: &mut Violations,
    path: &str,
    month: Option<&v1::Month>,
) -> Option<CalendarMonth> {
    let month = month?;
    CalendarMonth::parse(month.year, month.month)
        .map_err(|errors| {
            for error in errors {
                let field = match error {
                    MonthError::Year => "year",
                    MonthError::Month => "month",
                };
                violations.add(format!("{path}.{field}"), error.to_string());
            }
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

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
    fn a_range_may_be_one_month_and_cross_new_year_but_not_run_backwards() {
        assert!(list_changes(&asked((2025, 12), (2025, 12), String::new())).is_ok());
        assert!(list_changes(&asked((2025, 12), (2026, 1), String::new())).is_ok());
        let refusal = list_changes(&asked((2026, 1), (2025, 12), String::new())).unwrap_err();
        assert!(refusal.message().starts_with("to:"), "{refusal}");
    }

    #[test]
    fn every_fault_of_a_query_is_counted() {
        let refusal = list_changes(&v1::ListChangesRequest {
            page_size: -1,
            scope: Some(Scope::UserId(0)),
            ..asked((0, 0), (2026, 13), String::new())
        })
        .unwrap_err();
        assert!(refusal.message().starts_with("5 fields"), "{refusal}");
    }

    #[test]
    fn a_forged_place_that_the_database_cannot_hold_is_refused() {
        let december = CalendarMonth::parse(2025, 12).ok();
        let parameters = (ChangeScope::All, december, december);
        let token =
            |create_time| page::token(CHANGES, &parameters, &ChangeCursor { create_time, id: 1 });
        let genuine = token(DateTime::UNIX_EPOCH);
        assert!(list_changes(&asked((2025, 12), (2025, 12), genuine)).is_ok());
        let forged = token(DateTime::<chrono::Utc>::MIN_UTC);
        assert!(list_changes(&asked((2025, 12), (2025, 12), forged)).is_err());
    }
}
