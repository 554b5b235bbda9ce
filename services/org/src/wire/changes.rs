//! Messages about the change log.

use kreis_chassis::{calendar::to_timestamp, page, status::Violations};
use kreis_proto::org::v1::{self, list_changes_request::Scope};
use tonic::Status;

use crate::model::{
    Activity, CalendarMonth, Change, ChangeCursor, ChangeQuery, ChangeScope, CircleId, MonthError,
    Page, UserId,
};

const LIST: &str = "kreis.org.v1.ChangeLogService/ListChanges";

/// The request fields that a page token is bound to.
type Parameters = (ChangeScope, Option<CalendarMonth>, Option<CalendarMonth>);

pub(crate) fn query(request: &v1::ListChangesRequest) -> Result<ChangeQuery, Status> {
    let mut violations = Violations::default();
    let size = violations.check("page_size", page::page_size(request.page_size));
    let scope = match request.scope {
        None => Some(ChangeScope::All),
        Some(Scope::UserId(id)) => violations
            .check("user_id", UserId::parse(id))
            .map(ChangeScope::User),
        Some(Scope::CircleId(id)) => violations
            .check("circle_id", CircleId::parse(id))
            .map(ChangeScope::Circle),
    };
    let from = month(&mut violations, "from", request.from.as_ref());
    let to = month(&mut violations, "to", request.to.as_ref());
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        violations.add("to", "must not lie before `from`");
    }
    // The token is bound to the other fields, so their errors come first.
    if !violations.is_empty() {
        return violations.finish(None);
    }
    let query = size.zip(scope).and_then(|(size, scope)| {
        let parameters: Parameters = (scope, from, to);
        let cursor = page::cursor(&request.page_token, LIST, &parameters).and_then(
            |cursor: Option<ChangeCursor>| cursor.map(ChangeCursor::validate).transpose(),
        );
        let before = violations.check("page_token", cursor)?;
        Some(ChangeQuery {
            size,
            before,
            scope,
            from,
            to,
        })
    });
    violations.finish(query)
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

pub(crate) fn listed(page: Page<Change>, parameters: &Parameters) -> v1::ListChangesResponse {
    let last = page.entries.last().filter(|_| page.more);
    v1::ListChangesResponse {
        next_page_token: last
            .map(|change| page::token(LIST, parameters, &change.cursor()))
            .unwrap_or_default(),
        changes: page.entries.into_iter().map(v1::Change::from).collect(),
    }
}

impl From<Change> for v1::Change {
    fn from(change: Change) -> Self {
        Self {
            id: change.id,
            create_time: Some(to_timestamp(change.create_time)),
            changed_by: change.changed_by.map(Into::into),
            activity: v1::Activity::from(change.activity).into(),
            user: change.user.map(Into::into),
            circle_id: change.circle_id.map(CircleId::get).unwrap_or_default(),
            circle_name: change.circle_name,
            field: change.field,
            old_text: change.old_text,
            new_text: change.new_text,
        }
    }
}

impl From<Activity> for v1::Activity {
    fn from(activity: Activity) -> Self {
        match activity {
            Activity::UserCreated => Self::UserCreated,
            Activity::UserUpdated => Self::UserUpdated,
            Activity::UserInvited => Self::UserInvited,
            Activity::UserDeactivated => Self::UserDeactivated,
            Activity::UserReactivated => Self::UserReactivated,
            Activity::PasswordResetInvited => Self::PasswordResetInvited,
            Activity::InvitationAccepted => Self::InvitationAccepted,
            Activity::PasswordSet => Self::PasswordSet,
            Activity::CircleCreated => Self::CircleCreated,
            Activity::CircleUpdated => Self::CircleUpdated,
            Activity::CircleDeleted => Self::CircleDeleted,
            Activity::MemberAdded => Self::MemberAdded,
            Activity::MemberRemoved => Self::MemberRemoved,
        }
    }
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
        assert!(query(&asked((2025, 12), (2025, 12), String::new())).is_ok());
        assert!(query(&asked((2025, 12), (2026, 1), String::new())).is_ok());
        let refusal = query(&asked((2026, 1), (2025, 12), String::new())).unwrap_err();
        assert!(refusal.message().starts_with("to:"), "{refusal}");
    }

    #[test]
    fn every_fault_of_a_query_is_counted() {
        let refusal = query(&v1::ListChangesRequest {
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
        let parameters: Parameters = (ChangeScope::All, december, december);
        let token =
            |create_time| page::token(LIST, &parameters, &ChangeCursor { create_time, id: 1 });
        let genuine = token(DateTime::UNIX_EPOCH);
        assert!(query(&asked((2025, 12), (2025, 12), genuine)).is_ok());
        let forged = token(DateTime::<chrono::Utc>::MIN_UTC);
        assert!(query(&asked((2025, 12), (2025, 12), forged)).is_err());
    }
}
