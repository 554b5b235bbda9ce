//! Browsers keep the refresh token of their session in a cookie.

use bytes::Bytes;
use http::{Method, StatusCode, header};
use kreis_proto::{
    auth::v1::{
        LoginRequest, LoginResponse, LogoutRequest, LogoutResponse, RefreshRequest,
        RefreshResponse, SessionRenewal,
    },
    org::v1::{GetMeRequest, User},
};
use kreis_tests::{
    Answered, Stack,
    browser::{Browser, LOGIN, LOGOUT, REFRESH, message, set_cookies},
    raw::{RawAnswer, RawClient},
    stack::{PASSWORD, StackOptions},
};
use tonic::Code;

const GET_ME: &str = "/kreis.org.v1.UserService/GetMe";

/// What a trusted proxy adds that received the request over TLS.
const OVER_TLS: (&str, &str) = ("x-forwarded-proto", "https");
/// The default of `KREIS_SESSION_IDLE_SECONDS`.
const IDLE_SECONDS: i64 = 43_200;

fn is_refused(answer: &RawAnswer) {
    let refused = answer.outcome().refused();
    refused.with(Code::Unauthenticated, "SESSION_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_the_refresh_token_in_a_cookie_that_scripts_cannot_read() {
    let stack = Stack::start_with(StackOptions {
        gateway: vec![("KREIS_TRUSTED_PROXIES", "127.0.0.1".to_owned())],
        ..StackOptions::default()
    })
    .await;
    let (email, _) = stack.person(false).await;
    for (proxy, prefix, secure) in [
        (None, "kreis-session=", false),
        (Some(OVER_TLS), "__Host-kreis-session=", true),
    ] {
        let mut browser = Browser::on(stack.url());
        browser.headers.extend(proxy);
        let login = LoginRequest {
            email: email.clone(),
            password: PASSWORD.to_owned(),
            renewal: SessionRenewal::Cookie.into(),
        };
        let answer = browser.call(LOGIN, &login, &[]).await;
        let session: LoginResponse = message(&answer);
        assert_eq!(session.refresh_token, "");
        let cookie = set_cookies(&answer).remove(0);
        assert!(cookie[0].starts_with(prefix), "{cookie:?}");
        for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.iter().any(|part| part == attribute), "{cookie:?}");
        }
        assert_eq!(cookie.iter().any(|part| part == "Secure"), secure);
        assert!(!cookie.iter().any(|part| part.starts_with("Domain")));
        let age = cookie.iter().find_map(|part| part.strip_prefix("Max-Age="));
        let age: i64 = age.unwrap().parse().unwrap();
        assert!((IDLE_SECONDS - 60..=IDLE_SECONDS).contains(&age), "{age}");

        let renewed = browser.renewed().await;
        assert_eq!(renewed.refresh_token, "");
        assert_eq!(renewed.user.unwrap().email, email);
        // Each name counts only where it belongs.
        browser.cookie = browser.cookie.map(|cookie| {
            let (_, value) = cookie.split_once('=').unwrap();
            let other = if secure {
                "kreis-session"
            } else {
                "__Host-kreis-session"
            };
            format!("{other}={value}")
        });
        is_refused(&browser.refresh().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_changes_with_each_renewal_and_tabs_may_renew_at_once() {
    let stack = Stack::start().await;
    let (email, user) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_in(&email).await;
    let first = browser.cookie.clone();
    let renewed = browser.renewed().await;
    let second = browser.cookie.clone();
    assert_ne!(first, second);
    let actor = stack.anonymous().with_token(renewed.access_token);
    assert_eq!(actor.me().await.unwrap().id, user);

    // Another tab sent the cookie from before.
    browser.cookie = first;
    browser.renewed().await;
    assert_eq!(browser.cookie, second);
    browser.renewed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_is_none_renews_nothing_and_one_among_others_does() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_in(&email).await;
    let own = browser.cookie.clone().unwrap();
    for wrong in [
        "kreis-session=",
        "kreis-session",
        "other=1",
        "kreis-session=%00",
        &own[..own.len() - 1],
    ] {
        browser.cookie = Some(wrong.to_owned());
        is_refused(&browser.refresh().await);
    }
    browser.cookie = None;
    is_refused(&browser.refresh().await);
    // Other sites on the same domain may set any bytes, and even the same name.
    for others in ["a=1", "town=Zürich", "kreis-session=x", "broken", ""] {
        let own = browser.cookie.clone().unwrap_or_else(|| own.clone());
        let own = own.rsplit("; ").next().unwrap().to_owned();
        browser.cookie = Some(format!("{others}; {own}"));
        browser.renewed().await;
    }

    // HTTP/2 sends each cookie in a header of its own.
    browser.client = RawClient::http2(stack.url());
    let cookie = browser.cookie.take().unwrap();
    let headers = [("cookie", "a=1"), ("cookie", cookie.as_str())];
    let answer = browser
        .call(REFRESH, &RefreshRequest::default(), &headers)
        .await;
    message::<RefreshResponse>(&answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_renews_and_ends_no_session() {
    let named = ("KREIS_CORS_ORIGINS", "https://named.example".to_owned());
    let stack = Stack::start_with(StackOptions {
        gateway: vec![named],
        ..StackOptions::default()
    })
    .await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let session = browser.sign_in(&email).await;
    let cookie = browser.cookie.clone();
    let bearer = format!("Bearer {}", session.access_token);
    let own = stack.url();
    for foreign in [
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ][..],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://named.example"),
        ],
        &[("sec-fetch-site", "same-site")],
        // A link or an image.
        &[("sec-fetch-site", "none")],
        // Browsers send no `sec-fetch-site` to plain HTTP beyond loopback.
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
    ] {
        browser.headers.clear();
        for path in [REFRESH, LOGOUT] {
            let mut headers = foreign.to_vec();
            headers.push(("authorization", &bearer));
            let answer = browser
                .call(path, &RefreshRequest::default(), &headers)
                .await;
            assert_eq!(answer.http, StatusCode::FORBIDDEN, "{path} {foreign:?}");
            assert!(!answer.headers.contains_key(header::SET_COOKIE));
        }
        // A form sends no gRPC.
        let form = [
            ("content-type", "text/plain"),
            ("cookie", cookie.as_deref().unwrap()),
        ];
        let headers = [&form[..], foreign].concat();
        let answer = browser
            .client
            .send(Method::POST, REFRESH, &headers, Bytes::new());
        assert_eq!(answer.await.unwrap().http, StatusCode::FORBIDDEN);
    }
    assert_eq!(browser.cookie, cookie);
    let actor = stack.anonymous().with_token(session.access_token);
    actor.me().await.unwrap();
    let headers = [("origin", own.as_str())];
    let answer = browser
        .call(REFRESH, &RefreshRequest::default(), &headers)
        .await;
    message::<RefreshResponse>(&answer);

    // A page of a named origin has no cookie here, and may sign out what it signed in.
    (browser.cookie, browser.known) = (None, None);
    let headers = [
        ("origin", "https://named.example"),
        ("sec-fetch-site", "cross-site"),
        ("authorization", &bearer),
    ];
    let answer = browser.call(LOGOUT, &LogoutRequest {}, &headers).await;
    message::<LogoutResponse>(&answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_removes_the_cookie_of_the_session_alone() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let (other_email, other_user) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let session = browser.sign_in(&email).await;
    // Another person signs in with the same browser, in another tab.
    let other = browser.sign_in(&other_email).await;
    let others_cookie = browser.cookie.clone();
    let answer = browser.sign_out(&session.access_token).await;
    message::<LogoutResponse>(&answer);
    assert_eq!(browser.cookie, others_cookie);
    assert_eq!(browser.renewed().await.user.unwrap().id, other_user);

    let answer = browser.sign_out(&other.access_token).await;
    assert!(
        set_cookies(&answer)
            .remove(0)
            .contains(&"Max-Age=0".to_owned())
    );
    assert_eq!(browser.cookie, None);
    is_refused(&browser.refresh().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_alone_calls_no_other_rpc_and_a_token_in_the_message_goes_first() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let (other_email, other_user) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_in(&email).await;
    let answer = browser.call(GET_ME, &GetMeRequest {}, &[]).await;
    answer
        .outcome()
        .refused()
        .with(Code::Unauthenticated, "UNAUTHENTICATED");

    let cookie = browser.cookie.clone();
    let anonymous = stack.anonymous();
    let others = anonymous.begin_session(&other_email, PASSWORD).await;
    let refresh = RefreshRequest {
        refresh_token: others.unwrap().refresh_token,
    };
    let renewed: RefreshResponse = message(&browser.call(REFRESH, &refresh, &[]).await);
    assert_eq!(renewed.user.map(|User { id, .. }| id), Some(other_user));
    assert!(!renewed.refresh_token.is_empty());
    assert_eq!(browser.cookie, cookie);
}
