//! "Forgot your password?"

use std::time::{Duration, SystemTime};

use http::Method;
use kreis_proto::auth::v1::RequestPasswordResetRequest;
use kreis_tests::{
    Actor, Answered, Stack,
    mail_server::MailServer,
    people::new_user,
    raw::RawClient,
    stack::{PASSWORD, channel},
};
use sqlx::{Connection, Executor, PgConnection};
use tonic::Code;

use super::mail::{outbox, stack_with, wait_until_empty};

const CHOSEN: &str = "a password of my own";

/// Asks for a link and returns its token.
async fn asked(stack: &Stack, mail: &MailServer, email: &str) -> String {
    let before = mail.links_to(email).len();
    stack
        .anonymous()
        .request_password_reset(email)
        .await
        .unwrap();
    mail.wait_for_link(email, before + 1).await
}

async fn opens_nothing(stack: &Stack, token: &str) {
    let anonymous = stack.anonymous();
    let refused = anonymous.invitation(token).await.map(drop).refused();
    refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
    let refused = anonymous.accept(token, CHOSEN).await.map(drop).refused();
    refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_forgot_their_password_sets_another_one_by_the_link_in_a_mail() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (email, user_id) = stack.person(false).await;
    let before = stack.sign_in(&email).await;
    let anonymous = stack.anonymous();
    let typed = format!("  {} ", email.to_uppercase());
    anonymous.request_password_reset(&typed).await.unwrap();
    let sent = mail.first_mail().await;
    assert_eq!(sent.header("Subject"), "Forgotten password for kreis");
    assert_eq!(sent.to, [email.as_str()]);
    let token = sent.token();
    // A request alone changes nothing.
    before.me().await.unwrap();

    let link = anonymous.invitation(&token).await.unwrap();
    assert!(link.has_password);
    let ends = SystemTime::try_from(link.expire_time.unwrap()).unwrap();
    let life = ends.duration_since(SystemTime::now()).unwrap();
    assert!(
        (Duration::from_mins(29)..=Duration::from_mins(30)).contains(&life),
        "{life:?}"
    );
    let session = anonymous.accept(&token, CHOSEN).await.unwrap();
    let refused = before.me().await.refused();
    refused.with(Code::Unauthenticated, "UNAUTHENTICATED");
    let now = anonymous.with_token(session.access_token);
    assert_eq!(now.me().await.unwrap().id, user_id);
    opens_nothing(&stack, &token).await;
    let old = anonymous.sign_in(&email, PASSWORD).await;
    let refused = old.map(|actor| actor.user_id).refused();
    refused.with(Code::Unauthenticated, "SIGN_IN_REFUSED");
    anonymous.sign_in(&email, CHOSEN).await.map(drop).unwrap();

    let told = mail.wait_for(2).await.remove(1);
    assert_eq!(
        told.header("Subject"),
        "Your password for kreis has changed"
    );
    let logged = sqlx::query_scalar!(
        "select activity from org.changes where user_id = $1 and actor_id = $1",
        user_id
    );
    assert_eq!(
        logged.fetch_all(&stack.sql).await.unwrap(),
        ["password_reset"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_is_the_same_for_everybody_and_only_users_with_a_password_get_a_mail() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let gatekeeper = stack.gatekeeper().await;
    let (known, _) = stack.person(false).await;
    let (inactive, inactive_id) = stack.person(false).await;
    gatekeeper.deactivate(inactive_id).await.unwrap();
    let without_password = "ida@example.org";
    gatekeeper
        .create_user(new_user("Ida", without_password))
        .await
        .unwrap();
    let anonymous = stack.anonymous();
    let mut answers = Vec::new();
    for email in [
        inactive.as_str(),
        without_password,
        "nobody@example.org",
        "",
        "no address",
        "ida@example.org\r\nBcc: all@example.org",
        "a\0b@example.org",
        &"x".repeat(5_000),
        known.as_str(),
    ] {
        let ask = RequestPasswordResetRequest {
            email: email.to_owned(),
        };
        let answer = anonymous.auth().request_password_reset(ask).await.unwrap();
        let mut names: Vec<_> = answer
            .metadata()
            .as_ref()
            .keys()
            .map(|name| name.as_str().to_owned())
            .collect();
        names.sort();
        answers.push((names, answer.into_inner()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    // Requests are looked up in their order.
    assert_eq!(mail.first_mail().await.to, [known]);
    wait_until_empty(&stack.sql).await;
    assert_eq!(outbox(&stack.sql).await, ["password_reset sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_comes_before_anything_is_looked_up() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (known, _) = stack.person(false).await;
    // While this lock is held, nobody can look up an e-mail.
    let mut holder = PgConnection::connect_with(&stack.database).await.unwrap();
    let mut transaction = holder.begin().await.unwrap();
    transaction
        .execute("lock table org.users, auth.accounts in access exclusive mode")
        .await
        .unwrap();
    let anonymous = stack.anonymous();
    for email in [known.as_str(), "nobody@example.org"] {
        anonymous.request_password_reset(email).await.unwrap();
    }
    assert_eq!(mail.offered(), Vec::<String>::new());
    transaction.rollback().await.unwrap();
    assert_eq!(mail.first_mail().await.to, [known]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_gets_three_links_an_hour_and_only_the_newest_opens() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (email, _) = stack.person(false).await;
    let (other, _) = stack.person(false).await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(asked(&stack, &mail, &email).await);
    }
    for _ in 0..5 {
        let anonymous = stack.anonymous();
        anonymous.request_password_reset(&email).await.unwrap();
    }
    // Requests are looked up in their order.
    asked(&stack, &mail, &other).await;
    let to: Vec<String> = mail.mails().into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(to, [&*email, &*email, &*email, &*other]);
    for token in &tokens[..2] {
        opens_nothing(&stack, token).await;
    }
    stack.anonymous().accept(&tokens[2], CHOSEN).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_after_half_an_hour_and_with_whatever_ends_the_sessions() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let gatekeeper = stack.gatekeeper().await;

    let (email, _) = stack.person(false).await;
    let token = asked(&stack, &mail, &email).await;
    sqlx::query!("update auth.password_resets set expire_time = clock_timestamp()")
        .execute(&stack.sql)
        .await
        .unwrap();
    opens_nothing(&stack, &token).await;

    let (email, user_id) = stack.person(false).await;
    let token = asked(&stack, &mail, &email).await;
    gatekeeper.deactivate(user_id).await.unwrap();
    opens_nothing(&stack, &token).await;
    gatekeeper.reactivate(user_id).await.unwrap();
    opens_nothing(&stack, &token).await;

    let (email, _) = stack.person(false).await;
    let person = stack.sign_in(&email).await;
    let token = asked(&stack, &mail, &email).await;
    person.change_password(PASSWORD, CHOSEN).await.unwrap();
    opens_nothing(&stack, &token).await;

    let (email, _) = stack.person(false).await;
    let person = stack.sign_in(&email).await;
    let token = asked(&stack, &mail, &email).await;
    person.sign_out_everywhere().await.unwrap();
    opens_nothing(&stack, &token).await;

    let (email, user_id) = stack.person(false).await;
    let token = asked(&stack, &mail, &email).await;
    gatekeeper.withdraw_invitation(user_id).await.unwrap();
    opens_nothing(&stack, &token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_ask_for_a_link_end_no_invitation_and_no_session() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (gatekeeper, (email, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    let person = stack.sign_in(&email).await;
    let invitation = gatekeeper.invite(user_id).await.unwrap();
    asked(&stack, &mail, &email).await;
    person.me().await.unwrap();
    stack.anonymous().accept(&invitation, CHOSEN).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_a_link_never_uses_it_up_and_of_two_who_use_it_one_wins() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (email, _) = stack.person(false).await;
    let token = asked(&stack, &mail, &email).await;
    // A scanner follows the link, even with the part that browsers keep to themselves.
    let scanner = RawClient::http1(stack.url());
    for path in ["/invitation".to_owned(), format!("/invitation?{token}")] {
        for method in [Method::HEAD, Method::GET] {
            scanner.send(method, &path, &[], "").await.unwrap();
        }
    }
    for _ in 0..3 {
        stack.anonymous().invitation(&token).await.unwrap();
    }
    let racers = (0..2).map(|_| {
        let actor = Actor::new(channel(stack.addresses.gateway), None, 0);
        let token = token.clone();
        tokio::spawn(async move { actor.accept(&token, CHOSEN).await })
    });
    let mut winners = 0;
    for racer in racers.collect::<Vec<_>>() {
        match racer.await.unwrap() {
            Ok(_) => winners += 1,
            refused => {
                let refused = refused.map(drop).refused();
                refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
            }
        }
    }
    assert_eq!(winners, 1);
}
