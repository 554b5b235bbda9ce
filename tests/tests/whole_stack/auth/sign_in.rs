//! Signing in and out: who may, with which passwords, and what a refused caller learns.

use std::time::{Duration, Instant, SystemTime};

use kreis_auth::GuessBounds;
use kreis_proto::auth::v1::LoginRequest;
use kreis_tests::{
    Actor, Answered, Stack,
    people::new_user,
    raw::{RawAnswer, RawClient},
    stack::{PASSWORD, StackOptions, channel},
};
use prost::Message;
use tokio_util::sync::CancellationToken;
use tonic::Code;
use tonic_types::StatusExt;

const LOGIN: &str = "/kreis.auth.v1.AuthService/Login";

/// A new user with this password, which they set themselves.
async fn person_with_password(stack: &Stack, password: &str) -> String {
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    let invitation = gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.accept(&invitation, password).await.unwrap();
    email
}

/// Fails unless the login is refused like every other wrong one.
async fn does_not_sign_in(stack: &Stack, email: &str, password: &str) {
    stack
        .anonymous()
        .sign_in(email, password)
        .await
        .map(|actor| actor.user_id)
        .refused()
        .with(Code::Unauthenticated, "SIGN_IN_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_answers_the_user_and_a_token_that_opens_the_rest() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    // Names whose order in a database depends on the locale.
    for name in ["zebra", "Ärzte", "HR", "alpha", "Beta"] {
        let circle = gatekeeper.create_circle(name).await.unwrap();
        gatekeeper.add_member(circle.id, user_id).await.unwrap();
    }
    for written in [
        email.clone(),
        email.to_uppercase(),
        format!(" \u{a0}{email}\t "),
    ] {
        let login = LoginRequest {
            email: written,
            password: PASSWORD.to_owned(),
            ..LoginRequest::default()
        };
        let anonymous = stack.anonymous();
        let session = anonymous.auth().login(login).await.unwrap().into_inner();
        let user = session.user.unwrap();
        assert_eq!(user.id, user_id);
        assert_eq!(user.email, email);
        let ends = SystemTime::try_from(session.expire_time.unwrap()).unwrap();
        let life = ends.duration_since(SystemTime::now()).unwrap();
        assert!(
            (Duration::from_mins(4)..=Duration::from_mins(5)).contains(&life),
            "{life:?}"
        );
        let signed_in = anonymous.with_token(session.access_token);
        assert_eq!(signed_in.me().await.unwrap(), user);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refused_sign_in_gets_the_same_response() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (wrong, _) = stack.person(false).await;
    let (inactive, inactive_id) = stack.person(false).await;
    gatekeeper.deactivate(inactive_id).await.unwrap();
    let invited = gatekeeper
        .create_user(new_user("Ida", "ida@example.org"))
        .await
        .unwrap();
    gatekeeper.invite(invited.id).await.unwrap();

    let client = RawClient::http2(stack.url());
    let endless = "x".repeat(5_000);
    let mut answers = Vec::new();
    for (email, password) in [
        ("nobody@example.org", PASSWORD),
        (wrong.as_str(), "correct horse batterz"),
        (wrong.as_str(), ""),
        (wrong.as_str(), "short"),
        (wrong.as_str(), " correct horse battery"),
        (inactive.as_str(), PASSWORD),
        (inactive.as_str(), "wrong"),
        (invited.email.as_str(), PASSWORD),
        (invited.email.as_str(), ""),
        ("", ""),
        ("no e-mail at all", PASSWORD),
        ("nul\0@example.org", PASSWORD),
        (endless.as_str(), PASSWORD),
    ] {
        let message = LoginRequest {
            email: email.to_owned(),
            password: password.to_owned(),
            ..LoginRequest::default()
        };
        let answer = client
            .call(LOGIN, &[], &message.encode_to_vec())
            .await
            .unwrap();
        let refused = answer.outcome().refused();
        refused.with(Code::Unauthenticated, "SIGN_IN_REFUSED");
        answers.push((email, without_what_varies(&answer)));
    }
    for (email, answer) in &answers {
        assert_eq!(answer, &answers[0].1, "{email}");
    }
}

/// A response without call id and date, and the length of its parts.
fn without_what_varies(answer: &RawAnswer) -> String {
    let status = answer.status();
    let mut info = status.get_details_error_info().unwrap();
    let call_id = info.metadata.insert("call_id".to_owned(), String::new());
    let headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .map(|(name, value)| {
            let varies = ["date", "kreis-call-id", "grpc-status-details-bin"];
            let value = value.to_str().unwrap();
            let value = if varies.contains(&name.as_str()) {
                format!("{} bytes", value.len())
            } else {
                value.to_owned()
            };
            (name.to_string(), value)
        })
        .collect();
    format!(
        "{} {headers:?} {:?} {:?} {} {info:?} {}",
        answer.http,
        answer.body,
        answer.trailers,
        status.message(),
        call_id.unwrap().len(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_taken_exactly_in_any_script_and_composition() {
    let stack = Stack::start().await;
    let longest = format!("a sentence that is long enough, {}", "ü".repeat(496));
    assert_eq!(longest.len(), 1024);
    for password in [
        "  spaces  around   it  ",
        "correct horse battery staple correct horse battery staple 12345!",
        "пароль из букв",
        "🦄🐢🦊🐙🦉🐝🦋🐌🐞🦀🐡🐧",
        "before\0after the nul",
        longest.as_str(),
    ] {
        let email = person_with_password(&stack, password).await;
        let anonymous = stack.anonymous();
        assert!(
            anonymous.sign_in(&email, password).await.is_ok(),
            "{password}"
        );
        let mut characters = password.chars();
        characters.next_back();
        does_not_sign_in(&stack, &email, characters.as_str()).await;
    }
    let email = person_with_password(&stack, "before\0after the nul").await;
    does_not_sign_in(&stack, &email, "before").await;
    does_not_sign_in(&stack, &email, "before\0something else").await;
    let email = person_with_password(&stack, "  spaces  around   it  ").await;
    for other in [
        "spaces  around   it",
        "  spaces around it  ",
        "  SPACES  around   it  ",
    ] {
        does_not_sign_in(&stack, &email, other).await;
    }

    let (composed, decomposed) = (
        "Zürich grüsst Genève",
        "Zu\u{308}rich gru\u{308}sst Gene\u{300}ve",
    );
    let email = person_with_password(&stack, decomposed).await;
    for password in [composed, decomposed] {
        assert!(stack.anonymous().sign_in(&email, password).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_beyond_a_kilobyte_is_refused_before_any_work() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let anonymous = stack.anonymous();
    let sign_in = async |length: usize| {
        let outcome = anonymous.sign_in(&email, &"x".repeat(length)).await;
        outcome.map(|actor| actor.user_id).refused()
    };
    sign_in(1024)
        .await
        .with(Code::Unauthenticated, "SIGN_IN_REFUSED");
    for length in [1025, 8_000] {
        let refused = sign_in(length)
            .await
            .with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["password"], "{length}");
    }
    sign_in(1_000_000)
        .await
        .with(Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
    // More concurrent calls than hashing permits: none of them waits in the queue.
    let long = (0..100).map(|_| sign_in(8_000));
    for refused in futures_util::future::join_all(long).await {
        refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_are_no_message() {
    let stack = Stack::start().await;
    let client = RawClient::http2(stack.url());
    // Fields 1 and 2, each with two bytes that are not valid UTF-8.
    for message in [
        &[0x0a, 2, 0xff, 0xfe][..],
        &[0x12, 2, 0xff, 0xfe],
        &[0x0a, 200, 1],
        &[0xff; 16],
    ] {
        let answer = client.call(LOGIN, &[], message).await.unwrap();
        answer
            .outcome()
            .refused()
            .with(Code::InvalidArgument, "MALFORMED_MESSAGE");
    }
}

/// So many users who cannot sign in: deactivated, or without a password.
async fn people_without_access(stack: &Stack, prefix: &str, active: bool) -> Vec<String> {
    sqlx::query!(
        "with new as (
            insert into org.users (
                first_name, last_name, display_name, display_name_key, email, email_key, active
            )
            select 'Ida', 'Muster', $1 || n, $1 || n, $1 || n || '@example.org',
                $1 || n || '@example.org', $2
            from generate_series(1, 100) n
            returning id
        )
        insert into auth.accounts (user_id, password_hash)
        select n.id, a.password_hash
        from new n
        left join lateral (
            select password_hash from auth.accounts
            where not $2 and password_hash is not null
            limit 1
        ) a on true",
        prefix,
        active,
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    (1..=100)
        .map(|number| format!("{prefix}{number}@example.org"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_logins_is_turned_away_and_other_calls_go_on() {
    let stack = Stack::start_with(StackOptions {
        guess_bounds: GuessBounds {
            per_address: 1_000,
            ..GuessBounds::default()
        },
        ..StackOptions::default()
    })
    .await;
    let gatekeeper = stack.gatekeeper().await;
    let unknown = (1..=100).map(|number| format!("nobody{number}@example.org"));
    let inactive = people_without_access(&stack, "inactive", false).await;
    let invited = people_without_access(&stack, "invited", true).await;

    let over = CancellationToken::new();
    let others = tokio::spawn(call_until(gatekeeper, over.clone()));
    // Each kind by itself. Unknown users and users without a password must cost a hash too;
    // otherwise they would never overload the queue.
    for emails in [unknown.collect(), inactive, invited] {
        let kind = emails[0].clone();
        let logins = emails.into_iter().map(|email| {
            let server = stack.addresses.gateway;
            tokio::spawn(async move {
                let actor = Actor::new(channel(server), None, 0);
                let outcome = actor.sign_in(&email, "a wrong password").await;
                outcome.map(|actor| actor.user_id).refused()
            })
        });
        let mut turned_away = 0;
        for login in logins.collect::<Vec<_>>() {
            let refused = login.await.unwrap();
            if refused.status.code() == Code::ResourceExhausted {
                assert!(refused.says_when_to_retry());
                refused.with(Code::ResourceExhausted, "OVERLOADED");
                turned_away += 1;
            } else {
                refused.with(Code::Unauthenticated, "SIGN_IN_REFUSED");
            }
        }
        assert!((1..100).contains(&turned_away), "{kind}: {turned_away}");
    }
    over.cancel();
    let calls = others.await.unwrap();
    assert!(calls > 0, "no call was made meanwhile");
    let (email, _) = stack.person(false).await;
    assert!(stack.anonymous().sign_in(&email, PASSWORD).await.is_ok());
}

/// Calls `GetMe` again and again, and returns how often. Every call must succeed.
async fn call_until(actor: Actor, over: CancellationToken) -> u32 {
    let mut calls = 0;
    while !over.is_cancelled() {
        actor.me().await.expect("others do not notice a flood");
        calls += 1;
    }
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_out_session_is_refused_by_every_server_and_others_continue() {
    let stack = Stack::start().await;
    let second = stack.another_gateway().await;
    let (email, _) = stack.person(true).await;
    let ended = stack.sign_in(&email).await;
    let other = stack.sign_in(&email).await;
    let everywhere = [second, stack.addresses.org, stack.addresses.gateway];
    // Used before, so that the servers have cached the token.
    for server in everywhere {
        ended.at(channel(server)).me().await.unwrap();
    }
    ended.sign_out().await.unwrap();
    let signed_out = Instant::now();
    ended
        .me()
        .await
        .refused()
        .with(Code::Unauthenticated, "UNAUTHENTICATED");
    for server in everywhere {
        let there = ended.at(channel(server));
        while there.me().await.is_ok() {
            assert!(signed_out.elapsed() < Duration::from_secs(3), "{server}");
        }
    }
    ended
        .sign_out()
        .await
        .refused()
        .with(Code::Unauthenticated, "UNAUTHENTICATED");
    other.me().await.unwrap();
    assert!(stack.anonymous().sign_in(&email, PASSWORD).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_the_previous_release_continues_and_can_sign_out() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let session = stack.sign_in(&email).await;
    // That release kept no row of it.
    sqlx::query!("delete from auth.sessions")
        .execute(&stack.sql)
        .await
        .unwrap();
    session.me().await.unwrap();
    assert_eq!(session.sessions(None).await.unwrap(), []);
    session.sign_out().await.unwrap();
    let refused = session.me().await.map(drop).refused();
    assert_eq!(refused.status.code(), Code::Unauthenticated);
}
