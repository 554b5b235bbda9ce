//! Limits on guessing passwords and tokens.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kreis_auth::{FREE_MISSES, GuessBounds};
use kreis_proto::{
    auth::v1::{GetInvitationRequest, IssueTokenRequest, RefreshResponse},
    org::v1::ServiceAccess,
};
use kreis_service::service_key::ServiceKey;
use kreis_tests::{
    Answered, Refused, Stack,
    browser::{Browser, message},
    flood::sign_in,
    people::new_user,
    raw::RawClient,
    service_accounts::new_service_account,
    stack::{PASSWORD, StackOptions},
};
use prost::Message;
use sqlx::{Connection, Executor, PgConnection};
use tonic::{Code, Status};
use tonic_types::StatusExt;

pub(super) const WRONG: &str = "a wrong password";
const ISSUE_TOKEN: &str = "/kreis.auth.v1.AuthService/IssueToken";
const GET_INVITATION: &str = "/kreis.auth.v1.AuthService/GetInvitation";
/// An address of the documentation's network, behind the trusted proxy of the tests.
pub(super) const HOME: (&str, &str) = ("x-forwarded-for", "198.51.100.7");

/// With a first wait that does not end during a test, also on a busy machine.
pub(super) fn long_wait() -> GuessBounds {
    GuessBounds {
        first_wait: Duration::from_mins(5),
        ..GuessBounds::default()
    }
}

pub(super) async fn with(guess_bounds: GuessBounds) -> Stack {
    Stack::start_with(StackOptions {
        guess_bounds,
        ..StackOptions::default()
    })
    .await
}

/// A system behind a trusted proxy, so that a test can call from any address.
pub(super) async fn behind_proxy(guess_bounds: GuessBounds) -> Stack {
    Stack::start_with(StackOptions {
        gateway: vec![("KREIS_TRUSTED_PROXIES", "127.0.0.1".to_owned())],
        guess_bounds,
        ..StackOptions::default()
    })
    .await
}

/// Fails unless a guess is refused at once, by this limit. Returns the wait in seconds.
#[track_caller]
pub(super) fn is_held_up<T: std::fmt::Debug>(outcome: Result<T, Status>, limit: &str) -> u64 {
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
pub(super) fn is_wrong<T: std::fmt::Debug>(outcome: Result<T, Status>) {
    let refused = outcome.refused();
    refused.with(Code::Unauthenticated, "SIGN_IN_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_misses_the_wait_doubles_until_the_right_password() {
    let first_wait = Duration::from_secs(3);
    let stack = with(GuessBounds {
        first_wait,
        ..GuessBounds::default()
    })
    .await;
    let (email, user_id) = stack.person(false).await;
    let anonymous = stack.anonymous();
    let attempt = async |password: &str| {
        let actor = anonymous.sign_in(&email, password).await;
        actor.map(|actor| actor.user_id)
    };
    let mut last = Instant::now();
    for _ in 0..FREE_MISSES {
        last = Instant::now();
        is_wrong(attempt(WRONG).await);
    }
    for wait in [first_wait, 2 * first_wait] {
        // Neither the right password nor many attempts change the wait.
        for password in [PASSWORD, WRONG, WRONG] {
            let held_up = attempt(password).await;
            // A busy machine may take as long as the wait for the miss before.
            if last.elapsed() < wait {
                let told = is_held_up(held_up, "account");
                assert!(told <= wait.as_secs(), "{told}");
                assert!(
                    told >= wait.saturating_sub(last.elapsed()).as_secs(),
                    "{told}"
                );
            }
        }
        tokio::time::sleep(wait.saturating_sub(last.elapsed())).await;
        tokio::time::sleep(wait / 10).await;
        last = Instant::now();
        is_wrong(attempt(WRONG).await);
    }
    tokio::time::sleep(4 * first_wait + first_wait / 10).await;
    assert_eq!(attempt(PASSWORD).await.unwrap(), user_id);
    for _ in 0..FREE_MISSES {
        is_wrong(attempt(WRONG).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_email_is_held_up_like_every_other() {
    let stack = with(long_wait()).await;
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
        assert!((1..=300).contains(&wait_of(&refused)), "{email}");
        let text = refused.status.message();
        texts.push(text.replace(|letter: char| letter.is_ascii_digit(), ""));
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
async fn a_current_password_is_guessed_five_times_and_others_sign_in() {
    let stack = with(long_wait()).await;
    let (email, _) = stack.person(false).await;
    let actor = stack.sign_in(&email).await;
    let new = "another battery staple";
    let change = async |current: &str| actor.change_password(current, new).await.map(drop);
    for _ in 0..FREE_MISSES {
        let refused = change(WRONG).await.refused();
        refused.with(Code::PermissionDenied, "PASSWORD_REFUSED");
    }
    is_held_up(change(PASSWORD).await, "account");
    stack.sign_in(&email).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_shows_many_unknown_tokens_is_held_up() {
    let bounds = GuessBounds {
        tokens_per_address: 10,
        ..GuessBounds::default()
    };
    let stack = behind_proxy(bounds).await;
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
    for number in 0..10 {
        let refused = get(HOME.1, unknown(number)).await.refused();
        refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
    }
    let wait = is_held_up(get(HOME.1, invitation.clone()).await, "tokens");
    assert!((1..=360).contains(&wait), "{wait}");
    get("203.0.113.1", invitation).await.unwrap();

    // Another client at the address is refused too, but not a browser that has signed in.
    let known = browser.known.take();
    let refused = browser.refresh().await.outcome();
    is_held_up(refused, "tokens");
    browser.known = known;
    message::<RefreshResponse>(&browser.refresh().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_shows_many_unknown_keys_is_held_up() {
    let bounds = GuessBounds {
        tokens_per_address: 10,
        ..GuessBounds::default()
    };
    let stack = behind_proxy(bounds).await;
    let gatekeeper = stack.gatekeeper().await;
    let new = new_service_account("Payroll", ServiceAccess::Read, &[]);
    let account = gatekeeper.create_service_account(new).await.unwrap();
    let good = gatekeeper.add_service_key(account.id).await.unwrap().key;

    let client = RawClient::http2(stack.url());
    let issue = async |from: &str, key: &str| {
        let key = key.to_owned();
        let request = IssueTokenRequest { key }.encode_to_vec();
        let header = ("x-forwarded-for", from);
        let answer = client.call(ISSUE_TOKEN, &[header], &request).await;
        answer.unwrap().outcome()
    };
    for _ in 0..10 {
        issue(HOME.1, &good).await.unwrap();
        let unknown = ServiceKey::random().unwrap();
        let refused = issue(HOME.1, unknown.text()).await.refused();
        refused.with(Code::Unauthenticated, "SERVICE_KEY_REFUSED");
    }
    is_held_up(issue(HOME.1, &good).await, "tokens");
    issue("203.0.113.1", &good).await.unwrap();
}
