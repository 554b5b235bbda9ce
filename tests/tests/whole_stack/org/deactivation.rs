//! Deactivations and role changes end sessions.

use std::time::{Duration, Instant};

use kreis_proto::{
    kpi::v1::ListKpisRequest,
    org::v1::{DeactivateUserRequest, UserState},
};
use kreis_tests::{
    Actor, Answered, Stack,
    raw::RawClient,
    stack::{PASSWORD, channel},
};
use prost::Message;
use tonic::{Code, Status};

/// The longest time until every server refuses a revoked token.
const BOUND: Duration = Duration::from_secs(3);

/// Calls each service behind the gateway.
async fn knock(actor: &Actor, stack: &Stack) -> Vec<(&'static str, Result<(), Status>)> {
    let (org, kpi, auth) = (
        actor.at(channel(stack.addresses.org)),
        actor.at(channel(stack.addresses.kpi)),
        actor.at(channel(stack.addresses.auth)),
    );
    let list = ListKpisRequest::default();
    vec![
        ("org", org.me().await.map(|_| ())),
        (
            "kpi",
            kpi.kpis().list_kpis(kpi.request(list)).await.map(|_| ()),
        ),
        ("auth", auth.sign_out().await),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_refuses_every_session_of_a_deactivated_user() {
    let stack = Stack::start().await;
    let second = stack.another_gateway().await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(true).await;
    let sessions = [stack.sign_in(&email).await, stack.sign_in(&email).await];
    for session in &sessions {
        for server in [second, stack.addresses.org] {
            session.at(channel(server)).me().await.unwrap();
        }
    }
    let user = gatekeeper.deactivate(user_id).await.unwrap();
    let answered = Instant::now();
    assert_eq!(user.state(), UserState::Inactive);
    // The gateway that sent the response already knows the revocation.
    for session in &sessions {
        let outcome = session.me().await;
        outcome
            .refused()
            .with(Code::Unauthenticated, "UNAUTHENTICATED");
    }
    for session in &sessions {
        let elsewhere = session.at(channel(second));
        while elsewhere.me().await.is_ok() {
            assert!(answered.elapsed() < BOUND);
        }
        while knock(session, &stack)
            .await
            .iter()
            .any(|(_, outcome)| outcome.is_ok())
        {
            assert!(answered.elapsed() < BOUND);
        }
        for (server, outcome) in knock(session, &stack).await {
            let refused = outcome.refused();
            assert_eq!(refused.status.code(), Code::Unauthenticated, "{server}");
        }
    }
    stack
        .anonymous()
        .sign_in(&email, PASSWORD)
        .await
        .map(|actor| actor.user_id)
        .refused()
        .with(Code::Unauthenticated, "SIGN_IN_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reactivation_revives_no_session() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    let before = stack.sign_in(&email).await;
    gatekeeper.deactivate(user_id).await.unwrap();
    let user = gatekeeper.reactivate(user_id).await.unwrap();
    assert_eq!(user.state(), UserState::Active);
    let now = stack.sign_in(&email).await;
    now.me().await.unwrap();
    for server in [stack.addresses.gateway, stack.addresses.org] {
        let outcome = before.at(channel(server)).me().await;
        outcome
            .refused()
            .with(Code::Unauthenticated, "UNAUTHENTICATED");
    }
    // A repeated call changes nothing, and ends no session.
    let again = gatekeeper.reactivate(user_id).await.unwrap();
    assert_eq!(again, user);
    now.me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_role_ends_the_sessions_and_nothing_else_does() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    let mut session = stack.sign_in(&email).await;
    for becomes_gatekeeper in [true, false] {
        let user = gatekeeper
            .set_gatekeeper(user_id, becomes_gatekeeper)
            .await
            .unwrap();
        assert_eq!(user.gatekeeper, becomes_gatekeeper);
        session
            .me()
            .await
            .refused()
            .with(Code::Unauthenticated, "UNAUTHENTICATED");
        session = stack.sign_in(&email).await;
        let created = session.create_circle("made by them").await;
        assert_eq!(created.is_ok(), becomes_gatekeeper);
        // Setting the same role changes nothing.
        gatekeeper
            .set_gatekeeper(user_id, becomes_gatekeeper)
            .await
            .unwrap();
        session.me().await.unwrap();
    }
    let renamed = kreis_proto::org::v1::UpdateUserRequest {
        user_id,
        display_name: Some("Another Name".to_owned()),
        email: Some("another@example.org".to_owned()),
        ..Default::default()
    };
    gatekeeper.update_user(renamed).await.unwrap();
    assert_eq!(session.me().await.unwrap().email, "another@example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_do_not_get_the_position_in_the_revocation_list() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let authorization = format!("Bearer {}", gatekeeper.token());
    let headers = [("authorization", authorization.as_str())];
    for (server, seen) in [
        (stack.addresses.org, true),
        (stack.addresses.gateway, false),
    ] {
        let (_, user_id) = stack.person(false).await;
        let deactivate = DeactivateUserRequest {
            user_id,
            etag: String::new(),
        };
        let answer = RawClient::http2(format!("http://{server}"))
            .call(
                "/kreis.org.v1.UserService/DeactivateUser",
                &headers,
                &deactivate.encode_to_vec(),
            )
            .await
            .unwrap();
        answer.outcome().unwrap();
        assert_eq!(answer.headers.contains_key("kreis-revocation-seq"), seen);
    }
}
