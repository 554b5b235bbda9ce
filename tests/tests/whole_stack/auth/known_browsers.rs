//! Browsers that have signed in before are not held up by strangers who guess.

use std::{net::SocketAddr, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kreis_auth::{AuthConfig, FREE_MISSES, GuessBounds, Lifetimes};
use kreis_database::DatabaseConfig;
use kreis_proto::auth::v1::{LoginRequest, LoginResponse};
use kreis_server::metrics::Metrics;
use kreis_tests::{
    Answered, Stack,
    browser::{Browser, LOGIN, message, set_cookies},
    flood::sign_in,
    raw::RawClient,
    stack::PASSWORD,
};
use tokio_util::sync::CancellationToken;
use tonic::Code;

use super::guessing::{HOME, WRONG, behind_proxy, is_held_up, is_wrong, long_wait, with};

/// An address of its own for each number.
fn address(number: u32) -> String {
    let [_, a, b, c] = number.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_signed_in_before_is_not_held_up_by_strangers() {
    let bounds = GuessBounds {
        per_address: 20,
        whole: 40,
        ..long_wait()
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
    // On a busy machine one more may be allowed by then.
    let until_held_up = async |limit: &str, addresses: &dyn Fn(u32) -> String| {
        for number in 0..50 {
            let email = format!("{limit}{number}@example.org");
            let outcome = attempt(&addresses(number), &email).await;
            if outcome
                .as_ref()
                .is_err_and(|status| status.code() == Code::ResourceExhausted)
            {
                return is_held_up(outcome, limit);
            }
            is_wrong(outcome);
        }
        panic!("{limit}: nobody is held up");
    };
    until_held_up("address", &|_| HOME.1.to_owned()).await;
    until_held_up("whole", &address).await;

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
async fn the_cookie_of_a_known_browser_names_nobody_and_holds_several_persons() {
    let stack = behind_proxy(long_wait()).await;
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
        guess_bounds: long_wait(),
        mail: None,
        single_sign_on: None,
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
    let stack = with(long_wait()).await;
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
