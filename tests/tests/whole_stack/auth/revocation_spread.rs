//! How long a token is still accepted after its revocation, with three gateways.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use kreis_proto::org::v1::{DeactivateUserRequest, GetMeRequest, UpdateUserRequest};
use kreis_tests::{Actor, Stack, stack::channel};
use tonic::Code;
use uuid::Uuid;

const BOUND: Duration = Duration::from_secs(3);
/// Number of events of each kind.
const EVENTS: usize = 30;

/// A token of a user for a new session, without hashing a password.
pub(crate) async fn mint(stack: &Stack, any: &Actor, user_id: i64) -> Actor {
    let uv = sqlx::query_scalar!("select uv from auth.accounts where user_id = $1", user_id)
        .fetch_one(&stack.sql)
        .await
        .unwrap();
    let token = crate::auth::tokens::with_claims(stack, any, |claims| {
        claims["sub"] = user_id.to_string().into();
        claims["uv"] = uv.into();
        claims["role"] = "user".into();
        for id in ["sid", "jti"] {
            claims[id] = Uuid::new_v4().simple().to_string().into();
        }
    });
    Actor::new(any.channel(), Some(token), user_id)
}

pub(crate) async fn is_let_in(actor: &Actor) -> bool {
    match actor.users().get_me(actor.request(GetMeRequest {})).await {
        Ok(_) => true,
        Err(status) if status.code() == Code::Unauthenticated => false,
        Err(status) => panic!("{status:?}"),
    }
}

/// Calls a server with a token until it is refused. Returns how long after the acknowledgement the
/// last accepted call began.
async fn knock(actor: Actor, acknowledged: Arc<OnceLock<Instant>>) -> Duration {
    let mut last = None;
    loop {
        let began = Instant::now();
        if !is_let_in(&actor).await {
            break;
        }
        last = Some(began);
        assert!(
            acknowledged
                .get()
                .is_none_or(|since| since.elapsed() < BOUND * 2),
            "never refused"
        );
    }
    match (last, acknowledged.get()) {
        (Some(last), Some(since)) => last.saturating_duration_since(*since),
        // Refused before the acknowledgement, or from the first call on.
        _ => Duration::ZERO,
    }
}

