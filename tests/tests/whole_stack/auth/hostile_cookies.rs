//! Session cookies that were cut, mixed up or stolen, and requests that other sites cause.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use http::{Method, StatusCode, header};
use kreis_proto::{
    auth::v1::{LogoutResponse, RefreshRequest, RefreshResponse},
    org::v1::User,
};
use kreis_tests::{
    Answered, Stack,
    browser::{Browser, LOGIN, LOGOUT, REFRESH, message, set_cookies},
    raw::{RawAnswer, RawClient, framed},
};
use prost::Message;
use tonic::Code;

const OTHER_SITE: (&str, &str) = ("sec-fetch-site", "cross-site");

fn is_refused(answer: &RawAnswer) {
    let refused = answer.outcome().refused();
    refused.with(Code::Unauthenticated, "SESSION_ENDED");
}

fn user_of(renewed: RefreshResponse) -> Option<i64> {
    renewed.user.map(|User { id, .. }| id)
}

/// A browser that has signed in as a new user, with the user's id and the access token.
async fn signed_in(stack: &Stack) -> (Browser, i64, String) {
    let (email, user) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let session = browser.sign_in(&email).await;
    (browser, user, session.access_token)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_was_cut_or_mixed_with_another_renews_and_ends_nothing() {
    let stack = Stack::start().await;
    let (mut browser, ..) = signed_in(&stack).await;
    let (mut other, ..) = signed_in(&stack).await;
    let genuine = browser.cookie.clone().unwrap();
    let (name, value) = genuine.split_once('=').unwrap();
    let bytes = |cookie: &str| {
        let (_, value) = cookie.split_once('=').unwrap();
        URL_SAFE_NO_PAD.decode(value).unwrap()
    };
    // A token begins with the 16 bytes of its session's id and the 4 of its generation.
    let own = bytes(&genuine);
    let others = bytes(other.cookie.as_deref().unwrap());
    let mixed = [&others[..16], &own[16..]].concat();
    let ahead = [&own[..16], &[0, 0, 0, 9], &own[20..]].concat();
    for wrong in [
        value[..value.len() / 2].to_owned(),
        value[4..].to_owned(),
        URL_SAFE_NO_PAD.encode(&own[..51]),
        URL_SAFE_NO_PAD.encode(mixed),
        URL_SAFE_NO_PAD.encode(ahead),
        format!("\"{value}\""),
    ] {
        browser.cookie = Some(format!("{name}={wrong}"));
        is_refused(&browser.refresh().await);
    }
    browser.cookie = Some(genuine);
    browser.renewed().await;
    other.renewed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_of_a_deactivated_user_renews_nothing_for_good() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (mut browser, user, _) = signed_in(&stack).await;
    gatekeeper.deactivate(user).await.unwrap();
    is_refused(&browser.refresh().await);
    gatekeeper.reactivate(user).await.unwrap();
    is_refused(&browser.refresh().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_tabs_that_renew_at_once_get_one_and_the_same_cookie() {
    let stack = Stack::start().await;
    let (mut browser, user, _) = signed_in(&stack).await;
    let cookie = browser.cookie.clone().unwrap();
    let headers = [
        ("content-type", "application/grpc-web+proto"),
        ("sec-fetch-site", "same-origin"),
        ("cookie", cookie.as_str()),
    ];
    let body = framed(&RefreshRequest::default().encode_to_vec());
    let tabs = (0..50).map(|_| {
        browser
            .client
            .send(Method::POST, REFRESH, &headers, body.clone())
    });
    let mut next = BTreeSet::new();
    for answer in join_all(tabs).await {
        let answer = answer.unwrap();
        // A refusal has its status in the headers.
        if answer.headers.contains_key("grpc-status") {
            // On a busy machine, some wait too long for their turn.
            let refused = answer.outcome().refused();
            assert!(refused.says_when_to_retry(), "{}", refused.status);
            continue;
        }
        assert_eq!(user_of(message(&answer)), Some(user));
        next.insert(set_cookies(&answer)[0][0].clone());
    }
    assert_eq!(next.len(), 1, "{next:?}");
    browser.cookie = next.pop_first();
    browser.renewed().await;
    let gatekeeper = stack.gatekeeper().await;
    assert_eq!(gatekeeper.sessions(Some(user)).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_beside_the_token_of_another_user_renews_its_own_session_and_ends_none() {
    let stack = Stack::start().await;
    let (mut browser, user, _) = signed_in(&stack).await;
    let (_, other_user, others_token) = signed_in(&stack).await;
    let bearer = format!("Bearer {others_token}");
    let beside = [("authorization", bearer.as_str())];
    let refresh = RefreshRequest::default();
    let answer = browser.call(REFRESH, &refresh, &beside).await;
    assert_eq!(user_of(message(&answer)), Some(user));

    // Signing out ends the session of the token; the cookie is that of another one and stays.
    let cookie = browser.cookie.clone();
    let answer = browser.sign_out(&others_token).await;
    message::<LogoutResponse>(&answer);
    assert_eq!(set_cookies(&answer), [[""; 0]; 0]);
    assert_eq!(browser.cookie, cookie);
    assert_eq!(user_of(browser.renewed().await), Some(user));
    let other = stack.anonymous().with_token(others_token);
    let refused = other.me().await.map(|me| me.id == other_user).refused();
    assert_eq!(refused.status.code(), Code::Unauthenticated);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_an_image_a_script_and_a_socket_of_another_site_do_nothing() {
    let stack = Stack::start().await;
    let (mut browser, _, token) = signed_in(&stack).await;
    let cookie = browser.cookie.clone().unwrap();
    let bearer = format!("Bearer {token}");
    let web = ("content-type", "application/grpc-web+proto");
    let evil = ("origin", "https://evil.example");
    let kinds = |kind| ("content-type", kind);
    let (form, text, multipart) = (
        kinds("application/x-www-form-urlencoded"),
        kinds("text/plain"),
        kinds("multipart/form-data; boundary=x"),
    );
    let navigate = ("sec-fetch-mode", "navigate");
    let upgrade = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let preflight = [
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    let frame = framed(&RefreshRequest::default().encode_to_vec());
    for path in [REFRESH, LOGOUT] {
        for (method, headers) in [
            (Method::POST, vec![form, evil, OTHER_SITE, navigate]),
            (Method::POST, vec![text, evil, OTHER_SITE, navigate]),
            (
                Method::POST,
                vec![multipart, ("origin", "null"), OTHER_SITE],
            ),
            (
                Method::POST,
                vec![web, evil, OTHER_SITE, ("sec-fetch-mode", "cors")],
            ),
            (Method::POST, vec![web, evil]),
            (
                Method::POST,
                vec![web, evil, ("sec-fetch-site", "same-site")],
            ),
            (Method::GET, vec![OTHER_SITE, ("sec-fetch-dest", "image")]),
            (Method::GET, vec![("accept", "image/avif,image/*")]),
            (Method::GET, [&upgrade[..], &[evil, OTHER_SITE]].concat()),
            (Method::GET, [&upgrade[..], &[evil]].concat()),
            (
                Method::OPTIONS,
                [&preflight[..], &[evil, OTHER_SITE]].concat(),
            ),
        ] {
            let mut headers = headers;
            headers.push(("cookie", &cookie));
            headers.push(("authorization", &bearer));
            let sent = browser
                .client
                .send(method.clone(), path, &headers, frame.clone());
            let answer = sent.await.unwrap();
            assert_eq!(
                answer.http,
                StatusCode::FORBIDDEN,
                "{method} {path} {headers:?}"
            );
            for name in [header::SET_COOKIE, header::ACCESS_CONTROL_ALLOW_ORIGIN] {
                assert!(!answer.headers.contains_key(&name), "{method} {headers:?}");
            }
        }
    }
    // Signing in reads no session, and a form cannot send the type of a call.
    for kind in [form, text, multipart] {
        let headers = [kind, evil, OTHER_SITE];
        let client = RawClient::http1(stack.url());
        let answer = client.send(Method::POST, LOGIN, &headers, frame.clone());
        let answer = answer.await.unwrap();
        assert_eq!(answer.http, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
    assert_eq!(browser.cookie.as_ref(), Some(&cookie));
    stack.anonymous().with_token(token).me().await.unwrap();
    browser.renewed().await;
}
