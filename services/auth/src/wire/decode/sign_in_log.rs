//! Requests about the log of sign-ins.

use std::mem::take;

use chrono::{DateTime, Utc};
use kreis_proto::auth::v1::{ConfirmNoticesRequest, ListSignInsRequest, SignInActivity};
use kreis_server::{status::Violations, timestamps::from_timestamp};
use kreis_service::page::PageRequest;
use prost_types::Timestamp;
use tonic::Status;

use crate::model::{Activity, ConfirmNotices, ListSignIns, UserId};

const MAX_ACTIVITIES: usize = 50;
/// As many as `ListNotices` returns.
const MAX_NOTICES: usize = 20;

pub(crate) fn list_sign_ins(mut message: ListSignInsRequest) -> Result<ListSignIns, Status> {
    let mut violations = Violations::default();
    let page_size = take(&mut message.page_size);
    let page_token = take(&mut message.page_token);
    let user = message
        .user_id
        .and_then(|id| violations.check("user_id", UserId::parse(id)));
    let activities = activities(&mut violations, &message.activities);
    let from = time(&mut violations, "start_time", message.start_time);
    let until = time(&mut violations, "end_time", message.end_time);
    if from.zip(until).is_some_and(|(from, until)| until <= from) {
        violations.add("end_time", "must be later than start_time");
    }
    let page = PageRequest::decode(
        &mut violations,
        "kreis.auth.v1.SignInLogService/ListSignIns",
        page_size,
        &page_token,
        &message,
    );
    let parsed = page.map(|page| ListSignIns {
        user,
        activities,
        from,
        until,
        page,
    });
    violations.finish(parsed)
}

/// Each activity once; all if the list is empty.
fn activities(violations: &mut Violations, list: &[i32]) -> Vec<Activity> {
    if list.is_empty() {
        return Activity::ALL.into();
    }
    if !violations.check_length("activities", list, MAX_ACTIVITIES) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, number) in list.iter().enumerate() {
        let known = SignInActivity::try_from(*number).ok().and_then(activity);
        let known = known.ok_or("must be one of the named choices");
        if let Some(activity) = violations.check(&format!("activities[{index}]"), known)
            && !found.contains(&activity)
        {
            found.push(activity);
        }
    }
    found
}

const fn activity(activity: SignInActivity) -> Option<Activity> {
    Some(match activity {
        SignInActivity::Unspecified => return None,
        SignInActivity::SignedIn => Activity::SignedIn,
        SignInActivity::SignInRefused => Activity::SignInRefused,
        SignInActivity::RenewalRefused => Activity::RenewalRefused,
        SignInActivity::RefreshTokenReused => Activity::RefreshTokenReused,
        SignInActivity::SignedOut => Activity::SignedOut,
        SignInActivity::SignedOutEverywhere => Activity::SignedOutEverywhere,
        SignInActivity::SessionEnded => Activity::SessionEnded,
        SignInActivity::SessionsEnded => Activity::SessionsEnded,
        SignInActivity::UserInvited => Activity::UserInvited,
        SignInActivity::PasswordResetInvited => Activity::PasswordResetInvited,
        SignInActivity::InvitationAccepted => Activity::InvitationAccepted,
        SignInActivity::InvitationWithdrawn => Activity::InvitationWithdrawn,
        SignInActivity::PasswordChanged => Activity::PasswordChanged,
        SignInActivity::PasswordChangeRefused => Activity::PasswordChangeRefused,
        SignInActivity::PasswordSet => Activity::PasswordSet,
        SignInActivity::PasswordReset => Activity::PasswordReset,
        SignInActivity::ProviderLinked => Activity::ProviderLinked,
    })
}

fn time(
    violations: &mut Violations,
    field: &str,
    timestamp: Option<Timestamp>,
) -> Option<DateTime<Utc>> {
    let time = from_timestamp(timestamp?)
        .filter(|time| *time >= DateTime::UNIX_EPOCH)
        .ok_or("must be a time from 1970 on");
    violations.check(field, time)
}

pub(crate) fn confirm_notices(message: ConfirmNoticesRequest) -> Result<ConfirmNotices, Status> {
    let mut violations = Violations::default();
    violations.check_length("ids", &message.ids, MAX_NOTICES);
    violations.finish(Some(ConfirmNotices { ids: message.ids }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kreis_service::page::TimeCursor;

    #[test]
    fn every_activity_of_the_contract_is_known() {
        let contract = (1..100).filter_map(|number| SignInActivity::try_from(number).ok());
        let known: Vec<Activity> = contract.filter_map(activity).collect();
        assert_eq!(known, Activity::ALL);
    }

    #[test]
    fn a_forged_place_that_the_database_cannot_hold_is_refused() {
        let page = |page_token| {
            list_sign_ins(ListSignInsRequest {
                page_token,
                ..ListSignInsRequest::default()
            })
        };
        let first = page(String::new()).unwrap();
        let token = |time| first.page.list.token(TimeCursor { time, id: 1 });
        assert!(page(token(DateTime::UNIX_EPOCH)).is_ok());
        assert!(page(token(DateTime::<Utc>::MIN_UTC)).is_err());
    }
}
