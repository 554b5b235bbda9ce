//! Passwords that the operator has switched off.

use kreis_auth::GuessBounds;
use kreis_tests::{
    Answered, Stack,
    browser::Browser,
    mail_server::{Mail, MailServer},
    oidc_provider::OidcProvider,
    single_sign_on::{HOUSE, person, stack_with},
    stack::{PASSWORD, StackOptions},
};
use tonic::Code;

use super::guessing::is_held_up;

const CHOSEN: &str = "another battery staple";
const RESET: &str = "Forgotten password for kreis";
const OFF: (&str, &str) = ("KREIS_PASSWORDS", "off");

fn are_off<T: std::fmt::Debug>(answer: Result<T, tonic::Status>) {
    let refused = answer.refused();
    refused.with(Code::FailedPrecondition, "PASSWORDS_OFF");
}

/// A stack on which passwords are off, and a gatekeeper who has signed in with the provider.
async fn with_linked_gatekeeper(provider: &OidcProvider) -> (Stack, Browser, String) {
    let stack = stack_with(provider, &[OFF]).await;
    let (email, _) = stack.person(true).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_on(provider, person("1", &email)).await;
    (stack, browser, email)
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_let_nobody_in_once_a_gatekeeper_can_sign_in_with_a_provider() {
    let provider = OidcProvider::start().await;
    let (stack, mut browser, gatekeeper) = with_linked_gatekeeper(&provider).await;
    assert!(browser.options().await.passwords_off);
    let (email, user_id) = stack.person(false).await;
    for email in [gatekeeper.as_str(), email.as_str(), "nobody@example.org"] {
        are_off(stack.anonymous().sign_in(email, PASSWORD).await.map(drop));
        are_off(stack.anonymous().sign_in(email, "wrong").await.map(drop));
    }
    let session = browser.sign_on(&provider, person("1", &gatekeeper)).await;
    let actor = stack.anonymous().with_token(session.access_token);
    are_off(actor.change_password(PASSWORD, CHOSEN).await.map(drop));
    let invitation = actor.invite(user_id).await.unwrap();
    are_off(actor.accept(&invitation, CHOSEN).await.map(drop));
    // A session goes on.
    browser.renewed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_gatekeeper_without_a_linked_account_is_not_locked_out() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[OFF]).await;
    let (email, _) = stack.person(true).await;
    let (user, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    assert!(!browser.options().await.passwords_off);
    stack.sign_in(&email).await;
    are_off(stack.anonymous().sign_in(&user, PASSWORD).await.map(drop));
    // A linked user who is no gatekeeper changes nothing.
    browser.sign_on(&provider, person("2", &user)).await;
    let gatekeeper = stack.sign_in(&email).await;

    browser.sign_on(&provider, person("1", &email)).await;
    assert!(browser.options().await.passwords_off);
    are_off(stack.anonymous().sign_in(&email, PASSWORD).await.map(drop));

    // Once the linked gatekeeper is none any more, the other one may use the password again.
    let (second, second_id) = stack.person(true).await;
    are_off(stack.anonymous().sign_in(&second, PASSWORD).await.map(drop));
    let session = browser.sign_on(&provider, person("3", &second)).await;
    let second = stack.anonymous().with_token(session.access_token);
    second.deactivate(gatekeeper.user_id).await.unwrap();
    let first = sqlx::query!(
        "update org.users set gatekeeper = false where id = $1",
        second_id
    );
    first.execute(&stack.sql).await.unwrap();
    let (third, _) = stack.person(true).await;
    stack.sign_in(&third).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_often_waits_before_the_database_is_asked_about_the_switch() {
    let (provider, mail) = (OidcProvider::start().await, MailServer::start());
    let stack = Stack::start_with(StackOptions {
        single_sign_on: OidcProvider::config(&[(HOUSE, &provider)], &[OFF]),
        mail: Some(mail.config()),
        guess_bounds: GuessBounds {
            resets_per_address: 2,
            ..GuessBounds::default()
        },
        ..StackOptions::default()
    })
    .await;
    let (gatekeeper, _) = stack.person(true).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_on(&provider, person("1", &gatekeeper)).await;
    let anonymous = stack.anonymous();
    let ask = || anonymous.request_password_reset(&gatekeeper);
    are_off(ask().await);
    are_off(ask().await);
    is_held_up(ask().await, "resets");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_no_gatekeeper_is_linked_only_gatekeepers_choose_a_password() {
    let (provider, mail) = (OidcProvider::start().await, MailServer::start());
    let stack = Stack::start_with(StackOptions {
        single_sign_on: OidcProvider::config(&[(HOUSE, &provider)], &[OFF]),
        mail: Some(mail.config()),
        ..StackOptions::default()
    })
    .await;
    let gatekeeper = stack.gatekeeper().await;
    let (user, user_id) = stack.person(false).await;
    let (other, other_id) = stack.person(true).await;
    let anonymous = stack.anonymous();

    let invitation = gatekeeper.invite(user_id).await.unwrap();
    are_off(anonymous.accept(&invitation, CHOSEN).await.map(drop));
    anonymous.invitation(&invitation).await.unwrap();
    let invitation = gatekeeper.invite(other_id).await.unwrap();
    let accepted = anonymous.accept(&invitation, CHOSEN).await.unwrap();
    let accepted = anonymous.with_token(accepted.access_token);

    // The answer is the same, and only the gatekeeper gets a mail.
    anonymous.request_password_reset(&user).await.unwrap();
    anonymous.request_password_reset(&other).await.unwrap();
    let mut sent = Vec::new();
    while !sent
        .iter()
        .any(|mail: &Mail| mail.header("Subject") == RESET)
    {
        sent = mail.wait_for(sent.len() + 1).await;
    }
    let to_user = |mail: &&Mail| mail.header("Subject") == RESET && mail.to == [user.as_str()];
    assert_eq!(sent.iter().filter(to_user).count(), 0);

    let mut browser = Browser::on(stack.url());
    let session = browser.sign_on(&provider, person("2", &user)).await;
    let linked = anonymous.with_token(session.access_token);
    are_off(linked.change_password(PASSWORD, CHOSEN).await.map(drop));
    accepted.change_password(CHOSEN, PASSWORD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_at_a_provider_that_is_configured_no_more_lets_nobody_in() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[OFF]).await;
    let (email, user_id) = stack.person(true).await;
    let (_, former) = stack.person(true).await;
    let linked = sqlx::query!(
        "with gone as (update auth.accounts set password_hash = null where user_id = $1)
        insert into auth.linked_identities (user_id, issuer, subject)
        values ($1, 'https://gone.example.org', 'x')",
        former
    );
    linked.execute(&stack.sql).await.unwrap();
    let gatekeeper = stack.sign_in(&email).await;
    let mut browser = Browser::on(stack.url());
    assert!(!browser.options().await.passwords_off);
    let last = gatekeeper.deactivate(user_id).await.refused();
    last.with(Code::FailedPrecondition, "LAST_GATEKEEPER");
}
