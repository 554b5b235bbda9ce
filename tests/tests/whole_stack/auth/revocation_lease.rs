//! A server whose replica may be outdated accepts no token.

use std::time::{Duration, Instant};

use kreis_auth::GuessBounds;
use kreis_proto::org::v1::GetMeRequest;
use kreis_standalone::healthcheck;
use kreis_tests::{
    Actor, Answered, Stack,
    raw::RawClient,
    stack::{PASSWORD, StackOptions, channel, wait_until_serving},
    tcp_proxy::TcpProxy,
};
use tonic::{Code, Status};

use crate::auth::revocation_spread::{append, mint};

const BOUND: Duration = Duration::from_secs(3);
const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

async fn get_me(actor: &Actor) -> Result<(), Status> {
    actor
        .users()
        .get_me(actor.request(GetMeRequest {}))
        .await
        .map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_without_news_refuses_tokens_after_three_seconds_and_recovers_soon() {
    let stack = Stack::start().await;
    let tcp_proxy = TcpProxy::to(stack.addresses.tokens).await;
    let gateway = stack.gateway_that_asks(tcp_proxy.address).await;
    wait_until_serving(gateway).await;
    let (email, _) = stack.person(false).await;
    let actor = stack.sign_in(&email).await.at(channel(gateway));
    get_me(&actor).await.unwrap();

    tcp_proxy.freeze(true);
    let frozen = Instant::now();
    let refused = loop {
        match get_me(&actor).await {
            Ok(()) => assert!(
                frozen.elapsed() < Duration::from_millis(3_600),
                "still let in"
            ),
            refused => break refused,
        }
    };
    let refused = refused
        .refused()
        .with(Code::Unavailable, "REVOCATIONS_UNKNOWN");
    assert!(refused.says_when_to_retry());
    // RPCs without a token still work.
    actor.sign_in(&email, PASSWORD).await.unwrap();
    let page = RawClient::http1(format!("http://{gateway}"));
    let page = page.send(http::Method::GET, "/", &[], "").await.unwrap();
    assert_eq!(page.http, http::StatusCode::OK);

    tcp_proxy.freeze(false);
    let thawed = Instant::now();
    while get_me(&actor).await.is_err() {
        assert!(thawed.elapsed() < Duration::from_secs(1), "not open again");
    }
    println!(
        "closed after {:?}, open again {:?} after recovery",
        frozen.elapsed(),
        thawed.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_never_reached_auth_refuses_every_token() {
    let stack = Stack::start().await;
    let actor = stack.gatekeeper().await;
    let gateway = stack.gateway_that_asks(([127, 0, 0, 1], 1).into()).await;
    let refused = get_me(&actor.at(channel(gateway))).await.refused();
    refused.with(Code::Unavailable, "REVOCATIONS_UNKNOWN");
    assert!(
        healthcheck::check(&format!("http://{gateway}"), None)
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_that_could_not_be_recorded_fails() {
    let stack = Stack::start().await;
    let actor = stack.gatekeeper().await;
    let mut hostage = stack.sql.begin().await.unwrap();
    // Longer than any service may hold a transaction open.
    sqlx::raw_sql("set local idle_in_transaction_session_timeout = 0")
        .execute(&mut *hostage)
        .await
        .unwrap();
    sqlx::query!("select seq from auth.revocation_head for update")
        .fetch_one(&mut *hostage)
        .await
        .unwrap();
    let refused = actor.sign_out().await.refused();
    refused.with(Code::ResourceExhausted, "OVERLOADED");
    hostage.rollback().await.unwrap();
    get_me(&actor).await.unwrap();
    actor.sign_out().await.unwrap();
    get_me(&actor)
        .await
        .refused()
        .with(Code::Unauthenticated, "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_comes_in_parts_and_a_new_epoch_begins_it_anew() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(false).await;
    let witness = stack.sign_in(&email).await;
    let first = mint(&stack, &witness, user_id).await;
    let last = mint(&stack, &witness, user_id).await;
    append(
        &stack,
        "session",
        &crate::auth::tokens::claim(&first, "sid"),
    )
    .await;
    crate::auth::revocation::append_many(&stack, 12_000).await;
    append(&stack, "session", &crate::auth::tokens::claim(&last, "sid")).await;
    let late = stack.another_gateway().await;
    for server in [stack.addresses.gateway, late] {
        for ended in [&first, &last] {
            ends_within_the_bound(&ended.at(channel(server))).await;
        }
        assert!(is_let_in_once_open(&witness.at(channel(server))).await);
    }

    sqlx::query!("select auth.begin_epoch()")
        .fetch_one(&stack.sql)
        .await
        .unwrap();
    for server in [stack.addresses.gateway, late, stack.addresses.org] {
        for ended in [&witness, &first] {
            ends_within_the_bound(&ended.at(channel(server))).await;
        }
    }
}

/// Waits until a token is refused as revoked. Until then it may be accepted for at most the bound.
/// A server without a valid lease refuses every token; it may accept this one again for a poll that
/// it sent before the revocation.
pub(crate) async fn ends_within_the_bound(actor: &Actor) {
    let since = Instant::now();
    loop {
        match get_me(actor).await {
            Ok(()) => assert!(since.elapsed() < BOUND, "still let in"),
            Err(status) if status.code() == Code::Unauthenticated => return,
            Err(status) => assert!(since.elapsed() < WAIT_TIMEOUT, "{status:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whether a token is accepted once the server knows which are revoked. On a busy machine, building
/// a long replica may take longer than the lease.
pub(crate) async fn is_let_in_once_open(actor: &Actor) -> bool {
    let since = Instant::now();
    loop {
        match get_me(actor).await {
            Ok(()) => return true,
            Err(status) if status.code() == Code::Unauthenticated => return false,
            Err(status) => assert!(since.elapsed() < WAIT_TIMEOUT, "{status:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_logins_makes_no_replica_stale() {
    // Each name has its first wrong password, so that the flood reaches the password check.
    let stack = Stack::start_with(StackOptions {
        guess_bounds: GuessBounds {
            per_address: 1_000_000,
            whole: 1_000_000,
            ..GuessBounds::default()
        },
        ..StackOptions::default()
    })
    .await;
    let actor = stack.gatekeeper().await;
    let flood: Vec<_> = (0..200)
        .map(|caller| {
            let anonymous = stack.anonymous();
            tokio::spawn(async move {
                let until = Instant::now() + Duration::from_secs(5);
                let mut number = 0;
                while Instant::now() < until {
                    let email = format!("nobody{caller}.{number}@example.org");
                    number += 1;
                    // Any outcome is fine.
                    let _ = anonymous.sign_in(&email, "a wrong password").await;
                }
            })
        })
        .collect();
    while flood.iter().any(|task| !task.is_finished()) {
        get_me(&actor).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
