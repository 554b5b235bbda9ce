//! Signing in with a provider that fails, or at the hands of somebody else.

use std::time::{Duration, Instant};

use http::StatusCode;
use kreis_auth::GuessBounds;
use kreis_proto::auth::v1::{FinishSignOnRequest, FinishSignOnResponse};
use kreis_tests::{
    Answered, Stack,
    browser::{Browser, message},
    oidc_provider::{OidcProvider, Signing},
    raw::RawAnswer,
    single_sign_on::{FINISH, HOUSE, person, stack_with},
    stack::StackOptions,
};
use serde_json::{Value, json};
use tonic::Code;

use super::single_sign_on::is_refused;

fn is_signed_in(answer: &RawAnswer) {
    let _: FinishSignOnResponse = message(answer);
}

/// The reasons that the log has for refused sign-ins, once there are so many.
async fn reasons_until(stack: &Stack, count: usize) -> Vec<String> {
    let began = Instant::now();
    loop {
        let reasons = sqlx::query_scalar!(
            r#"select reason as "reason!" from auth.sign_in_log
            where activity = 'sign_in_refused' order by reason"#
        );
        let reasons = reasons.fetch_all(&stack.sql).await.unwrap();
        if reasons.len() >= count {
            return reasons;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{reasons:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_counts_once_and_only_in_the_browser_that_began_it() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let url = browser.begin(HOUSE).await;
    let sent = provider.sign_in(&url, person("17", &email));

    // Another browser, which began a sign-in of its own, and one that began none.
    let mut other = Browser::on(stack.url());
    other.begin(HOUSE).await;
    is_refused(&other.finish(&sent).await, "SIGN_ON_REFUSED");
    let mut none = Browser::on(stack.url());
    is_refused(&none.finish(&sent).await, "SIGN_ON_REFUSED");
    // They did not use the code up.
    is_signed_in(&browser.finish(&sent).await);
    let cookie = browser.cookie.clone();
    is_refused(&browser.finish(&sent).await, "SIGN_ON_REFUSED");
    assert_eq!(browser.cookie, cookie);

    // A `state` counts once, even if the provider gives another code for it.
    let again = provider.sign_in(&url, person("17", &email));
    is_refused(&browser.finish(&again).await, "SIGN_ON_REFUSED");
    for wrong in ["", "x", &sent.state[1..], &sent.state.to_lowercase()] {
        let mut forged = sent.clone();
        forged.state = wrong.to_owned();
        is_refused(&browser.finish(&forged).await, "SIGN_ON_REFUSED");
    }
    let reasons = reasons_until(&stack, 2).await;
    assert!(
        reasons.contains(&"sign_on_not_begun".to_owned()),
        "{reasons:?}"
    );
    assert!(reasons.contains(&"code_refused".to_owned()), "{reasons:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_of_a_browser_may_sign_in_at_once() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let urls = [browser.begin(HOUSE).await, browser.begin(HOUSE).await];
    for url in urls {
        let sent = provider.sign_in(&url, person("17", &email));
        is_signed_in(&browser.finish(&sent).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_of_one_provider_does_not_count_as_that_of_another() {
    let (first, second) = (OidcProvider::start().await, OidcProvider::start().await);
    let providers = [("first", &first), ("second", &second)];
    let stack = Stack::start_with(StackOptions {
        single_sign_on: OidcProvider::config(&providers, &[]),
        ..StackOptions::default()
    })
    .await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    // The second provider is hostile: it sends the browser back as if the first one had.
    let url = browser.begin("first").await;
    let mut sent = second.sign_in(&url, person("17", &email));
    is_refused(&browser.finish(&sent).await, "SIGN_ON_REFUSED");
    // Without its name, its code is shown to the first one, which knows it as little.
    assert_eq!(first.asked("/token"), 0);
    for issuer in ["", "https://accounts.example.org"] {
        sent.issuer = issuer.to_owned();
        is_refused(&browser.finish(&sent).await, "SIGN_ON_REFUSED");
    }
    assert_eq!((first.asked("/token"), second.asked("/token")), (0, 0));
    sent.issuer.clone_from(&first.issuer);
    is_refused(&browser.finish(&sent).await, "SIGN_ON_REFUSED");
    assert_eq!((first.asked("/token"), second.asked("/token")), (1, 0));
    let reasons = reasons_until(&stack, 2).await;
    assert_eq!(reasons, ["code_refused", "wrong_issuer"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_that_is_not_for_this_sign_in_is_refused() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let now = chrono::Utc::now().timestamp();
    let wrong: [(&str, Value); 11] = [
        ("nonce", json!("another")),
        ("nonce", json!(null)),
        ("iss", json!("https://accounts.example.org")),
        ("iss", json!(null)),
        ("aud", json!("another")),
        ("aud", json!(["kreis", "another"])),
        ("exp", json!(now - 60)),
        ("iat", json!(now + 300)),
        ("sub", json!(null)),
        ("sub", json!("x".repeat(256))),
        ("sub", json!("a\0b")),
    ];
    for (claim, value) in wrong {
        provider.fail(|faults| faults.claims = [(claim, value.clone())].into());
        let mut browser = Browser::on(stack.url());
        let answer = browser.try_sign_on(&provider, person("17", &email)).await;
        let refused = answer.outcome().refused();
        let reason = refused.status.code();
        // A token without a required claim is no token at all.
        let expected = [Code::Unauthenticated, Code::Unavailable];
        assert!(expected.contains(&reason), "{claim}: {value}: {refused:?}");
        assert_eq!(browser.cookie, None, "{claim}: {value}");
    }
    provider.heal();
    for signing in [Signing::HiddenKey, Signing::ClientSecret, Signing::Nothing] {
        provider.fail(|faults| faults.signing = signing);
        let mut browser = Browser::on(stack.url());
        let answer = browser.try_sign_on(&provider, person("17", &email)).await;
        is_refused(&answer, "SIGN_ON_REFUSED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_providers_clock_may_differ_by_half_a_minute() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    // Its tokens live five minutes, so one from 5 minutes and 25 s ago has expired 25 s ago.
    for (ahead, is_taken) in [(25, true), (-325, true), (40, false), (-340, false)] {
        provider.fail(|faults| faults.clock_ahead = ahead);
        let mut browser = Browser::on(stack.url());
        let answer = browser.try_sign_on(&provider, person("17", &email)).await;
        if is_taken {
            is_signed_in(&answer);
        } else {
            is_refused(&answer, "SIGN_ON_REFUSED");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_are_fetched_when_a_token_names_one_and_not_too_often() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_on(&provider, person("17", &email)).await;
    browser.sign_on(&provider, person("17", &email)).await;
    assert_eq!(provider.asked("/jwks"), 1);
    provider.rotate_key();
    browser.sign_on(&provider, person("17", &email)).await;
    assert_eq!(provider.asked("/jwks"), 2);
    // Tokens of keys that nobody knows cost the provider nothing for ten seconds.
    provider.fail(|faults| faults.signing = Signing::HiddenKey);
    for _ in 0..5 {
        let answer = browser.try_sign_on(&provider, person("17", &email)).await;
        is_refused(&answer, "SIGN_ON_REFUSED");
    }
    assert_eq!(provider.asked("/jwks"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_is_said_to_be_and_nothing_else_waits() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_on(&provider, person("17", &email)).await;
    let url = browser.begin(HOUSE).await;
    let sent = provider.sign_in(&url, person("17", &email));
    provider.stop();
    let answer = browser.finish(&sent).await;
    let refused = answer.outcome().refused();
    refused.with(Code::Unavailable, "PROVIDER_UNAVAILABLE");
    stack.sign_in(&email).await;

    // A server that starts while the provider is down.
    let late = stack_with(&provider, &[]).await;
    let mut browser = Browser::on(late.url());
    let refused = browser.try_begin(HOUSE).await.outcome().refused();
    refused.with(Code::Unavailable, "PROVIDER_UNAVAILABLE");
    assert_eq!(browser.options().await.providers.len(), 1);
    assert_eq!(reasons_until(&stack, 1).await, ["provider_unavailable"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_a_megabyte_and_one_that_never_comes_are_given_up() {
    let provider = OidcProvider::start().await;
    for path in ["/.well-known/openid-configuration", "/jwks"] {
        for is_huge in [true, false] {
            provider.heal();
            provider.fail(|faults| {
                faults.huge = is_huge.then_some(path);
                faults.hangs = (!is_huge).then_some(path);
            });
            let stack = stack_with(&provider, &[]).await;
            let mut browser = Browser::on(stack.url());
            let began = Instant::now();
            let refused = browser.try_begin(HOUSE).await.outcome().refused();
            refused.with(Code::Unavailable, "PROVIDER_UNAVAILABLE");
            assert!(began.elapsed() < Duration::from_secs(8), "{path}");
        }
    }
    provider.heal();
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    for path in ["/token", "/userinfo"] {
        for is_huge in [true, false] {
            provider.heal();
            provider.fail(|faults| {
                faults.tells_at_user_info = true;
                faults.huge = is_huge.then_some(path);
                faults.hangs = (!is_huge).then_some(path);
            });
            let mut browser = Browser::on(stack.url());
            let began = Instant::now();
            let answer = browser.try_sign_on(&provider, person("17", &email)).await;
            let refused = answer.outcome().refused();
            refused.with(Code::Unavailable, "PROVIDER_UNAVAILABLE");
            assert!(began.elapsed() < Duration::from_secs(8), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_at_once_wait_for_one_description_of_a_provider_that_hangs() {
    let provider = OidcProvider::start().await;
    provider.fail(|faults| faults.hangs = Some("/.well-known/openid-configuration"));
    let stack = stack_with(&provider, &[]).await;
    let began = Instant::now();
    let call = async |_| Browser::on(stack.url()).try_begin(HOUSE).await.status();
    for status in futures_util::future::join_all((0..8).map(call)).await {
        assert_eq!(status.code(), Code::Unavailable);
    }
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_to_a_provider_that_hangs_are_bounded_and_others_go_on() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let mut sent = Vec::new();
    for _ in 0..24 {
        let mut browser = Browser::on(stack.url());
        let url = browser.begin(HOUSE).await;
        sent.push((browser, provider.sign_in(&url, person("17", &email))));
    }
    provider.fail(|faults| faults.hangs = Some("/token"));
    let calls = sent
        .into_iter()
        .map(async |(mut browser, sent)| browser.finish(&sent).await.status());
    let others = async {
        let began = Instant::now();
        stack.sign_in(&email).await;
        assert!(began.elapsed() < Duration::from_secs(3));
    };
    let (statuses, ()) = tokio::join!(futures_util::future::join_all(calls), others);
    let codes = |code| {
        statuses
            .iter()
            .filter(|status| status.code() == code)
            .count()
    };
    assert_eq!(codes(Code::Unavailable), 16, "{statuses:?}");
    assert_eq!(codes(Code::ResourceExhausted), 8, "{statuses:?}");
    assert_eq!(provider.asked("/token"), 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_required_way_of_identifying_people_is_asked_for_and_checked() {
    let provider = OidcProvider::start().await;
    let settings = [
        ("KREIS_OIDC_HOUSE_ACR_VALUES", "urn:house:strong"),
        ("KREIS_OIDC_HOUSE_AMR_VALUES", "mfa,hwk"),
    ];
    let stack = stack_with(&provider, &settings).await;
    let (email, user_id) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let url = browser.begin(HOUSE).await;
    assert!(url.contains("acr_values=urn%3Ahouse%3Astrong"), "{url}");
    assert!(url.contains("amr"), "{url}");
    for (acr, amr, is_taken) in [
        (json!("urn:house:strong"), json!(["pwd", "hwk"]), true),
        (json!("urn:house:strong"), json!(["pwd"]), false),
        (json!("urn:house:weak"), json!(["mfa"]), false),
        (json!(null), json!(null), false),
    ] {
        provider.fail(|faults| faults.claims = [("acr", acr), ("amr", amr)].into());
        let answer = browser.try_sign_on(&provider, person("17", &email)).await;
        if is_taken {
            let session: FinishSignOnResponse = message(&answer);
            assert_eq!(session.user.unwrap().id, user_id);
        } else {
            is_refused(&answer, "SIGN_ON_REFUSED");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_neither_begins_nor_finishes_a_sign_in() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let url = browser.begin(HOUSE).await;
    let sent = provider.sign_in(&url, person("17", &email));
    browser.headers = vec![
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ];
    assert_eq!(browser.finish(&sent).await.http, StatusCode::FORBIDDEN);
    assert_eq!(browser.try_begin(HOUSE).await.http, StatusCode::FORBIDDEN);
    browser.headers = vec![("sec-fetch-site", "same-origin")];
    is_signed_in(&browser.finish(&sent).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_any_length_and_bytes_is_refused_before_the_provider_is_asked() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let mut browser = Browser::on(stack.url());
    for code in [String::new(), "x".repeat(5_000)] {
        let finish = FinishSignOnRequest {
            code,
            ..FinishSignOnRequest::default()
        };
        let answer = browser.call(FINISH, &finish, &[]).await;
        let refused = answer.outcome().refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["code"]);
    }
    assert_eq!(provider.asked("/token"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_make_up_answers_are_held_up() {
    let provider = OidcProvider::start().await;
    let stack = Stack::start_with(StackOptions {
        single_sign_on: OidcProvider::config(&[(HOUSE, &provider)], &[]),
        guess_bounds: GuessBounds {
            tokens_per_address: 10,
            ..GuessBounds::default()
        },
        ..StackOptions::default()
    })
    .await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let url = browser.begin(HOUSE).await;
    let mut sent = provider.sign_in(&url, person("17", &email));
    sent.code = "made up".to_owned();
    let mut refused = None;
    for _ in 0..20 {
        let status = browser.finish(&sent).await.status();
        if status.code() == Code::ResourceExhausted {
            refused = Some(Err::<(), _>(status).refused());
            break;
        }
    }
    let refused = refused.expect("made-up codes come to an end");
    refused.with(Code::ResourceExhausted, "TOO_MANY_GUESSES");
}
