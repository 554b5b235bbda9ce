//! Mails: invitations, what they say, and how often they are sent.

use kreis_proto::{
    auth::v1::GetSignInOptionsRequest,
    org::v1::{CreateUserRequest, UserState},
};
use kreis_tests::{
    Answered, Stack,
    mail_server::{MailServer, mail_config},
    people::new_user,
    stack::{PASSWORD, StackOptions},
};
use sqlx::PgPool;
use tonic::Code;

const CHOSEN: &str = "a password of my own";

/// A system that sends its mails to this server.
pub(super) async fn stack_with(mail: &MailServer) -> Stack {
    Stack::start_with(StackOptions {
        mail: Some(mail.config()),
        ..StackOptions::default()
    })
    .await
}

/// Kind and outcome of each mail in the outbox, in the order in which they were written.
pub(super) async fn outbox(sql: &PgPool) -> Vec<String> {
    sqlx::query_scalar!(
        r#"select kind || ' ' || coalesce(outcome, 'waits') as "mail!" from auth.mails order by id"#
    )
    .fetch_all(sql)
    .await
    .unwrap()
}

/// Waits until no mail waits in the outbox.
pub(super) async fn wait_until_empty(sql: &PgPool) {
    for _ in 0..1_500 {
        if outbox(sql)
            .await
            .iter()
            .all(|mail| !mail.ends_with("waits"))
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("mails wait: {:?}", outbox(sql).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_by_mail_lets_its_reader_in_once() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let gatekeeper = stack.gatekeeper().await;
    let new = new_user("Ida", "ida@example.org");
    let user = gatekeeper.create_user(new).await.unwrap();
    let sent_to = gatekeeper.send_invitation(user.id).await.unwrap();
    assert_eq!(sent_to, "ida@example.org");

    let invitation = mail.first_mail().await;
    assert_eq!(invitation.to, ["ida@example.org"]);
    assert_eq!(invitation.from, "kreis@example.org");
    assert_eq!(invitation.header("From"), "kreis <kreis@example.org>");
    assert_eq!(invitation.header("To"), "Ida <ida@example.org>");
    assert_eq!(invitation.header("Subject"), "Invitation to kreis");
    assert_eq!(invitation.header("Auto-Submitted"), "auto-generated");
    assert!(invitation.header("Content-Type").contains("text/plain"));
    assert!(!invitation.header("Date").is_empty());
    assert!(
        invitation
            .header("Message-ID")
            .ends_with("@kreis.example.org>")
    );
    for fact in ["Hello Ida", "gatekeeper 0 invites you", "ida@example.org"] {
        assert!(invitation.text.contains(fact), "{}", invitation.text);
    }

    let anonymous = stack.anonymous();
    let token = invitation.token();
    let asked = anonymous.invitation(&token).await.unwrap();
    assert_eq!((&*asked.display_name, asked.has_password), ("Ida", false));
    let session = anonymous.accept(&token, CHOSEN).await.unwrap();
    assert_eq!(session.user.unwrap().state(), UserState::Active);
    let again = anonymous.accept(&token, CHOSEN).await.refused();
    again.with(Code::Unauthenticated, "INVITATION_REFUSED");
    wait_until_empty(&stack.sql).await;
    assert_eq!(outbox(&stack.sql).await, ["invitation sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_never_has_the_token_of_a_link() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (gatekeeper, (_, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    gatekeeper.send_invitation(user_id).await.unwrap();
    let token = mail.first_mail().await.token();
    wait_until_empty(&stack.sql).await;
    let rows = sqlx::query_scalar!(
        r#"select concat(
            (select json_agg(to_json(m)) from auth.mails m),
            (select json_agg(to_json(i)) from auth.invitations i),
            (select json_agg(to_json(c)) from org.changes c)
        ) as "rows!""#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
    assert!(rows.contains("sent"), "{rows}");
    assert!(!rows.contains(&token), "{rows}");
    // Nor an address.
    assert!(!rows.contains('@'), "{rows}");
    stack.anonymous().accept(&token, CHOSEN).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_invitations_only_the_newest_lets_in() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (gatekeeper, (_, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    let anonymous = stack.anonymous();
    let by_hand = gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.send_invitation(user_id).await.unwrap();
    let refused = anonymous.invitation(&by_hand).await.refused();
    refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
    let first = mail.first_mail().await.token();
    anonymous.invitation(&first).await.unwrap();
    gatekeeper.send_invitation(user_id).await.unwrap();
    let second = mail.wait_for(2).await[1].token();
    let refused = anonymous.invitation(&first).await.refused();
    refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
    anonymous.accept(&second, CHOSEN).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_invitation_lets_nobody_in_and_one_that_waits_is_not_sent() {
    let mut mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (gatekeeper, (_, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    gatekeeper.send_invitation(user_id).await.unwrap();
    let token = mail.first_mail().await.token();
    gatekeeper.withdraw_invitation(user_id).await.unwrap();
    let refused = stack.anonymous().accept(&token, CHOSEN).await.refused();
    refused.with(Code::Unauthenticated, "INVITATION_REFUSED");

    mail.stop();
    let others = [stack.person(false).await.1, stack.person(false).await.1];
    for user_id in [user_id, others[0], others[1]] {
        gatekeeper.send_invitation(user_id).await.unwrap();
    }
    gatekeeper.withdraw_invitation(user_id).await.unwrap();
    gatekeeper.deactivate(others[0]).await.unwrap();
    let by_hand = gatekeeper.invite(others[1]).await.unwrap();
    mail.start_again();
    wait_until_empty(&stack.sql).await;
    let void = "invitation void";
    assert_eq!(
        outbox(&stack.sql).await,
        ["invitation sent", void, void, void]
    );
    assert_eq!(mail.mails().len(), 1);
    stack.anonymous().accept(&by_hand, CHOSEN).await.unwrap();
    // A repeated call changes nothing, and logs nothing.
    gatekeeper.withdraw_invitation(user_id).await.unwrap();
    let logged = sqlx::query_scalar!(
        r#"select count(*) as "count!" from org.changes where activity = 'invitation_withdrawn'"#
    );
    assert_eq!(logged.fetch_one(&stack.sql).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_their_password_is_told_by_mail() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (email, user_id) = stack.person(false).await;
    let person = stack.sign_in(&email).await;
    person.change_password(PASSWORD, CHOSEN).await.unwrap();
    let told = mail.first_mail().await;
    assert_eq!(
        told.header("Subject"),
        "Your password for kreis has changed"
    );
    assert_eq!(told.to, [email.as_str()]);
    assert!(!told.text.contains(CHOSEN) && !told.text.contains('#'));
    assert!(told.text.contains("(Europe/Zurich)"), "{}", told.text);

    // So is the owner of an account whom a gatekeeper invited by hand.
    let gatekeeper = stack.gatekeeper().await;
    let by_hand = gatekeeper.invite(user_id).await.unwrap();
    stack.anonymous().accept(&by_hand, PASSWORD).await.unwrap();
    let told = mail.wait_for(2).await.remove(1);
    assert_eq!(
        told.header("Subject"),
        "Your password for kreis has changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_in_the_language_of_their_reader() {
    let mail = MailServer::start();
    let config = mail_config(&[
        (
            "KREIS_SMTP_URL",
            &format!("smtp://127.0.0.1:{}?tls=off", mail.port),
        ),
        ("KREIS_MAIL_LANGUAGE", "it"),
    ]);
    let stack = Stack::start_with(StackOptions {
        mail: Some(config),
        ..StackOptions::default()
    })
    .await;
    sqlx::query!("update org.organisation set name = 'Verein für Öffnung'")
        .execute(&stack.sql)
        .await
        .unwrap();
    let gatekeeper = stack.gatekeeper().await;
    let house = "kreis (Verein für Öffnung)";
    for (number, (language, subject)) in [
        ("en", "Invitation to"),
        ("de", "Einladung zu"),
        ("fr", "Invitation à"),
        ("it", "Invito a"),
        ("", "Invito a"),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("lea{number}@example.org");
        let new = CreateUserRequest {
            language: language.to_owned(),
            ..new_user(&format!("Léa {number}"), &email)
        };
        let user = gatekeeper.create_user(new).await.unwrap();
        gatekeeper.send_invitation(user.id).await.unwrap();
        let invitation = mail.wait_for(number + 1).await.remove(number);
        assert_eq!(invitation.header("Subject"), format!("{subject} {house}"));
        assert!(invitation.text.contains(&format!("Léa {number}")));
        assert!(invitation.text.contains(house), "{}", invitation.text);
        assert!(invitation.raw.is_ascii(), "{}", invitation.raw);
        assert!(
            invitation.raw.lines().all(|line| line.len() <= 998),
            "RFC 5322 allows no longer lines"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sixth_invitation_of_an_hour_is_refused() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (gatekeeper, (_, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    for _ in 0..5 {
        gatekeeper.send_invitation(user_id).await.unwrap();
    }
    let refused = gatekeeper.send_invitation(user_id).await.refused();
    refused.with(Code::ResourceExhausted, "TOO_MANY_MAILS");
    let (_, other) = stack.person(false).await;
    gatekeeper.send_invitation(other).await.unwrap();
    sqlx::query!("update auth.mails set create_time = create_time - interval '1 hour'")
        .execute(&stack.sql)
        .await
        .unwrap();
    gatekeeper.send_invitation(user_id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_an_invitation_who_is_inactive_or_not_there() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let (gatekeeper, (_, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    gatekeeper.deactivate(user_id).await.unwrap();
    let refused = gatekeeper.send_invitation(user_id).await.refused();
    refused.with(Code::FailedPrecondition, "USER_INACTIVE");
    for refused in [
        gatekeeper
            .send_invitation(999_999)
            .await
            .map(drop)
            .refused(),
        gatekeeper.withdraw_invitation(999_999).await.refused(),
    ] {
        let refused = refused.with(Code::NotFound, "USER_NOT_FOUND");
        assert_eq!(refused.metadata("user_id"), "999999");
    }
    for refused in [
        gatekeeper.send_invitation(-1).await.map(drop).refused(),
        gatekeeper.withdraw_invitation(0).await.refused(),
    ] {
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["user_id"]);
    }
    let outsider = stack.outsider().await;
    let refused = outsider.send_invitation(user_id).await.refused();
    refused.with(Code::PermissionDenied, "GATEKEEPER_REQUIRED");
    assert_eq!(outbox(&stack.sql).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_address_gets_its_mail_and_none_smuggles_in_a_header() {
    let mail = MailServer::start();
    let stack = stack_with(&mail).await;
    let gatekeeper = stack.gatekeeper().await;
    let longest = format!(
        "{}@{}.{}.{}.org",
        "a".repeat(64),
        "b".repeat(63),
        "c".repeat(63),
        "d".repeat(57)
    );
    assert_eq!(longest.len(), 254);
    let user = gatekeeper.create_user(new_user("Ida", &longest)).await;
    gatekeeper.send_invitation(user.unwrap().id).await.unwrap();
    let invitation = mail.first_mail().await;
    assert_eq!(invitation.to, [longest.as_str()]);
    assert_eq!(invitation.header("To"), format!("Ida <{longest}>"));

    for (name, email) in [
        ("Eva", "eva@example.org\r\nBcc: all@example.org"),
        ("Eva", "\"eva\r\nBcc: all\"@example.org"),
        ("Eva\r\nBcc: all@example.org", "eva@example.org"),
        ("Eva\nBcc: all@example.org", "eva@example.org"),
    ] {
        let created = gatekeeper.create_user(new_user(name, email)).await;
        match created {
            Err(refused) => {
                assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
            }
            // White space within a name becomes a space.
            Ok(user) => {
                gatekeeper.send_invitation(user.id).await.unwrap();
                let mails = mail.wait_for(2).await;
                let sent = mails.last().unwrap();
                assert_eq!(sent.to, ["eva@example.org"]);
                assert_eq!(sent.header("Bcc"), "");
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_links_are_handed_over_as_before() {
    let stack = Stack::start().await;
    let (gatekeeper, (email, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
    let anonymous = stack.anonymous();
    let options = anonymous
        .auth()
        .get_sign_in_options(GetSignInOptionsRequest {})
        .await
        .unwrap();
    assert!(!options.into_inner().sends_mail);
    for refused in [
        gatekeeper
            .send_invitation(user_id)
            .await
            .map(drop)
            .refused(),
        anonymous.request_password_reset(&email).await.refused(),
    ] {
        refused.with(Code::FailedPrecondition, "MAIL_NOT_CONFIGURED");
    }
    let by_hand = gatekeeper.invite(user_id).await.unwrap();
    anonymous.accept(&by_hand, CHOSEN).await.unwrap();
    let by_hand = gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.withdraw_invitation(user_id).await.unwrap();
    let refused = anonymous.accept(&by_hand, CHOSEN).await.refused();
    refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
    assert_eq!(outbox(&stack.sql).await, Vec::<String>::new());
}
