//! The mail server: its settings, and how a mail is handed to it.

mod config;

use std::time::Duration;

use kreis_server::error_chain::error_chain;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{self, extension::ClientId, response::Code},
};
use tokio::time::timeout;

pub use self::config::MailConfig;
use crate::model::{ClaimedMail, MailText, SendError};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Hands mails to the mail server, each over a connection of its own.
pub(crate) struct SmtpClient {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Host of the web client, for message ids.
    host: String,
    send_timeout: Duration,
}

impl SmtpClient {
    pub(crate) fn new(config: &MailConfig) -> Self {
        let host = config.host().to_owned();
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(config.server.host.as_str())
                .port(config.server.port)
                .tls(config.server.tls.clone())
                .timeout(Some(CONNECT_TIMEOUT))
                .hello_name(ClientId::Domain(host.clone()));
        if let Some(credentials) = &config.server.credentials {
            builder = builder.credentials(credentials.clone());
        }
        Self {
            transport: builder.build(),
            from: config.from.clone(),
            host,
            send_timeout: config.send_timeout,
        }
    }

    /// Sends a mail. Every attempt has the same message id, so that a mailbox can recognise a mail
    /// that arrives twice.
    pub(crate) async fn send(&self, mail: &ClaimedMail, text: MailText) -> Result<(), SendError> {
        let message = self.message(mail, text)?;
        match timeout(self.send_timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refusal(&error)),
            Err(_) => Err(SendError {
                cause: format!(
                    "the mail server did not take it within {} s",
                    self.send_timeout.as_secs_f32()
                ),
                is_final: false,
            }),
        }
    }

    fn message(&self, mail: &ClaimedMail, text: MailText) -> Result<Message, SendError> {
        // The error would contain the address.
        let address: Address = mail
            .recipient
            .email
            .parse()
            .map_err(|_| never("the address of the user cannot be used"))?;
        // lettre panics at a line break in a name. Names of users have none.
        let name = mail.recipient.display_name.replace(char::is_control, " ");
        let created = mail.create_time.timestamp_micros();
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(name), address))
            .subject(text.subject)
            .message_id(Some(format!("<{}.{created}@{}>", mail.id, self.host)))
            // Asks out-of-office programs not to answer (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(text.body)
            .map_err(|_| never("the mail cannot be written"))
    }
}

fn never(cause: &str) -> SendError {
    SendError {
        cause: cause.to_owned(),
        is_final: true,
    }
}

/// Of an answer only the code is kept, because its text often names the recipient.
fn refusal(error: &smtp::Error) -> SendError {
    let Some(code) = error.status() else {
        let causes: Vec<String> = error_chain(error).map(ToString::to_string).collect();
        return SendError {
            cause: causes.join(": "),
            is_final: false,
        };
    };
    SendError {
        cause: format!("the mail server answered {code}"),
        is_final: refuses_for_good(code),
    }
}

/// Whether an answer refuses this recipient or this mail for good (RFC 5321, section 4.2.3). Others,
/// such as a refused sign-in, are a matter of settings: the operator can correct them meanwhile.
fn refuses_for_good(code: Code) -> bool {
    (550..=559).contains(&u16::from(code))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::Utc;
    use kreis_server::config::Settings;

    use super::*;
    use crate::model::{MailKind, MailOrganisation, Recipient, UserId};

    fn client() -> SmtpClient {
        let map = [
            ("KREIS_SMTP_URL", "smtp://mail.example.org"),
            ("KREIS_MAIL_FROM", "kreis <kreis@example.org>"),
            ("KREIS_PUBLIC_URL", "https://kreis.example.org"),
        ];
        let map: BTreeMap<String, String> = map
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        SmtpClient::new(&MailConfig::from_settings(&mut Settings::from_map(map)).unwrap())
    }

    fn message(display_name: &str, email: &str) -> Result<String, SendError> {
        let mail = ClaimedMail {
            id: 7,
            kind: MailKind::PasswordChanged,
            create_time: Utc::now(),
            attempts: 1,
            give_up_time: Utc::now(),
            link: None,
            recipient: Recipient {
                user: UserId::stored(1),
                display_name: display_name.to_owned(),
                email: email.to_owned(),
                active: true,
                has_password: true,
                language: None,
            },
            actor_name: None,
            address: None,
            organisation: MailOrganisation {
                name: String::new(),
                zone: "Europe/Zurich".parse().unwrap(),
            },
        };
        let text = MailText {
            subject: "Neues Passwort für kreis".to_owned(),
            body: "Guten Tag\n".to_owned(),
        };
        let message = client().message(&mail, text)?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn no_name_and_no_address_adds_a_header() {
        let name = "Ida\r\nBcc: all@example.org\r\n\r\nBuy";
        let mail = message(name, "ida@example.org").unwrap();
        let headers = mail.split("\r\n\r\n").next().unwrap();
        assert!(
            !headers.lines().any(|line| line.starts_with("Bcc")),
            "{mail}"
        );
        assert!(mail.ends_with("\r\n\r\nGuten Tag\r\n"), "{mail}");
        for email in [
            "ida@example.org\r\nBcc: all@example.org",
            "ida@example.org,all@example.org",
            "\"ida\r\nBcc: x\"@example.org",
        ] {
            let refused = message("Ida", email).unwrap_err();
            assert!(refused.is_final, "{email}");
            assert!(!refused.cause.contains("example.org"), "{email}");
        }
    }

    #[test]
    fn the_longest_address_fits() {
        let email = format!("{}@{}.example.org", "a".repeat(64), "b".repeat(63));
        let long = format!(
            "{}@{}.org",
            "a".repeat(64),
            vec!["b".repeat(60); 3].join(".")
        );
        assert_eq!(email.len(), 140);
        assert!(message("Ida", &email).unwrap().contains(&email));
        assert!(message("Ida", &long).unwrap().contains(&long));
    }
}
