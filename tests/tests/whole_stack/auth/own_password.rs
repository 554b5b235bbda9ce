//! Users change their own password.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use kreis_proto::org::v1::{Activity, ListChangesRequest, list_changes_request::Scope};
use kreis_tests::{Actor, Answered, Stack, stack::PASSWORD};
use tonic::Code;

use super::sessions;

const NEW: &str = "another battery staple";
/// In which every server learns of a revocation.
const BOUND: Duration = Duration::from_secs(3);

async fn is_refused_soon(actor: &Actor) {
    let began = Instant::now();
    while let Ok(user) = actor.me().await {
        assert!(began.elapsed() < BOUND, "{} is still let in", user.email);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_all_other_sessions_and_the_user_goes_on() {
    let stack = Stack::start().await;
    let anonymous = stack.anonymous();
    let (email, user_id) = stack.person(false).await;
    let here = stack.sign_in(&email).await;
    let elsewhere = stack.sign_in(&email).await;
    let renewable = anonymous.begin_session(&email, PASSWORD).await.unwrap();

    let session = here.change_password(PASSWORD, NEW).await.unwrap();
    assert_eq!(session.user.unwrap().id, user_id);
    let new = anonymous.with_token(session.access_token);
    assert_eq!(new.me().await.unwrap().email, email);
    anonymous.refresh(&session.refresh_token).await.unwrap();

    for ended in [&here, &elsewhere] {
        is_refused_soon(ended).await;
    }
    let refused = anonymous.refresh(&renewable.refresh_token).await;
    let refused = refused.map(drop).refused();
    refused.with(Code::Unauthenticated, "SESSION_ENDED");
    assert_eq!(new.sessions(None).await.unwrap().len(), 1);

    let refused = anonymous.begin_session(&email, PASSWORD).await;
    let refused = refused.map(drop).refused();
    refused.with(Code::Unauthenticated, "SIGN_IN_REFUSED");
    anonymous.begin_session(&email, NEW).await.unwrap();

    let gatekeeper = stack.gatekeeper().await;
    let list = gatekeeper.request(ListChangesRequest {
        page_size: 10,
        scope: Some(Scope::UserId(user_id)),
        ..ListChangesRequest::default()
    });
    let list = gatekeeper.org_changes().list_changes(list).await.unwrap();
    let changes = list.into_inner().changes;
    let own = changes
        .iter()
        .find(|change| change.activity() == Activity::PasswordChanged)
        .unwrap();
    assert_eq!(own.changed_by.as_ref().unwrap().user_id, user_id);
    assert_eq!(own.user.as_ref().unwrap().user_id, user_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_current_password_and_a_weak_new_one_change_nothing() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let actor = stack.sign_in(&email).await;
    for wrong in ["", "not this one", &PASSWORD.to_uppercase()] {
        let refused = actor.change_password(wrong, NEW).await;
        let refused = refused.map(drop).refused();
        refused.with(Code::PermissionDenied, "PASSWORD_REFUSED");
    }
    let long = "x".repeat(1025);
    for (current, new, field) in [
        (PASSWORD, "eleven char", "new_password"),
        (PASSWORD, "", "new_password"),
        (PASSWORD, &long, "new_password"),
        (&long, NEW, "current_password"),
    ] {
        let refused = actor.change_password(current, new).await;
        assert_eq!(refused.map(drop).refused().fields(), [field]);
    }
    for easy in ["passwordpassword", "123456789012", &email] {
        let refused = actor.change_password(PASSWORD, easy).await;
        let refused = refused.map(drop).refused();
        let refused = refused.with(Code::InvalidArgument, "PASSWORD_TOO_EASY");
        assert!(!refused.metadata("advice").is_empty(), "{easy}");
    }
    actor.me().await.unwrap();
    stack
        .anonymous()
        .begin_session(&email, PASSWORD)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_during_the_call_begins_no_new_one() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let actor = stack.sign_in(&email).await;
    // The token is still accepted, as at a gateway that learns of the end a little later.
    sessions::pass(&stack, sessions::HOUR).await;
    let refused = actor.change_password(PASSWORD, NEW).await;
    let refused = refused.map(drop).refused();
    assert_eq!(refused.status.code(), Code::Unauthenticated);
    let anonymous = stack.anonymous();
    anonymous.begin_session(&email, PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_changes_at_once_one_counts() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let actor = stack.sign_in(&email).await;
    let passwords: Vec<String> = (0..4).map(|number| format!("{NEW} {number}")).collect();
    let changes = passwords
        .iter()
        .map(|password| actor.change_password(PASSWORD, password));
    let outcomes = join_all(changes).await;
    let mut counted = Vec::new();
    for (outcome, password) in outcomes.into_iter().zip(&passwords) {
        match outcome {
            Ok(_) => counted.push(password),
            Err(status) => assert!(
                matches!(
                    status.code(),
                    Code::Unauthenticated | Code::PermissionDenied
                ),
                "{status}"
            ),
        }
    }
    assert_eq!(counted.len(), 1);
    let anonymous = stack.anonymous();
    anonymous.begin_session(&email, counted[0]).await.unwrap();
}
