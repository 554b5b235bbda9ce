//! The texts of mails: plain text in the language of the recipient.

mod english;
mod facts;
mod french;
mod german;
mod italian;

use chrono::{DateTime, Utc};
use kreis_service::language::Language;

use self::facts::Facts;
pub(crate) use self::facts::MailText;
use super::{ClaimedMail, MailKind};

/// The text of a mail. `link` is the address of the page on which the recipient sets a password,
/// with the time at which it expires.
pub(crate) fn text_of_mail(
    mail: &ClaimedMail,
    language: Language,
    url: &str,
    link: Option<(&str, DateTime<Utc>)>,
) -> MailText {
    let zone = mail.organisation.zone;
    let in_words = |moment: DateTime<Utc>| {
        let pattern = match language {
            Language::English => "%-d %B %Y, %H:%M",
            Language::German | Language::French | Language::Italian => "%d.%m.%Y, %H:%M",
        };
        let local = zone.local_time(moment).format(pattern);
        format!("{local} ({})", zone.name())
    };
    let facts = Facts {
        name: &mail.recipient.display_name,
        email: &mail.recipient.email,
        house: match mail.organisation.name.as_str() {
            "" => "kreis".to_owned(),
            name => format!("kreis ({name})"),
        },
        inviter: mail.actor_name.as_deref().unwrap_or_default(),
        url,
        link: link.map(|(link, _)| link).unwrap_or_default(),
        until: link.map(|(_, until)| in_words(until)).unwrap_or_default(),
        time: in_words(mail.create_time),
        address: mail.address.as_deref().unwrap_or_default(),
    };
    let [invitation, new_password, reset, changed, new_browser] = match language {
        Language::English => english::TEXTS,
        Language::German => german::TEXTS,
        Language::French => french::TEXTS,
        Language::Italian => italian::TEXTS,
    };
    let text = match mail.kind {
        MailKind::Invitation if mail.recipient.has_password => new_password,
        MailKind::Invitation => invitation,
        MailKind::PasswordReset => reset,
        MailKind::PasswordChanged => changed,
        MailKind::NewBrowser => new_browser,
    };
    text(&facts)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;
    use crate::model::{MailOrganisation, Recipient, UserId};

    fn mail(kind: MailKind, has_password: bool) -> ClaimedMail {
        let create_time = Utc.with_ymd_and_hms(2026, 11, 30, 23, 5, 0).unwrap();
        ClaimedMail {
            id: 1,
            kind,
            create_time,
            attempts: 1,
            give_up_time: create_time,
            link: None,
            recipient: Recipient {
                user: UserId::stored(1),
                display_name: "Ida Keller".to_owned(),
                email: "ida@example.org".to_owned(),
                active: true,
                has_password,
                language: None,
            },
            actor_name: Some("Gustav Gate".to_owned()),
            address: Some("2001:db8::7".to_owned()),
            organisation: MailOrganisation {
                name: "Verein".to_owned(),
                zone: "Europe/Zurich".parse().unwrap(),
            },
        }
    }

    fn text(kind: MailKind, has_password: bool, language: Language) -> MailText {
        let until = Utc.with_ymd_and_hms(2026, 12, 3, 23, 5, 0).unwrap();
        let link = "https://kreis.example.org/invitation#token";
        let link = kind.link_lifetime().map(|_| (link, until));
        text_of_mail(
            &mail(kind, has_password),
            language,
            "https://kreis.example.org",
            link,
        )
    }

    #[test]
    fn every_mail_of_every_language_names_the_person_the_house_and_where_to_go() {
        for language in Language::ALL {
            for kind in MailKind::ALL {
                for has_password in [false, true] {
                    let MailText { subject, body } = text(kind, has_password, language);
                    assert!(subject.contains("kreis (Verein)"), "{subject}");
                    assert!(body.contains("Ida Keller"), "{body}");
                    assert!(body.contains("https://kreis.example.org"), "{body}");
                    let has_link = body.contains("https://kreis.example.org/invitation#token\n");
                    assert_eq!(has_link, kind.link_lifetime().is_some(), "{body}");
                    let names_inviter = body.contains("Gustav Gate");
                    assert_eq!(names_inviter, kind == MailKind::Invitation, "{body}");
                    let names_address = body.contains("2001:db8::7\n");
                    assert_eq!(names_address, kind == MailKind::NewBrowser, "{body}");
                }
            }
        }
    }

    #[test]
    fn times_are_those_of_the_organisations_clock() {
        let english = text(MailKind::PasswordChanged, true, Language::English).body;
        assert!(
            english.contains("1 December 2026, 00:05 (Europe/Zurich)"),
            "{english}"
        );
        let german = text(MailKind::Invitation, false, Language::German).body;
        assert!(
            german.contains("04.12.2026, 00:05 (Europe/Zurich)"),
            "{german}"
        );
    }

    #[test]
    fn german_is_written_as_in_switzerland() {
        for kind in MailKind::ALL {
            let MailText { subject, body } = text(kind, true, Language::German);
            assert!(!format!("{subject}{body}").contains('ß'));
        }
    }
}
