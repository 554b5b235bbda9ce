//! Mail servers that misbehave, and servers of kreis that die or compete.

use std::{collections::BTreeSet, time::Duration};

use http::Method;
use kreis_tests::{
    Answered, Stack,
    mail_server::{MailServer, PUBLIC_URL},
    people::new_user,
    process::lasting_port,
    raw::RawClient,
    server::Server,
    stack::StackOptions,
};
use tonic::Code;

use super::mail::{outbox, stack_with, wait_until_empty};

const CHOSEN: &str = "a password of my own";

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_waits_for_a_server_that_is_down_busy_or_hangs() {
    let mut mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let gatekeeper = stack.gatekeeper().await;
    for (number, fault) in ["stopped", "busy", "hang", "hang before taking"]
        .into_iter()
        .enumerate()
    {
        let (email, user_id) = stack.person(false).await;
        let offered = mail.offered().len();
        if fault == "stopped" {
            mail.stop();
        } else {
            mail.set_fault(fault);
        }
        gatekeeper.send_invitation(user_id).await.unwrap();
        if fault == "stopped" {
            mail.start_again();
        } else {
            mail.wait_until_offered(offered + 2).await;
            mail.set_fault("");
        }
        let sent = mail.wait_for(number + 1).await.remove(number);
        assert_eq!(sent.to, [email], "{fault}");
        let anonymous = stack.anonymous();
        anonymous.invitation(&sent.token()).await.unwrap();
        wait_until_empty(&stack.sql).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_holds_up_no_call() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let gatekeeper = stack.gatekeeper().await;
    mail.set_fault("hang");
    for _ in 0..12 {
        let (_, user_id) = stack.person(false).await;
        gatekeeper.send_invitation(user_id).await.unwrap();
    }
    // More calls than auth has connections to the database, while four mails hang.
    mail.wait_until_offered(4).await;
    for _ in 0..12 {
        gatekeeper.me().await.unwrap();
        gatekeeper.sessions(None).await.unwrap();
    }
    mail.set_fault("");
    mail.wait_for(12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_the_server_refuses_for_good_is_given_up_at_once() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (gatekeeper, (email, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    mail.set_fault("refuse");
    gatekeeper.send_invitation(user_id).await.unwrap();
    wait_until_empty(&stack.sql).await;
    assert_eq!(outbox(&stack.sql).await, ["invitation failed"]);
    assert_eq!(mail.offered(), [email]);
    // The gatekeeper can send another one.
    mail.set_fault("");
    gatekeeper.send_invitation(user_id).await.unwrap();
    mail.first_mail().await;
    wait_until_empty(&stack.sql).await;
    assert_eq!(
        outbox(&stack.sql).await,
        ["invitation failed", "invitation sent"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_given_up_when_it_has_waited_for_too_long() {
    let mut mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (gatekeeper, (_, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    mail.stop();
    gatekeeper.send_invitation(user_id).await.unwrap();
    // A day passes.
    sqlx::query!("update auth.mails set give_up_time = give_up_time - interval '1 day'")
        .execute(&stack.sql)
        .await
        .unwrap();
    wait_until_empty(&stack.sql).await;
    assert_eq!(outbox(&stack.sql).await, ["invitation failed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_after_it_took_a_mail_gets_it_again_with_the_same_id() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (gatekeeper, (_, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    mail.set_fault("die after taking");
    gatekeeper.send_invitation(user_id).await.unwrap();
    mail.first_mail().await;
    mail.set_fault("");
    wait_until_empty(&stack.sql).await;
    let mails = mail.mails();
    assert!(mails.len() >= 2);
    let ids: BTreeSet<&str> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 1);
    let anonymous = stack.anonymous();
    let refused = anonymous.invitation(&mails[0].token()).await.refused();
    refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
    let newest = mails.last().unwrap().token();
    anonymous.accept(&newest, CHOSEN).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_send_each_mail_once() {
    const MAILS: usize = 40;
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let other = Stack::start_with(StackOptions {
        mail: Some(mail.config()),
        database: Some(stack.database.clone()),
        ..StackOptions::default()
    })
    .await;
    let gatekeeper = stack.gatekeeper().await;
    mail.set_fault("slow");
    let mut emails = BTreeSet::new();
    for _ in 0..MAILS {
        let (email, user_id) = stack.person(false).await;
        gatekeeper.send_invitation(user_id).await.unwrap();
        emails.insert(email);
    }
    let mails = mail.wait_for(MAILS).await;
    wait_until_empty(&stack.sql).await;
    assert_eq!(mail.mails().len(), MAILS);
    let reached: BTreeSet<String> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    assert_eq!(reached, emails);
    // One server sends four at once.
    let at_once = mails.iter().map(|mail| mail.at_once).max();
    assert!((5..=8).contains(&at_once.unwrap()), "{at_once:?}");
    drop(other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_a_dead_process_was_sending_is_sent_after_its_lease_and_no_log_has_its_address()
{
    let mail = MailServer::start();
    let metrics_port = lasting_port();
    let (url, metrics) = (
        format!("smtp://127.0.0.1:{}?tls=off", mail.port),
        format!("127.0.0.1:{metrics_port}"),
    );
    let mut server = Server::start(&[
        ("KREIS_SMTP_URL", &url),
        ("KREIS_MAIL_FROM", "kreis@example.org"),
        ("KREIS_PUBLIC_URL", PUBLIC_URL),
        ("KREIS_METRICS_LISTEN", &metrics),
        ("KREIS_LOG", "debug"),
    ])
    .await;
    let gatekeeper = server.gatekeeper().await;
    let new = new_user("Ida", "ida.the.invited@example.org");
    let user = gatekeeper.create_user(new).await.unwrap();
    mail.set_fault("hang before taking");
    gatekeeper.send_invitation(user.id).await.unwrap();
    mail.wait_until_offered(1).await;
    let sql = server.sql.clone();
    server
        .kill_and_start(async {
            let claimed = sqlx::query!(
                r#"select attempts, extract(epoch from attempt_time - now())::float8 as "lease!"
                from auth.mails"#
            );
            let claimed = claimed.fetch_one(&sql).await.unwrap();
            assert_eq!(claimed.attempts, 1);
            assert!((30.0..=60.0).contains(&claimed.lease), "{}", claimed.lease);
            // The lease ends.
            sqlx::query!("update auth.mails set attempt_time = now()")
                .execute(&sql)
                .await
                .unwrap();
            mail.set_fault("");
        })
        .await;
    let token = mail.first_mail().await.token();
    let sent = || async {
        let answer = RawClient::http1(format!("http://{metrics}"))
            .send(Method::GET, "/metrics", &[], "")
            .await
            .unwrap();
        String::from_utf8_lossy(&answer.body).contains("kreis_mails_sent_total{server=\"auth\"} 1")
    };
    for _ in 0..500 {
        if sent().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(sent().await);
    mail.set_fault("refuse");
    let gatekeeper = server.gatekeeper().await;
    gatekeeper.send_invitation(user.id).await.unwrap();
    wait_until_empty(&server.sql).await;
    let log = server.final_output().await;
    assert!(log.contains("a mail was given up"), "{log}");
    assert!(log.contains("the mail server answered 550"), "{log}");
    for hidden in ["ida.the.invited", token.as_str()] {
        assert!(!log.contains(hidden), "{hidden} is in {log}");
    }
}
