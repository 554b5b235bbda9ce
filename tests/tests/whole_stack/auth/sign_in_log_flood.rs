//! Refused sign-ins in the log: strangers neither fill the disk nor learn who has an account.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use kreis_proto::auth::v1::RefreshRequest;
use kreis_tests::{
    Actor, Answered, Stack,
    assertions::Refused,
    stack::{PASSWORD, channel},
};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

/// Refusals are written a second after they happened, on a busy machine later.
const WRITTEN: Duration = Duration::from_secs(20);

/// The refusal of a call. A busy machine may answer a few times that it has too much to do.
async fn refusal_of<T, F>(call: impl Fn() -> F) -> Refused
where
    F: Future<Output = Result<T, Status>>,
{
    let began = Instant::now();
    loop {
        let refused = call().await.map(drop).refused();
        if refused.status.code() != Code::ResourceExhausted {
            return refused;
        }
        assert!(began.elapsed() < WRITTEN, "{refused:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A renewal with a token of no session, from an address as the gateway forwards it.
async fn refused_renewal(auth: &Actor, genuine: &str, number: u32, address: u32) {
    let mut token = URL_SAFE_NO_PAD.decode(genuine).unwrap();
    token[..4].copy_from_slice(&number.to_be_bytes());
    let refresh_token = URL_SAFE_NO_PAD.encode(token);
    let [_, a, b, c] = address.to_be_bytes();
    let address = format!("203.{a}.{b}.{c}");
    let refused = refusal_of(async || {
        let mut refresh = Request::new(RefreshRequest {
            refresh_token: refresh_token.clone(),
        });
        let headers = refresh.metadata_mut();
        headers.insert("kreis-client-address", address.parse().unwrap());
        auth.auth().refresh(refresh).await
    });
    let refused = refused.await;
    refused.with(Code::Unauthenticated, "SESSION_ENDED");
}

/// Number of entries, and of the refusals that they count.
async fn logged(stack: &Stack) -> (i64, i64) {
    let row = sqlx::query!(
        r#"select count(*) as "entries!", coalesce(sum(count), 0) as "refusals!"
        from auth.sign_in_log where activity = 'renewal_refused'"#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
    (row.entries, row.refusals)
}

async fn until_logged(stack: &Stack, entries: i64) -> i64 {
    let began = Instant::now();
    loop {
        let (found, refusals) = logged(stack).await;
        if found >= entries {
            return refusals;
        }
        assert!(began.elapsed() < WRITTEN, "{found}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_refusals_takes_a_bounded_number_of_entries() {
    let stack = Stack::start().await;
    let auth = stack.anonymous().at(channel(stack.addresses.auth));
    let (email, _) = stack.person(false).await;
    let session = auth.begin_session(&email, PASSWORD).await.unwrap();
    let genuine = session.refresh_token;

    // One address takes one entry at once, and the next after a minute.
    let began = Instant::now();
    for number in 0..100 {
        refused_renewal(&auth, &genuine, number, 0).await;
    }
    let refusals = until_logged(&stack, 1).await;
    assert!((1..=100).contains(&refusals), "{refusals}");
    // Time to write more, if it did.
    tokio::time::sleep(Duration::from_secs(3)).await;
    if began.elapsed() < Duration::from_mins(1) {
        assert_eq!(logged(&stack).await.0, 1);
    }

    // Many addresses take as many entries as there is room for.
    for first in (1..=1_200).step_by(8) {
        let some = (first..first + 8).map(|it| refused_renewal(&auth, &genuine, it, it));
        join_all(some).await;
    }
    until_logged(&stack, 900).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let refilled = i64::try_from(began.elapsed().as_secs() / 6).unwrap() + 1;
    let (entries, _) = logged(&stack).await;
    assert!(entries <= 1_000 + refilled, "{entries}");
    // The session goes on.
    auth.refresh(&genuine).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sign_in_does_not_wait_for_the_log_and_has_one_answer_for_everybody() {
    let stack = Stack::start().await;
    let anonymous = stack.anonymous();
    let (email, user_id) = stack.person(false).await;
    let mut blocking = stack.sql.begin().await.unwrap();
    sqlx::query!("lock table auth.sign_in_log in access exclusive mode")
        .execute(&mut *blocking)
        .await
        .unwrap();
    let mut answers = Vec::new();
    for email in [&email, "nobody@example.org"] {
        let refused = refusal_of(|| anonymous.sign_in(email, "not this one")).await;
        let refused = refused.with(Code::Unauthenticated, "SIGN_IN_REFUSED");
        let mut info = refused.status.get_details_error_info().unwrap();
        info.metadata.remove("call_id");
        let text = refused.status.message().to_owned();
        answers.push((text, info.reason, info.metadata));
    }
    assert_eq!(answers[0], answers[1]);
    blocking.rollback().await.unwrap();

    // Both are written once the lock is gone.
    let began = Instant::now();
    loop {
        let users = sqlx::query_scalar!(
            "select distinct user_id from auth.sign_in_log where activity = 'sign_in_refused'
            order by user_id"
        )
        .fetch_all(&stack.sql)
        .await
        .unwrap();
        if users == [Some(user_id), None] {
            break;
        }
        assert!(began.elapsed() < WRITTEN, "{users:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