/// Calls every server with a token, revokes it, and returns how long each server still accepted it.
/// The first is the gateway that acknowledged the revocation.
async fn revoke(
    servers: &[SocketAddr],
    victim: &Actor,
    event: impl Future<Output = ()>,
) -> Vec<Duration> {
    let acknowledged = Arc::new(OnceLock::new());
    let knocking: Vec<_> = servers
        .iter()
        .map(|server| {
            tokio::spawn(knock(
                victim.at(channel(*server)),
                Arc::clone(&acknowledged),
            ))
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(20)).await;
    event.await;
    acknowledged.set(Instant::now()).unwrap();
    let mut lived_on = Vec::new();
    for task in knocking {
        lived_on.push(task.await.unwrap());
    }
    lived_on
}

fn print_distribution(what: &str, mut lived_on: Vec<Duration>) {
    lived_on.sort();
    let at = |percent: usize| lived_on[(lived_on.len() - 1) * percent / 100];
    println!(
        "{what}: {} doors, p50 {:?}, p90 {:?}, p99 {:?}, max {:?}",
        lived_on.len(),
        at(50),
        at(90),
        at(99),
        at(100)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_refused_at_once_where_it_was_revoked_and_soon_everywhere() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let witness = stack.outsider().await;
    let mut servers = vec![stack.addresses.gateway];
    for _ in 0..2 {
        servers.push(stack.another_gateway().await);
    }
    servers.extend([stack.addresses.org]);
    for kind in ["logout", "deactivation", "change of role", "token"] {
        let mut everywhere = Vec::new();
        for _ in 0..EVENTS {
            let (_, user_id) = stack.person(false).await;
            let victim = mint(&stack, &witness, user_id).await;
            let event = async {
                match kind {
                    "logout" => victim.sign_out().await.unwrap(),
                    "deactivation" => {
                        let deactivate = DeactivateUserRequest {
                            user_id,
                            etag: String::new(),
                        };
                        let request = gatekeeper.request(deactivate);
                        gatekeeper.users().deactivate_user(request).await.unwrap();
                    }
                    "change of role" => {
                        let promote = UpdateUserRequest {
                            user_id,
                            gatekeeper: Some(true),
                            ..Default::default()
                        };
                        gatekeeper
                            .users()
                            .update_user(gatekeeper.request(promote))
                            .await
                            .unwrap();
                    }
                    _ => revoke_token(&stack, &victim).await,
                }
            };
            let lived_on = revoke(&servers, &victim, event).await;
            assert!(
                lived_on.iter().all(|time| *time <= BOUND),
                "{kind}: {lived_on:?}"
            );
            if kind != "token" {
                assert_eq!(
                    lived_on[0],
                    Duration::ZERO,
                    "{kind}, at the answering gateway"
                );
            }
            everywhere.extend(lived_on.into_iter().skip(1));
            assert!(
                is_let_in(&witness).await,
                "another user's token was refused"
            );
        }
        print_distribution(kind, everywhere);
    }
}

/// One token alone, by its `jti`.
async fn revoke_token(stack: &Stack, victim: &Actor) {
    let jti = crate::auth::tokens::claim(victim, "jti");
    append(stack, "token", &jti).await;
}

pub(crate) async fn append(stack: &Stack, kind: &str, key: &str) {
    sqlx::query!(
        "select auth.append_revocation($1, $2, 0, null, 'a test')",
        kind,
        key
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
}

/// Waits until a token is refused, at most for the bound.
pub(crate) async fn refused_within_the_bound(actor: &Actor) {
    let since = Instant::now();
    while is_let_in(actor).await {
        assert!(since.elapsed() < BOUND, "still let in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_session_leaves_the_users_other_sessions_alone() {
    let stack = Stack::start().await;
    let witness = stack.outsider().await;
    let (_, user_id) = stack.person(false).await;
    let one = mint(&stack, &witness, user_id).await;
    let other = mint(&stack, &witness, user_id).await;
    assert!(is_let_in(&one).await && is_let_in(&other).await);
    one.sign_out().await.unwrap();
    assert!(!is_let_in(&one).await);
    assert!(is_let_in(&other).await);
    revoke_token(&stack, &other).await;
    refused_within_the_bound(&other).await;
    assert!(is_let_in(&witness).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_and_everything_end_tokens_that_were_seen_before_and_that_were_not() {
    let stack = Stack::start().await;
    let seen = stack.outsider().await;
    let unseen = stack.outsider().await;
    let servers = [
        stack.addresses.gateway,
        stack.another_gateway().await,
        stack.addresses.kpi,
    ];
    assert!(is_let_in(&seen).await);
    append(&stack, "key", &crate::auth::tokens::header(&seen, "kid")).await;
    for server in &servers[..2] {
        for actor in [&seen, &unseen] {
            refused_within_the_bound(&actor.at(channel(*server))).await;
        }
    }

    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let seen = stack.sign_in(&email).await;
    let unseen = stack.sign_in(&email).await;
    assert!(is_let_in(&seen).await);
    append(&stack, "everything", "").await;
    for actor in [&seen, &unseen] {
        refused_within_the_bound(actor).await;
    }
    // A new sign-in is accepted after a second at the latest.
    let since = Instant::now();
    while !is_let_in(&stack.sign_in(&email).await).await {
        assert!(since.elapsed() < BOUND, "no user can sign in any more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_in_flight_does_not_escape_a_deactivation() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let second = stack.another_gateway().await;
    let mut escaped_the_password_check = 0;
    for round in 0..12 {
        let (email, user_id) = stack.person(false).await;
        let logins: Vec<_> = (0..4)
            .map(|_| {
                let (anonymous, email) = (stack.anonymous(), email.clone());
                tokio::spawn(async move {
                    anonymous
                        .sign_in(&email, kreis_tests::stack::PASSWORD)
                        .await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(5 * round)).await;
        let deactivate = DeactivateUserRequest {
            user_id,
            etag: String::new(),
        };
        gatekeeper
            .users()
            .deactivate_user(gatekeeper.request(deactivate))
            .await
            .unwrap();
        for login in logins {
            if let Ok(actor) = login.await.unwrap() {
                escaped_the_password_check += 1;
                assert!(!is_let_in(&actor).await, "a token outlived its user");
                refused_within_the_bound(&actor.at(channel(second))).await;
            }
        }
    }
    println!("{escaped_the_password_check} logins overtook a deactivation, none of them got in");
}
