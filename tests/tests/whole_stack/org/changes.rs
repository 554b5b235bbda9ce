//! org's change log: who changed users, roles, circles and membership.

use kreis_proto::org::v1::{
    Activity, Change, DeleteCircleRequest, ListChangesRequest, Month, UpdateCircleRequest,
    UpdateUserRequest, list_changes_request::Scope,
};
use kreis_tests::{Actor, Answered, Stack, people::new_user};
use sqlx::types::chrono::{DateTime, Utc};
use tonic::{Code, Status};

async fn list(actor: &Actor, asked: ListChangesRequest) -> Result<(Vec<Change>, String), Status> {
    let mut client = actor.org_changes();
    let answer = client.list_changes(actor.request(asked)).await?;
    let answer = answer.into_inner();
    Ok((answer.changes, answer.next_page_token))
}

/// Activity, user, circle, field, old and new of an entry.
fn said(change: &Change) -> (Activity, i64, &str, &str, &str, &str) {
    (
        change.activity(),
        change.user.as_ref().map_or(0, |user| user.user_id),
        &change.circle_name,
        &change.field,
        &change.old_text,
        &change.new_text,
    )
}

/// Every kind of change, and attempts that change nothing. Returns the user and the circle.
async fn everything(gatekeeper: &Actor) -> (i64, i64) {
    let ida = gatekeeper
        .create_user(new_user("Ida", "ida@example.org"))
        .await
        .unwrap();
    let update = UpdateUserRequest {
        user_id: ida.id,
        last_name: Some("Meier".to_owned()),
        email: Some("ida.meier@example.org".to_owned()),
        gatekeeper: Some(true),
        ..UpdateUserRequest::default()
    };
    gatekeeper.update_user(update.clone()).await.unwrap();
    gatekeeper.invite(ida.id).await.unwrap();
    let circle = gatekeeper.create_circle("HRR").await.unwrap();
    gatekeeper.add_member(circle.id, ida.id).await.unwrap();
    let rename = UpdateCircleRequest {
        circle_id: circle.id,
        name: Some("HR".to_owned()),
        etag: String::new(),
    };
    gatekeeper
        .circles()
        .update_circle(gatekeeper.request(rename))
        .await
        .unwrap();
    gatekeeper.remove_member(circle.id, ida.id).await.unwrap();
    gatekeeper.deactivate(ida.id).await.unwrap();
    gatekeeper.reactivate(ida.id).await.unwrap();
    // None of these changes anything.
    gatekeeper.update_user(update).await.unwrap();
    gatekeeper.reactivate(ida.id).await.unwrap();
    gatekeeper.remove_member(circle.id, ida.id).await.unwrap();
    gatekeeper
        .create_circle("hr")
        .await
        .refused()
        .with(Code::AlreadyExists, "CIRCLE_NAME_TAKEN");
    let delete = DeleteCircleRequest {
        circle_id: circle.id,
        etag: String::new(),
    };
    gatekeeper
        .circles()
        .delete_circle(gatekeeper.request(delete))
        .await
        .unwrap();
    (ida.id, circle.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_leave_a_trace_and_no_secret() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let ida = new_user("Ida", "ida@example.org");
    let user_id = gatekeeper.create_user(ida).await.unwrap().id;
    for password in ["the first password", "the second password"] {
        let token = gatekeeper.invite(user_id).await.unwrap();
        gatekeeper.accept(&token, password).await.unwrap();
    }
    kreis_auth::operator::set_password(&stack.sql, user_id, "the third password", &[])
        .await
        .unwrap();
    let of_ida = ListChangesRequest {
        scope: Some(Scope::UserId(user_id)),
        ..ListChangesRequest::default()
    };
    let (mut changes, _) = list(&gatekeeper, of_ida).await.unwrap();
    changes.reverse();
    let told: Vec<_> = changes
        .iter()
        .map(|change| {
            let by = change.changed_by.as_ref().map(|person| person.user_id);
            (change.activity(), by)
        })
        .collect();
    let expected = [
        (Activity::UserCreated, Some(gatekeeper.user_id)),
        (Activity::UserInvited, Some(gatekeeper.user_id)),
        (Activity::InvitationAccepted, Some(user_id)),
        (Activity::PasswordResetInvited, Some(gatekeeper.user_id)),
        (Activity::InvitationAccepted, Some(user_id)),
        (Activity::PasswordSet, None),
    ];
    assert_eq!(told, expected);
    for change in &changes[1..] {
        assert_eq!(said(change), (change.activity(), user_id, "", "", "", ""));
    }
    // Refused calls leave no entry.
    gatekeeper
        .accept("x", "the fourth password")
        .await
        .refused();
    let short = kreis_auth::operator::set_password(&stack.sql, user_id, "short", &[]).await;
    assert!(short.is_err());
    let (all, _) = list(&gatekeeper, ListChangesRequest::default())
        .await
        .unwrap();
    assert_eq!(all.len(), changes.len() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_logged_with_who_did_what_to_whom() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (id, circle_id) = everything(&gatekeeper).await;

    let (changes, next) = list(&gatekeeper, ListChangesRequest::default())
        .await
        .unwrap();
    assert_eq!(next, "");
    let mut told: Vec<_> = changes.iter().map(said).collect();
    // Newest first: the first line here is the last change.
    told.reverse();
    let expected = [
        (
            Activity::UserCreated,
            gatekeeper.user_id,
            "",
            "",
            "",
            "gatekeeper 0",
        ),
        (Activity::UserCreated, id, "", "", "", "Ida"),
        (
            Activity::UserUpdated,
            id,
            "",
            "last_name",
            "Muster",
            "Meier",
        ),
        (
            Activity::UserUpdated,
            id,
            "",
            "email",
            "ida@example.org",
            "ida.meier@example.org",
        ),
        (Activity::UserUpdated, id, "", "gatekeeper", "false", "true"),
        (Activity::UserInvited, id, "", "", "", ""),
        (Activity::CircleCreated, 0, "HRR", "", "", "HRR"),
        (Activity::MemberAdded, id, "HRR", "", "", ""),
        (Activity::CircleUpdated, 0, "HR", "name", "HRR", "HR"),
        (Activity::MemberRemoved, id, "HR", "", "", ""),
        (Activity::UserDeactivated, id, "", "", "", ""),
        (Activity::UserReactivated, id, "", "", "", ""),
        (Activity::CircleDeleted, 0, "HR", "", "HR", ""),
    ];
    assert_eq!(told, expected);
    let (first, later) = changes.split_last().unwrap();
    assert_eq!(first.changed_by, None, "the operator is not a user");
    for change in later {
        let by = change.changed_by.as_ref().unwrap();
        assert_eq!(by.user_id, gatekeeper.user_id);
        assert_eq!(by.display_name, "gatekeeper 0");
        assert!(change.create_time.is_some());
    }
    let times: Vec<_> = changes
        .iter()
        .map(|change| {
            let time = change.create_time.unwrap();
            (time.seconds, time.nanos, change.id)
        })
        .collect();
    assert!(times.is_sorted_by(|later, earlier| later > earlier));
    // Changes of a circle do not appear under a user, and vice versa.
    let of = async |scope| {
        let asked = ListChangesRequest {
            scope: Some(scope),
            ..ListChangesRequest::default()
        };
        list(&gatekeeper, asked).await.unwrap().0.len()
    };
    assert_eq!(of(Scope::UserId(id)).await, 9);
    assert_eq!(of(Scope::CircleId(circle_id)).await, 5);
    assert_eq!(of(Scope::CircleId(999_999)).await, 0);
    assert_eq!(of(Scope::UserId(999_999)).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_names_who_made_the_change_by_their_name_of_today() {
    let stack = Stack::start().await;
    let first = stack.gatekeeper().await;
    let second = stack.gatekeeper().await;
    let circle = first.create_circle("HR").await.unwrap();
    let user = stack.outsider().await;
    second.add_member(circle.id, user.user_id).await.unwrap();
    let rename = UpdateUserRequest {
        user_id: second.user_id,
        display_name: Some("Somebody Else".to_owned()),
        ..UpdateUserRequest::default()
    };
    first.update_user(rename).await.unwrap();
    let asked = ListChangesRequest {
        scope: Some(Scope::CircleId(circle.id)),
        ..ListChangesRequest::default()
    };
    let (changes, _) = list(&first, asked).await.unwrap();
    let by: Vec<_> = changes
        .iter()
        .map(|change| change.changed_by.as_ref().unwrap().display_name.as_str())
        .collect();
    assert_eq!(by, ["Somebody Else", "gatekeeper 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn economists_do_not_read_it() {
    let stack = Stack::start().await;
    let economist = stack.economist("HR").await;
    list(&economist, ListChangesRequest::default())
        .await
        .refused()
        .with(Code::PermissionDenied, "GATEKEEPER_REQUIRED");
}

const fn month(year: i32, month: i32) -> Month {
    Month { year, month }
}

/// Circles that are named by the time of their creation.
async fn circles_at(stack: &Stack, gatekeeper: &Actor, moments: &[&str]) {
    for moment in moments {
        let circle = gatekeeper.create_circle(moment).await.unwrap();
        let at: DateTime<Utc> = moment.parse().unwrap();
        sqlx::query!(
            "update org.changes set create_time = $2 where circle_id = $1",
            circle.id,
            at
        )
        .execute(&stack.sql)
        .await
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn months_are_the_organisations_and_both_ends_count() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let moments = [
        "2024-11-30T22:59:59.999999Z",
        "2024-11-30T23:00:00Z",
        "2024-12-31T22:59:59.999999Z",
        "2024-12-31T23:00:00Z",
        "2025-01-31T22:59:59.999999Z",
        "2025-01-31T23:00:00Z",
        // In summer the month begins an hour earlier.
        "2025-03-31T21:59:59.999999Z",
        "2025-03-31T22:00:00Z",
    ];
    circles_at(&stack, &gatekeeper, &moments).await;
    let between = async |from, to| {
        let asked = ListChangesRequest {
            from,
            to,
            ..ListChangesRequest::default()
        };
        let (changes, _) = list(&gatekeeper, asked).await.unwrap();
        let mut found: Vec<String> = changes
            .into_iter()
            .map(|change| change.new_text)
            .filter(|name| name.starts_with("202"))
            .collect();
        found.reverse();
        found
    };
    for (from, to, expected) in [
        (Some(month(2024, 12)), Some(month(2024, 12)), &moments[1..3]),
        (Some(month(2024, 12)), Some(month(2025, 1)), &moments[1..5]),
        (Some(month(2025, 1)), Some(month(2025, 1)), &moments[3..5]),
        (Some(month(2025, 2)), Some(month(2025, 3)), &moments[5..7]),
        (Some(month(2025, 4)), Some(month(2025, 4)), &moments[7..]),
        (Some(month(2025, 4)), None, &moments[7..]),
        (None, Some(month(2024, 11)), &moments[..1]),
        (None, None, &moments[..]),
        (Some(month(1900, 1)), Some(month(2200, 12)), &moments[..]),
        (Some(month(2026, 1)), Some(month(2026, 2)), &[]),
    ] {
        assert_eq!(between(from, to).await, expected, "{from:?} to {to:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_of_one_moment_come_page_by_page_and_each_once() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let moment = "2025-01-15T12:00:00Z".parse::<DateTime<Utc>>().unwrap();
    for number in 0..7 {
        gatekeeper
            .create_circle(&format!("circle {number}"))
            .await
            .unwrap();
    }
    sqlx::query!(
        "update org.changes set create_time = $1 where activity = 'circle_created'",
        moment
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    let january = |page_size, page_token: &str| ListChangesRequest {
        page_size,
        page_token: page_token.to_owned(),
        scope: None,
        from: Some(month(2025, 1)),
        to: Some(month(2025, 1)),
    };
    for size in [1, 2, 3, 6, 7, 8] {
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let (changes, next) = list(&gatekeeper, january(size, &token)).await.unwrap();
            seen.extend(changes.into_iter().map(|change| change.new_text));
            assert!(seen.len() < 10, "{seen:?}");
            token = next;
            if token.is_empty() {
                break;
            }
        }
        let expected: Vec<String> = (0..7).rev().map(|it| format!("circle {it}")).collect();
        assert_eq!(seen, expected, "{size} on a page");
    }
    let (_, token) = list(&gatekeeper, january(2, "")).await.unwrap();
    let of_a_user = ListChangesRequest {
        scope: Some(Scope::UserId(gatekeeper.user_id)),
        ..january(2, &token)
    };
    let other_month = ListChangesRequest {
        to: Some(month(2025, 2)),
        ..january(2, &token)
    };
    let cut = january(2, &token[1..]);
    let backwards = ListChangesRequest {
        from: Some(month(2025, 2)),
        ..january(2, "")
    };
    let no_months = ListChangesRequest {
        from: Some(month(1899, 0)),
        to: Some(month(0, 13)),
        scope: Some(Scope::CircleId(0)),
        page_size: -1,
        ..january(2, "")
    };
    for (asked, mut expected) in [
        (of_a_user, vec!["page_token"]),
        (other_month, vec!["page_token"]),
        (cut, vec!["page_token"]),
        (backwards, vec!["to"]),
        (
            no_months,
            vec![
                "page_size",
                "circle_id",
                "from.year",
                "from.month",
                "to.year",
                "to.month",
            ],
        ),
    ] {
        let refused = list(&gatekeeper, asked).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        let mut fields = refused.fields();
        fields.sort();
        expected.sort_unstable();
        assert_eq!(fields, expected);
    }
}
