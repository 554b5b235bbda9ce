//! Mails about sign-ins with a browser or program that has not signed in to the account before.

use kreis_proto::auth::v1::{LoginRequest, SessionRenewal};
use kreis_tests::{
    Stack,
    browser::{Browser, LOGIN},
    mail_server::MailServer,
    people::new_user,
    raw::RawClient,
    stack::{PASSWORD, StackOptions},
};
use prost::Message;

use super::mail::{outbox, stack_with, wait_until_empty};

const HOME: (&str, &str) = ("x-forwarded-for", "203.0.113.7");

/// A system behind a proxy that names the address of each caller.
async fn behind_proxy(mail: &MailServer) -> Stack {
    Stack::start_with(StackOptions {
        gateway: vec![("KREIS_TRUSTED_PROXIES", "127.0.0.1".into())],
        mail: Some(mail.config()),
        ..StackOptions::default()
    })
    .await
}

/// A browser at home that knows nobody.
fn new_browser(stack: &Stack) -> Browser {
    let mut browser = Browser::on(stack.url());
    browser.headers.push(HOME);
    browser
}

/// Signs in as a program does.
async fn sign_in_by_program(stack: &Stack, email: &str, address: &str, user_agent: &str) {
    let login = LoginRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        renewal: SessionRenewal::Token.into(),
    };
    let headers = [("x-forwarded-for", address), ("user-agent", user_agent)];
    let client = RawClient::http2(stack.url());
    let answer = client.call(LOGIN, &headers, &login.encode_to_vec()).await;
    assert_eq!(answer.unwrap().status().code(), tonic::Code::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_new_browser_is_told_once_with_its_address_and_never_the_first_one() {
    let mail = MailServer::start();
    let stack = behind_proxy(&mail).await;
    let (email, _) = stack.person(false).await;
    let mut first = new_browser(&stack);
    first.sign_in(&email).await;
    first.sign_in(&email).await;
    let mut second = new_browser(&stack);
    second.headers.pop();
    second.headers.push(("x-forwarded-for", "2001:db8::7"));
    for _ in 0..3 {
        let session = second.sign_in(&email).await;
        second.sign_out(&session.access_token).await;
    }
    first.sign_in(&email).await;
    let told = mail.first_mail().await;
    assert_eq!(told.to, [email.as_str()]);
    assert_eq!(told.header("Subject"), "New sign-in to kreis");
    assert!(told.text.contains("2001:db8::7"), "{}", told.text);
    // Another browser, at the same address and with the same name.
    new_browser(&stack).sign_in(&email).await;
    let told = mail.wait_for(2).await.remove(1);
    assert!(told.text.contains(HOME.1), "{}", told.text);
    wait_until_empty(&stack.sql).await;
    assert_eq!(outbox(&stack.sql).await, ["new_browser sent"; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_accepts_an_invitation_is_not_told_of_that_browser_and_of_the_next_one() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let gatekeeper = stack.gatekeeper().await;
    let user = gatekeeper
        .create_user(new_user("Ida", "ida@example.org"))
        .await
        .unwrap();
    let invitation = gatekeeper.invite(user.id).await.unwrap();
    let anonymous = stack.anonymous();
    anonymous.accept(&invitation, PASSWORD).await.unwrap();
    assert_eq!(outbox(&stack.sql).await, [""; 0]);
    Browser::on(stack.url()).sign_in("ida@example.org").await;
    mail.first_mail().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_once_for_each_address_and_each_name() {
    let mail = MailServer::start();
    let stack = behind_proxy(&mail).await;
    let (email, _) = stack.person(false).await;
    for (address, name) in [
        ("198.51.100.1", "import/1"),
        ("198.51.100.1", "import/1"),
        ("198.51.100.2", "import/1"),
        ("198.51.100.1", "curl/8"),
        ("198.51.100.2", "import/1"),
    ] {
        sign_in_by_program(&stack, &email, address, name).await;
    }
    wait_until_empty(&stack.sql).await;
    assert_eq!(outbox(&stack.sql).await, ["new_browser sent"; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_gets_five_such_mails_an_hour_and_none_is_lost_while_the_server_is_away() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (email, _) = stack.person(false).await;
    mail.set_fault("busy");
    for _ in 0..8 {
        Browser::on(stack.url()).sign_in(&email).await;
    }
    mail.set_fault("");
    mail.wait_for(5).await;
    wait_until_empty(&stack.sql).await;
    assert_eq!(outbox(&stack.sql).await, ["new_browser sent"; 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_older_than_the_log_has_no_first_sign_in() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (email, user_id) = stack.person(false).await;
    sqlx::query!(
        "update org.users set create_time = now() - interval '401 days' where id = $1",
        user_id
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    Browser::on(stack.url()).sign_in(&email).await;
    mail.first_mail().await;
}
