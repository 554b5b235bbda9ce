//! How often one address may ask for a link for a forgotten password.

use kreis_auth::GuessBounds;
use kreis_proto::auth::v1::{RequestPasswordResetRequest, RequestPasswordResetResponse};
use kreis_tests::{
    Answered, Stack,
    browser::{Browser, message},
    mail_server::MailServer,
    raw::RawClient,
    stack::StackOptions,
};
use prost::Message;
use sqlx::{Connection, Executor, PgConnection};
use tonic::{Code, Status};

use super::guessing::is_held_up;

const ASK: &str = "/kreis.auth.v1.AuthService/RequestPasswordReset";
/// Links that one address may ask for in an hour.
const LIMIT: u32 = 6;

async fn stack_with(mail: &MailServer) -> Stack {
    Stack::start_with(StackOptions {
        gateway: vec![("KREIS_TRUSTED_PROXIES", "127.0.0.1".into())],
        mail: Some(mail.config()),
        guess_bounds: GuessBounds {
            resets_per_address: LIMIT,
            ..GuessBounds::default()
        },
        ..StackOptions::default()
    })
    .await
}

fn for_email(email: &str) -> RequestPasswordResetRequest {
    RequestPasswordResetRequest {
        email: email.to_owned(),
    }
}

async fn ask(client: &RawClient, address: &str, email: &str) -> Result<(), Status> {
    let headers = [("x-forwarded-for", address)];
    let message = for_email(email).encode_to_vec();
    let answer = client.call(ASK, &headers, &message).await.unwrap();
    answer.outcome()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_often_waits_for_known_and_unknown_emails_alike() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (known, _) = stack.person(false).await;
    let client = RawClient::http2(stack.url());
    // Nobody can look up an e-mail, so the limit is reached before the database.
    let mut holder = PgConnection::connect_with(&stack.database).await.unwrap();
    let mut transaction = holder.begin().await.unwrap();
    transaction
        .execute("lock table org.users, auth.accounts in access exclusive mode")
        .await
        .unwrap();
    for number in 0..LIMIT {
        let email = format!("nobody{number}@example.org");
        ask(&client, "2001:db8:0:1::1", &email).await.unwrap();
    }
    let mut refusals = Vec::new();
    for email in ["nobody@example.org", &known, "", "no address"] {
        // Another address of the same subscriber.
        let refused = ask(&client, "2001:db8:0:1::2", email).await;
        let status = refused.clone().refused().status;
        refusals.push((status.code(), status.message().to_owned()));
        is_held_up(refused, "resets");
    }
    let code = refusals[0].0;
    assert!(refusals.iter().all(|refusal| refusal.0 == code));
    transaction.rollback().await.unwrap();
    // Other addresses are not held up.
    ask(&client, "2001:db8:0:2::1", &known).await.unwrap();
    assert_eq!(mail.first_mail().await.to, [known]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_signed_in_before_asks_though_strangers_at_its_address_asked_too_often() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (email, _) = stack.person(false).await;
    let home = ("x-forwarded-for", "203.0.113.7");
    let mut browser = Browser::on(stack.url());
    browser.headers.push(home);
    let session = browser.sign_in(&email).await;
    browser.sign_out(&session.access_token).await;
    let client = RawClient::http2(stack.url());
    for _ in 0..LIMIT {
        ask(&client, home.1, "nobody@example.org").await.unwrap();
    }
    is_held_up(ask(&client, home.1, &email).await, "resets");
    for _ in 0..LIMIT {
        let answer = browser.call(ASK, &for_email(&email), &[]).await;
        message::<RequestPasswordResetResponse>(&answer);
    }
    // It is held up by itself.
    let answer = browser.call(ASK, &for_email(&email), &[]).await;
    let refused = answer.outcome().refused();
    refused.with(Code::ResourceExhausted, "TOO_MANY_GUESSES");
}
