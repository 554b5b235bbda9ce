//! Limits on guessing passwords and tokens.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::{StreamExt, stream};
use kreis_auth::{AuthConfig, FREE_MISSES, GuessBounds, Lifetimes};
use kreis_database::DatabaseConfig;
use kreis_proto::auth::v1::{GetInvitationRequest, LoginRequest, LoginResponse, RefreshResponse};
use kreis_server::metrics::Metrics;
use kreis_tests::{
    Answered, Refused, Stack,
    browser::{Browser, LOGIN, message, set_cookies},
    flood::sign_in,
    people::new_user,
    raw::RawClient,
    stack::{PASSWORD, StackOptions},
};
use prost::Message;
use sqlx::{Connection, Executor, PgConnection};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};
use tonic_types::StatusExt;

const WRONG: &str = "a wrong password";
const GET_INVITATION: &str = "/kreis.auth.v1.AuthService/GetInvitation";
/// An address of the documentation's network, behind the trusted proxy of the tests.
const HOME: (&str, &str) = ("x-forwarded-for", "198.51.100.7");

/// A system behind a trusted proxy, so that a test can call from any address.
async fn behind_proxy(guess_bounds: GuessBounds) -> Stack {
    Stack::start_with(StackOptions {
        gateway: vec![("KREIS_TRUSTED_PROXIES", "127.0.0.1".to_owned())],
        guess_bounds,
        ..StackOptions::default()
    })
    .await
}

/// Fails unless a guess is refused at once, by this limit. Returns the wait in seconds.
#[track_caller]
fn is_held_up<T: std::fmt::Debug>(outcome: Result<T, Status>, limit: &str) -> u64 {
    let refused = outcome.refused();
    let refused = refused.with(Code::ResourceExhausted, "TOO_MANY_GUESSES");
    assert_eq!(refused.metadata("limit"), limit);
    wait_of(&refused)
}

#[track_caller]
fn wait_of(refused: &Refused) -> u64 {
    let seconds = refused.metadata("retry_seconds").parse().unwrap();
    let info = refused.status.get_details_retry_info().unwrap();
    assert_eq!(info.retry_delay, Some(Duration::from_secs(seconds)));
    seconds
}

#[track_caller]
fn is_wrong<T: std::fmt::Debug>(outcome: Result<T, Status>) {
    let refused = outcome.refused();
    refused.with(Code::Unauthenticated, "SIGN_IN_REFUSED");
}

