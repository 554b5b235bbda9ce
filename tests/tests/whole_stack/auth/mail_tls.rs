//! Mails over TLS, to a server that demands a sign-in.

use kreis_tests::{
    Stack,
    certificates::Authority,
    mail_server::{MailServer, mail_config},
    stack::StackOptions,
};

use super::mail::{outbox, wait_until_empty};

#[tokio::test(flavor = "multi_thread")]
async fn mails_go_over_tls_with_a_sign_in_and_only_to_a_server_with_a_trusted_certificate() {
    let directory = tempfile::tempdir().unwrap();
    let authority = Authority::new(directory.path());
    let identity = authority.vouch_for(&["localhost"], directory.path());
    let trusted = authority.certificate.to_str().unwrap();
    for (mode, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        let mail = MailServer::with_tls(mode, &identity, "kreis", "open sesame");
        let url = format!("{scheme}://localhost:{}", mail.port);
        for (password, authority, is_good) in [
            ("open sesame", Some(trusted), true),
            ("open barley", Some(trusted), false),
            ("open sesame", None, false),
        ] {
            let mut settings = vec![
                ("KREIS_SMTP_URL", url.as_str()),
                ("KREIS_SMTP_USER", "kreis"),
                ("KREIS_SMTP_PASSWORD", password),
            ];
            settings.extend(authority.map(|path| ("KREIS_CA_FILE", path)));
            let stack = Stack::start_with(StackOptions {
                mail: Some(mail_config(&settings)),
                ..StackOptions::default()
            })
            .await;
            let (gatekeeper, (_, user_id)) = (stack.gatekeeper().await, stack.person(false).await);
            gatekeeper.send_invitation(user_id).await.unwrap();
            if is_good {
                mail.first_mail().await;
                wait_until_empty(&stack.sql).await;
                assert_eq!(outbox(&stack.sql).await, ["invitation sent"]);
            } else {
                // The operator may correct the settings, so the mail waits.
                wait_for_attempts(&stack, 2).await;
                assert_eq!(outbox(&stack.sql).await, ["invitation waits"]);
            }
        }
        assert_eq!(mail.mails().len(), 1);
    }
}

/// Waits until servers have begun to send the only mail so often.
async fn wait_for_attempts(stack: &Stack, attempts: i32) {
    for _ in 0..1_500 {
        let so_far = sqlx::query_scalar!("select attempts from auth.mails");
        if so_far.fetch_one(&stack.sql).await.unwrap() >= attempts {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("too few attempts");
}
