//! The log of sign-ins: who reads it, how, and for how long.

use kreis_proto::auth::v1::{ListSignInsRequest, SignIn, SignInActivity as Activity};
use kreis_tests::{Answered, Stack};
use prost_types::Timestamp;
use tonic::Code;

use super::sign_in_log::entries_of;

#[tokio::test(flavor = "multi_thread")]
async fn users_read_about_themselves_and_gatekeepers_about_all() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    let user = stack.sign_in(&email).await;
    let own = user.sign_ins(ListSignInsRequest::default()).await.unwrap();
    let own = own.sign_ins;
    assert!(!own.is_empty());
    for entry in &own {
        assert_eq!(entry.user.as_ref().unwrap().user_id, user_id);
    }
    let mut named = entries_of(&user, user_id).await;
    named.reverse();
    assert_eq!(named, own);
    for foreign in [gatekeeper.user_id, i64::MAX] {
        let asked = ListSignInsRequest {
            user_id: Some(foreign),
            ..ListSignInsRequest::default()
        };
        let refused = user.sign_ins(asked).await.map(drop).refused();
        refused.with(Code::PermissionDenied, "GATEKEEPER_REQUIRED");
    }
    let all = gatekeeper.sign_ins(ListSignInsRequest::default()).await;
    let all = all.unwrap().sign_ins;
    for id in [user_id, gatekeeper.user_id] {
        let is_of = |entry: &&SignIn| entry.user.as_ref().is_some_and(|user| user.user_id == id);
        assert!(all.iter().any(|entry| is_of(&entry)), "{id}");
    }
    assert_eq!(entries_of(&gatekeeper, i64::MAX).await, []);
}

/// A moment of 2025.
fn second(second: i64) -> Timestamp {
    Timestamp {
        seconds: 1_750_000_000 + second,
        nanos: 0,
    }
}

/// Ten entries about a user, one a second, of two activities in turn; the last two have one time.
async fn ten_entries(stack: &Stack, user_id: i64) {
    sqlx::query!(
        "insert into auth.sign_in_log (create_time, activity, user_id, session_id)
        select to_timestamp(1750000000 + least(n, 8)),
            case n % 2 when 0 then 'signed_in' else 'signed_out' end, $1, n::text
        from generate_series(0, 9) n",
        user_id
    )
    .execute(&stack.sql)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_filtered_and_paged() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (_, user_id) = stack.person(false).await;
    ten_entries(&stack, user_id).await;
    let whole = |user_id, activities: &[Activity]| ListSignInsRequest {
        user_id,
        activities: activities.iter().map(|it| (*it).into()).collect(),
        start_time: Some(second(0)),
        end_time: Some(second(9)),
        ..ListSignInsRequest::default()
    };
    let both = [Activity::SignedIn, Activity::SignedOut];
    let twice = [Activity::SignedOut, Activity::SignedOut];
    for user in [None, Some(user_id)] {
        for (list, expected) in [
            (whole(user, &[]), "9876543210"),
            (whole(user, &both), "9876543210"),
            (whole(user, &twice), "97531"),
            (whole(user, &[Activity::PasswordSet]), ""),
            (
                ListSignInsRequest {
                    start_time: Some(second(3)),
                    end_time: Some(second(6)),
                    ..whole(user, &[])
                },
                "543",
            ),
        ] {
            for page_size in [1, 2, 3, 9, 10, 11] {
                let (mut found, mut page_token) = (String::new(), String::new());
                loop {
                    let page = ListSignInsRequest {
                        page_size,
                        page_token,
                        ..list.clone()
                    };
                    let page = gatekeeper.sign_ins(page).await.unwrap();
                    found.extend(page.sign_ins.into_iter().map(|entry| entry.session_id));
                    assert!(found.len() <= 10, "{found}");
                    page_token = page.next_page_token;
                    if page_token.is_empty() {
                        break;
                    }
                }
                assert_eq!(found, expected, "{page_size} on a page of {list:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_question_names_its_fields() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    ten_entries(&stack, gatekeeper.user_id).await;
    let first = ListSignInsRequest {
        page_size: 2,
        ..ListSignInsRequest::default()
    };
    let token = gatekeeper.sign_ins(first.clone()).await.unwrap();
    let token = token.next_page_token;
    let with = |page_token: &str| ListSignInsRequest {
        page_token: page_token.to_owned(),
        ..first.clone()
    };
    let time = |seconds, nanos| Some(Timestamp { seconds, nanos });
    for (asked, expected) in [
        (with(&token[1..]), &["page_token"][..]),
        (with("\0"), &["page_token"]),
        (
            ListSignInsRequest {
                user_id: Some(gatekeeper.user_id),
                ..with(&token)
            },
            &["page_token"],
        ),
        (
            ListSignInsRequest {
                activities: vec![1],
                ..with(&token)
            },
            &["page_token"],
        ),
        (
            ListSignInsRequest {
                activities: vec![1, 0, 99],
                ..first.clone()
            },
            &["activities[1]", "activities[2]"],
        ),
        (
            ListSignInsRequest {
                activities: vec![1; 51],
                ..first.clone()
            },
            &["activities"],
        ),
        (
            ListSignInsRequest {
                start_time: time(5, 0),
                end_time: time(5, 0),
                ..first.clone()
            },
            &["end_time"],
        ),
        (
            ListSignInsRequest {
                user_id: Some(-1),
                start_time: time(-1, 0),
                end_time: time(i64::MAX, -1),
                page_size: -1,
                ..first.clone()
            },
            &["user_id", "start_time", "end_time", "page_size"],
        ),
    ] {
        let refused = gatekeeper.sign_ins(asked).await.map(drop).refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), expected);
    }
    let too_many = gatekeeper.confirm_notices(vec![1; 21]).await.refused();
    assert_eq!(too_many.fields(), ["ids"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_go_after_four_hundred_days_in_batches() {
    let stack = Stack::start().await;
    let (_, user_id) = stack.person(false).await;
    sqlx::query!(
        "with entries as (
            insert into auth.sign_in_log (create_time, activity, user_id)
            select now() - make_interval(days => n) - interval '1 minute', 'signed_in', $1
            from generate_series(398, 402) n
            returning id
        )
        insert into auth.notices select id, $1 from entries",
        user_id
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    let mut tx = stack.sql.begin().await.unwrap();
    sqlx::query!("set local role kreis_auth")
        .execute(&mut *tx)
        .await
        .unwrap();
    let mut batches = Vec::new();
    for _ in 0..3 {
        let purged = sqlx::query_scalar!(r#"select auth.purge_sign_in_log(2) as "purged!""#)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        batches.push(purged);
    }
    assert_eq!(batches, [2, 1, 0]);
    let notices = sqlx::query_scalar!(r#"select count(*) as "count!" from auth.notices"#)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(notices, 2);
}