/// An address of its own for each number.
fn address(number: u32) -> String {
    let [_, a, b, c] = number.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_misses_the_wait_doubles_until_the_right_password() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(false).await;
    let anonymous = stack.anonymous();
    let attempt = async |password: &str| {
        let actor = anonymous.sign_in(&email, password).await;
        actor.map(|actor| actor.user_id)
    };
    for _ in 0..FREE_MISSES {
        is_wrong(attempt(WRONG).await);
    }
    for expected in [1, 2] {
        let missed = Instant::now();
        // Neither the right password nor many attempts change the wait.
        for password in [PASSWORD, WRONG, WRONG] {
            assert!(is_held_up(attempt(password).await, "account") <= expected);
        }
        let wait = is_held_up(attempt(WRONG).await, "account");
        assert!(missed.elapsed() > Duration::from_millis(500) || wait == expected);
        tokio::time::sleep(Duration::from_secs(expected).saturating_sub(missed.elapsed())).await;
        is_wrong(attempt(WRONG).await);
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(attempt(PASSWORD).await.unwrap(), user_id);
    for _ in 0..FREE_MISSES {
        is_wrong(attempt(WRONG).await);
    }
    is_held_up(attempt(WRONG).await, "account");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_email_is_held_up_like_every_other() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (active, _) = stack.person(false).await;
    let (inactive, inactive_id) = stack.person(false).await;
    gatekeeper.deactivate(inactive_id).await.unwrap();
    let invited = new_user("Ida", "ida@example.org");
    let invited = gatekeeper.create_user(invited).await.unwrap().email;
    let anonymous = stack.anonymous();
    let attempt = async |email: &str| {
        let actor = anonymous.sign_in(email, WRONG).await;
        actor.map(|actor| actor.user_id)
    };
    let mut texts = Vec::new();
    for email in ["nobody@example.org", &active, &inactive, &invited] {
        for _ in 0..FREE_MISSES {
            is_wrong(attempt(email).await);
        }
        // Written in another way it is the same account.
        let written = format!(" {}", email.to_uppercase());
        let refused = attempt(&written).await.refused();
        assert_eq!(wait_of(&refused), 1, "{email}");
        texts.push(refused.status.message().to_owned());
    }
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");

    // No statement runs for a guess that is refused: here it would wait for the lock.
    let mut superuser = PgConnection::connect_with(&stack.database).await.unwrap();
    let mut transaction = superuser.begin().await.unwrap();
    let lock = "lock table auth.accounts in access exclusive mode";
    transaction.execute(lock).await.unwrap();
    for email in ["nobody@example.org", &active, &inactive, &invited] {
        let refused = attempt(email).await.refused();
        assert_eq!(refused.status.code(), Code::ResourceExhausted, "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_tries_many_names_is_held_up_and_others_are_not() {
    let per_address = 10;
    let bounds = GuessBounds {
        per_address,
        ..GuessBounds::default()
    };
    let stack = behind_proxy(bounds).await;
    let (email, _) = stack.person(false).await;
    let client = RawClient::http2(stack.url());
    let attempt = async |from: &str, email: &str, password: &str| {
        sign_in(&client, ("x-forwarded-for", from), email, password).await
    };
    for number in 0..per_address {
        let from = format!("2001:db8:7:8::{number:x}");
        is_wrong(attempt(&from, &format!("{number}@example.org"), WRONG).await);
    }
    let subscriber = "2001:db8:7:8:ffff::1";
    let wait = is_held_up(attempt(subscriber, &email, PASSWORD).await, "address");
    assert!((1..=360).contains(&wait), "{wait}");
    for other in ["2001:db8:7:9::1", "203.0.113.1", "::ffff:203.0.113.2"] {
        attempt(other, &email, PASSWORD).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_signed_in_before_is_not_held_up_by_strangers() {
    let bounds = GuessBounds {
        per_address: 20,
        whole: 100,
    };
    let stack = behind_proxy(bounds).await;
    let (email, _) = stack.person(false).await;
    let (colleague, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    browser.headers.push(HOME);
    let session = browser.sign_in(&email).await;
    browser.sign_out(&session.access_token).await;
    assert_eq!(browser.cookie, None);

    // Strangers reach the limits of the account, of the address, and of the whole.
    let client = RawClient::http2(stack.url());
    let attempt = async |from: &str, email: &str| {
        sign_in(&client, ("x-forwarded-for", from), email, WRONG).await
    };
    for _ in 0..FREE_MISSES {
        is_wrong(attempt("203.0.113.1", &email).await);
    }
    is_held_up(attempt("203.0.113.2", &email).await, "account");
    for number in 0..20 {
        is_wrong(attempt(HOME.1, &format!("{number}@example.org")).await);
    }
    is_held_up(attempt(HOME.1, "next@example.org").await, "address");
    for number in FREE_MISSES + 20..100 {
        is_wrong(attempt(&address(number), &format!("a{number}@example.org")).await);
    }
    is_held_up(attempt("203.0.113.3", "next@example.org").await, "whole");

    browser.sign_in(&email).await;
    // The browser is not known to another account yet, nor is a copy that was tampered with.
    let is_refused = async |browser: &mut Browser, email: &str| {
        let outcome = browser.try_sign_in(email, PASSWORD, &[]).await.outcome();
        let refused = outcome.refused();
        refused.with(Code::ResourceExhausted, "TOO_MANY_GUESSES");
    };
    is_refused(&mut browser, &colleague).await;
    let genuine = browser.known.clone().unwrap();
    let (name, value) = genuine.split_once('=').unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(value).unwrap();
    bytes[16] ^= 1;
    browser.known = Some(format!("{name}={}", URL_SAFE_NO_PAD.encode(bytes)));
    is_refused(&mut browser, &email).await;

    // Its own misses hold up the browser, and it alone.
    browser.known = Some(genuine);
    for _ in 0..FREE_MISSES {
        is_wrong(browser.try_sign_in(&email, WRONG, &[]).await.outcome());
    }
    is_held_up(
        browser.try_sign_in(&email, PASSWORD, &[]).await.outcome(),
        "account",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_of_a_known_browser_names_no_person_and_holds_several_accounts() {
    let stack = behind_proxy(GuessBounds::default()).await;
    let mut people = Vec::new();
    for _ in 0..6 {
        people.push(stack.person(false).await.0);
    }
    let mut browser = Browser::on(stack.url());
    browser.headers.push(("x-forwarded-proto", "https"));
    let answer = browser.try_sign_in(&people[0], PASSWORD, &[]).await;
    let cookies = set_cookies(&answer);
    let [session, cookie] = &cookies[..] else {
        panic!("{cookies:?}");
    };
    assert!(session[0].starts_with("__Host-kreis-session="));
    let value = cookie[0].strip_prefix("__Host-kreis-browser=").unwrap();
    for attribute in [
        "HttpOnly",
        "SameSite=Strict",
        "Path=/",
        "Secure",
        "Max-Age=34560000",
    ] {
        assert!(cookie.iter().any(|part| part == attribute), "{cookie:?}");
    }
    assert!(!cookie.iter().any(|part| part.starts_with("Domain")));
    let decoded = URL_SAFE_NO_PAD.decode(value).unwrap();
    assert_eq!(decoded.len(), 48, "id, one account, code");
    for person in &people[1..] {
        browser.sign_in(person).await;
    }
    let known = browser.known.clone().unwrap();
    assert!(known.len() < 200, "{known}");

    // The last five are not held up by strangers, the first one is.
    let client = RawClient::http2(stack.url());
    for (number, person) in people.iter().enumerate() {
        for _ in 0..FREE_MISSES {
            let from = format!("203.0.113.{number}");
            is_wrong(sign_in(&client, ("x-forwarded-for", &from), person, WRONG).await);
        }
        browser.known = Some(known.clone());
        let answer = browser.try_sign_in(person, PASSWORD, &[]).await;
        if number == 0 {
            is_held_up(answer.outcome(), "account");
        } else {
            message::<LoginResponse>(&answer);
        }
    }
    // A program gets no cookie.
    let program = LoginRequest {
        email: people[1].clone(),
        password: PASSWORD.to_owned(),
        ..LoginRequest::default()
    };
    let answer = browser.call(LOGIN, &program, &[]).await;
    message::<LoginResponse>(&answer);
    assert_eq!(set_cookies(&answer), [[""; 0]; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_current_password_is_guessed_five_times_and_others_sign_in() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let actor = stack.sign_in(&email).await;
    let new = "another battery staple";
    let change = async |current: &str| actor.change_password(current, new).await.map(drop);
    for _ in 0..FREE_MISSES {
        let refused = change(WRONG).await.refused();
        refused.with(Code::PermissionDenied, "PASSWORD_REFUSED");
    }
    assert_eq!(is_held_up(change(PASSWORD).await, "account"), 1);
    stack.sign_in(&email).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    change(PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_shows_many_unknown_tokens_is_held_up() {
    let stack = behind_proxy(GuessBounds::default()).await;
    let (email, user_id) = stack.person(false).await;
    let gatekeeper = stack.gatekeeper().await;
    let invitation = gatekeeper.invite(user_id).await.unwrap();
    let mut browser = Browser::on(stack.url());
    browser.headers.push(HOME);
    browser.sign_in(&email).await;

    let client = RawClient::http2(stack.url());
    let get = async |from: &str, invitation_token: String| {
        let request = GetInvitationRequest { invitation_token }.encode_to_vec();
        let header = ("x-forwarded-for", from);
        let answer = client.call(GET_INVITATION, &[header], &request).await;
        answer.unwrap().outcome()
    };
    let unknown = |number: u32| {
        let mut token = [7; 32];
        token[..4].copy_from_slice(&number.to_be_bytes());
        URL_SAFE_NO_PAD.encode(token)
    };
    let guesses = stream::iter(0..1_000).map(|number| get(HOME.1, unknown(number)));
    let outcomes: Vec<Result<(), Status>> = guesses.buffer_unordered(8).collect().await;
    for outcome in outcomes {
        let refused = outcome.refused();
        refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
    }
    let wait = is_held_up(get(HOME.1, invitation.clone()).await, "tokens");
    assert!((1..=4).contains(&wait), "{wait}");
    get("203.0.113.1", invitation).await.unwrap();

    // Another client at the address is refused too, but not a browser that has signed in.
    let known = browser.known.take();
    let refused = browser.refresh().await.outcome();
    is_held_up(refused, "tokens");
    browser.known = known;
    message::<RefreshResponse>(&browser.refresh().await);
}

/// Starts another auth beside that of a stack, and returns its address.
async fn another_auth(stack: &Stack, shutdown: CancellationToken) -> SocketAddr {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = AuthConfig {
        listen: any_port.into(),
        token_listen: any_port.into(),
        tls: None,
        database: DatabaseConfig {
            connect: stack.database.clone(),
            role: Some("kreis_auth".to_owned()),
            connections: 2,
        },
        signing_keys: vec![stack.directory.path().join("signing-key.pem")],
        secret: stack.secret.clone(),
        lifetimes: Lifetimes::default(),
        guess_bounds: GuessBounds::default(),
        lease: Duration::from_secs(3),
        longest_call: Duration::from_secs(10),
        calls_at_once: 64,
        reflection: false,
    };
    let bound = kreis_auth::bind(config, Metrics::default(), shutdown).await;
    let bound = bound.unwrap();
    tokio::spawn(bound.run);
    bound.addresses.calls
}

#[tokio::test(flavor = "multi_thread")]
async fn two_auths_count_by_themselves_and_know_the_same_browsers() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_in(&email).await;
    let shutdown = CancellationToken::new();
    let _stops = shutdown.clone().drop_guard();
    let other = another_auth(&stack, shutdown).await;
    let servers = [stack.addresses.auth, other];
    let clients = servers.map(|server| RawClient::http2(format!("http://{server}")));
    for client in &clients {
        let stranger = ("te", "trailers");
        for _ in 0..FREE_MISSES {
            is_wrong(sign_in(client, stranger, &email, WRONG).await);
        }
        is_held_up(sign_in(client, stranger, &email, PASSWORD).await, "account");
        let known = ("cookie", browser.known.as_deref().unwrap());
        sign_in(client, known, &email, PASSWORD).await.unwrap();
    }
}
