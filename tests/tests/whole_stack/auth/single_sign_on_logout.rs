//! The end of sessions that began with a provider.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use kreis_proto::auth::v1::{
    FinishSignOnResponse, LogoutResponse, SignInActivity as Activity, SignInReason as Reason,
};
use kreis_tests::{
    Actor, Answered, Stack,
    browser::{Browser, message},
    oidc_provider::{CLIENT_ID, OidcProvider, PUBLIC_URL},
    raw::RawClient,
    single_sign_on::{person, post_logout, stack_with},
    stack::wait_until_serving,
};
use serde_json::{Value, json};
use tonic::Code;

use super::sign_in_log::entries_of;

/// How long a revocation may take until every server knows it.
const SPREAD: Duration = Duration::from_secs(1);

/// A browser that signed in while the provider had a session with this id.
async fn signed_in(
    stack: &Stack,
    provider: &OidcProvider,
    person: Value,
    session: &str,
) -> (Browser, Actor) {
    let mut claims = person;
    claims["sid"] = session.into();
    let mut browser = Browser::on(stack.url());
    let session: FinishSignOnResponse = browser.sign_on(provider, claims).await;
    let actor = stack.anonymous().with_token(session.access_token);
    (browser, actor)
}

async fn is_out(actor: &Actor) {
    let refused = actor.me().await.refused();
    refused.with(Code::Unauthenticated, "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_token_ends_the_session_that_it_names_on_every_gateway() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let gatekeeper = stack.gatekeeper().await;
    let other = stack.another_gateway().await;
    wait_until_serving(other).await;
    let (email, user_id) = stack.person(false).await;
    let ida = person("17", &email);
    let (mut browser, actor) = signed_in(&stack, &provider, ida.clone(), "a").await;
    let (_, kept) = signed_in(&stack, &provider, ida, "b").await;

    let token = provider.logout_token(&[("sub", json!("17")), ("sid", json!("a"))]);
    assert_eq!(post_logout(&stack.url(), &token).await, StatusCode::OK);
    // The gateway that answered knows it already.
    is_out(&actor).await;
    let elsewhere = actor.at(kreis_tests::stack::channel(other));
    let began = Instant::now();
    while elsewhere.me().await.is_ok() {
        assert!(began.elapsed() < SPREAD);
    }
    let refused = browser.refresh().await.outcome().refused();
    refused.with(Code::Unauthenticated, "SESSION_ENDED");
    kept.me().await.unwrap();
    let ended = entries_of(&gatekeeper, user_id).await.pop().unwrap();
    assert_eq!(ended.activity(), Activity::SessionEnded);
    assert_eq!(ended.reason(), Reason::SignedOutAtProvider);
    // A token counts once.
    let again = post_logout(&stack.url(), &token).await;
    assert_eq!(again, StatusCode::BAD_REQUEST);
    kept.me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_token_without_a_session_ends_all_sessions_of_the_person_and_no_others() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let (other_email, _) = stack.person(false).await;
    let (_, first) = signed_in(&stack, &provider, person("17", &email), "a").await;
    let (_, second) = signed_in(&stack, &provider, person("17", &email), "b").await;
    let (_, other) = signed_in(&stack, &provider, person("18", &other_email), "a").await;
    let with_password = stack.sign_in(&email).await;
    let token = provider.logout_token(&[("sub", json!("17"))]);
    assert_eq!(post_logout(&stack.url(), &token).await, StatusCode::OK);
    is_out(&first).await;
    is_out(&second).await;
    other.me().await.unwrap();
    with_password.me().await.unwrap();
    // The session alone is enough too.
    let token = provider.logout_token(&[("sid", json!("a"))]);
    assert_eq!(post_logout(&stack.url(), &token).await, StatusCode::OK);
    is_out(&other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_token_that_is_not_valid_ends_nothing() {
    let (provider, stranger) = (OidcProvider::start().await, OidcProvider::start().await);
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let (_, actor) = signed_in(&stack, &provider, person("17", &email), "a").await;
    let now = chrono::Utc::now().timestamp();
    let sub = ("sub", json!("17"));
    for wrong in [
        ("iss", json!("https://accounts.example.org")),
        ("aud", json!("another")),
        ("exp", json!(now - 60)),
        ("exp", json!(null)),
        ("iat", json!(now - 3_600)),
        ("iat", json!(now + 300)),
        ("jti", json!(null)),
        ("nonce", json!("x")),
        (
            "events",
            json!({ "http://schemas.openid.net/event/other": {} }),
        ),
        ("events", json!(null)),
        ("sub", json!(null)),
        ("sub", json!("a\0b")),
        ("sid", json!("x".repeat(256))),
    ] {
        let token = provider.logout_token(&[sub.clone(), wrong.clone()]);
        let status = post_logout(&stack.url(), &token).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong:?}");
    }
    // Signed by another, in the name of the provider.
    let issuer = ("iss", json!(provider.issuer));
    let forged = stranger.logout_token(&[sub.clone(), issuer]);
    let unsigned = {
        let token = provider.logout_token(&[sub]);
        let (rest, _) = token.rsplit_once('.').unwrap();
        format!("{rest}.")
    };
    let own = actor.token();
    for token in [
        forged.as_str(),
        unsigned.as_str(),
        own,
        "",
        "a.b.c",
        CLIENT_ID,
    ] {
        let status = post_logout(&stack.url(), token).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{token}");
    }
    actor.me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_takes_logout_tokens_only_as_a_small_form() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let client = RawClient::http1(stack.url());
    let form = "application/x-www-form-urlencoded";
    for (content_type, body, expected) in [
        (
            "application/json",
            "{}".to_owned(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (form, "token=x".to_owned(), StatusCode::BAD_REQUEST),
        (form, String::new(), StatusCode::BAD_REQUEST),
        (
            form,
            format!("logout_token={}", "x".repeat(1_000_000)),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let headers = [("content-type", content_type)];
        let answer = client.send(Method::POST, "/back-channel-logout", &headers, body);
        let answer = answer.await.unwrap();
        assert_eq!(answer.http, expected);
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_names_the_page_where_the_browser_signs_out_at_the_provider() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let session = browser.sign_on(&provider, person("17", &email)).await;
    let answer: LogoutResponse = message(&browser.sign_out(&session.access_token).await);
    let url: url::Url = answer.provider_logout_url.parse().unwrap();
    assert!(
        url.as_str()
            .starts_with(&format!("{}/logout?", provider.issuer))
    );
    let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let expected = [
        ("client_id", CLIENT_ID.to_owned()),
        ("post_logout_redirect_uri", format!("{PUBLIC_URL}/")),
    ];
    assert_eq!(
        parameters,
        expected.map(|(name, value)| (name.to_owned(), value))
    );
    assert_eq!(browser.cookie, None);

    // A provider that is down does not keep anybody signed in.
    let session = browser.sign_on(&provider, person("17", &email)).await;
    provider.stop();
    let _: LogoutResponse = message(&browser.sign_out(&session.access_token).await);
    is_out(&stack.anonymous().with_token(session.access_token)).await;

    let session = browser.sign_in(&email).await;
    let answer: LogoutResponse = message(&browser.sign_out(&session.access_token).await);
    assert_eq!(answer.provider_logout_url, "");
}
