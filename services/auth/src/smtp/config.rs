//! The settings of mails.

use std::{fs, time::Duration};

use kreis_server::config::Settings;
use kreis_service::language::Language;
use lettre::{
    message::Mailbox,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use url::{Host, Url};

const SMTP_URL: &str = "KREIS_SMTP_URL";
const USER: &str = "KREIS_SMTP_USER";
const PASSWORD: &str = "KREIS_SMTP_PASSWORD";
const FROM: &str = "KREIS_MAIL_FROM";
const LANGUAGE: &str = "KREIS_MAIL_LANGUAGE";
const PUBLIC_URL: &str = "KREIS_PUBLIC_URL";
const CA_FILE: &str = "KREIS_CA_FILE";

/// How mails are sent, and what they say about this installation.
#[derive(Debug, Clone)]
pub struct MailConfig {
    pub(super) server: SmtpServer,
    pub(super) from: Mailbox,
    /// Address of the web client; its path ends with a slash.
    public_url: Url,
    /// Language of mails to users who have chosen none.
    pub(crate) language: Language,
    /// Longest time of an attempt to send a mail.
    pub send_timeout: Duration,
    /// Wait after the first failed attempt. Each further wait is three times as long, up to an hour.
    pub first_retry: Duration,
}

/// The mail server, and how to sign in there.
#[derive(Debug, Clone)]
pub(super) struct SmtpServer {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) credentials: Option<Credentials>,
}

impl MailConfig {
    /// Reads the settings; absent if no mail server is set. `settings` collects the errors.
    pub fn from_settings(settings: &mut Settings) -> Option<Self> {
        let errors_before = settings.error_count();
        // All are read, so that a misspelt one is found.
        let url = settings.text(SMTP_URL);
        let user = settings.text(USER);
        let password = settings.secret(PASSWORD);
        let from = settings.text(FROM);
        let public_url = settings.text(PUBLIC_URL);
        let ca_file = settings.path(CA_FILE);
        let plaintext = settings.switch("KREIS_ALLOW_PLAINTEXT", false);
        let language = settings.parsed(LANGUAGE, Language::default(), "one of en, de, fr and it");
        let Some(url) = url else {
            let of_mail = [(USER, user), (PASSWORD, password), (FROM, from)];
            for (name, _) in of_mail.iter().filter(|(_, value)| value.is_some()) {
                settings.add_error(format!("{name} is set and {SMTP_URL} is not"));
            }
            return None;
        };
        let from = from.unwrap_or_else(|| {
            settings.add_error(format!(
                "{FROM} is not set; it is the sender of mails, such as kreis <kreis@example.org>"
            ));
            String::new()
        });
        let from = parse_or_add_error(settings, FROM, &from, |text| text.parse::<Mailbox>().ok());
        let public_url = public_url.unwrap_or_else(|| {
            settings.add_error(format!(
                "{PUBLIC_URL} is not set; it is the address at which people open kreis, \
                 for the links in mails"
            ));
            String::new()
        });
        let public_url = parse_or_add_error(settings, PUBLIC_URL, &public_url, parse_public_url);
        let server = smtp_server(settings, &url, plaintext, ca_file.as_deref());
        let credentials = match (user, password) {
            (Some(user), Some(password)) => Some(Credentials::new(user, password)),
            (None, None) => None,
            (Some(_), None) => {
                settings.add_error(format!(
                    "{USER} is set; set {PASSWORD} or {PASSWORD}_FILE too"
                ));
                None
            }
            (None, Some(_)) => {
                settings.add_error(format!("{PASSWORD} is set and {USER} is not"));
                None
            }
        };
        if settings.error_count() > errors_before {
            return None;
        }
        Some(Self {
            server: SmtpServer {
                credentials,
                ..server?
            },
            from: from?,
            public_url: public_url?,
            language,
            send_timeout: Duration::from_secs(30),
            first_retry: Duration::from_secs(10),
        })
    }

    /// For how long a server claims a mail: twice as long as an attempt may take, so that it has
    /// noted the outcome before another server claims the mail.
    pub(crate) fn lease(&self) -> Duration {
        self.send_timeout * 2
    }

    /// Address of a page of the web client.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// Host of the web client.
    pub(super) fn host(&self) -> &str {
        self.public_url.host_str().unwrap_or_default()
    }
}

/// Adds an error if a text that is set cannot be parsed.
fn parse_or_add_error<T>(
    settings: &mut Settings,
    name: &str,
    text: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let parsed = parse(text);
    if parsed.is_none() && !text.is_empty() {
        let shape = if name == FROM {
            "an address, or a name with an address in angle brackets"
        } else {
            "an address such as https://kreis.example.org"
        };
        settings.add_error(format!("{name} is `{text}`; it must be {shape}"));
    }
    parsed
}

fn parse_public_url(text: &str) -> Option<Url> {
    let mut url: Url = text.parse().ok()?;
    let is_plain = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !is_plain {
        return None;
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Some(url)
}

/// `smtps` is TLS from the first byte (RFC 8314), port 465. `smtp` is TLS by STARTTLS, port 587, and
/// no TLS with `?tls=off`.
fn smtp_server(
    settings: &mut Settings,
    text: &str,
    plaintext: bool,
    ca_file: Option<&std::path::Path>,
) -> Option<SmtpServer> {
    let Some((url, mode)) = parse_smtp_url(text) else {
        // The text is not repeated, because a password may be in it.
        settings.add_error(format!(
            "{SMTP_URL} must be smtps://host or smtp://host, with a port if it is not 465 or 587; \
             smtp://host?tls=off is a server without TLS; user and password have their own settings"
        ));
        return None;
    };
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    if mode == Mode::Off && !is_loopback(&url) && !plaintext {
        settings.add_error(format!(
            "{SMTP_URL} switches TLS off for {host}; mails contain links that let people in, so \
             use TLS, or set KREIS_ALLOW_PLAINTEXT=1 where the network is trusted"
        ));
        return None;
    }
    let default_port = if mode == Mode::Wrapper { 465 } else { 587 };
    let parameters = match tls_parameters(&host, ca_file) {
        Ok(parameters) => parameters,
        Err(error) => {
            settings.add_error(error);
            return None;
        }
    };
    Some(SmtpServer {
        port: url.port().unwrap_or(default_port),
        tls: match mode {
            Mode::Wrapper => Tls::Wrapper(parameters),
            Mode::Required => Tls::Required(parameters),
            Mode::Off => Tls::None,
        },
        host,
        credentials: None,
    })
}

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Wrapper,
    Required,
    Off,
}

fn parse_smtp_url(text: &str) -> Option<(Url, Mode)> {
    let url: Url = text.parse().ok()?;
    let is_plain = url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && matches!(url.path(), "" | "/");
    let mode = match (url.scheme(), url.query()) {
        ("smtps", None) => Mode::Wrapper,
        ("smtp", None) => Mode::Required,
        ("smtp", Some("tls=off")) => Mode::Off,
        _ => return None,
    };
    (is_plain && url.has_host()).then_some((url, mode))
}

fn is_loopback(url: &Url) -> bool {
    // Other schemes than http have hosts as opaque texts.
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name
                    .parse::<std::net::Ipv4Addr>()
                    .is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

/// Trusts the authorities of the system, and those of `KREIS_CA_FILE`.
fn tls_parameters(host: &str, ca_file: Option<&std::path::Path>) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file {
        let pem = fs::read(path).map_err(|error| {
            format!(
                "{CA_FILE} names {}, which cannot be read: {error}",
                path.display()
            )
        })?;
        let certificate = Certificate::from_pem(&pem).map_err(|_| {
            format!(
                "{CA_FILE} names {}, which has no certificate",
                path.display()
            )
        })?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build()
        .map_err(|error| format!("{SMTP_URL}: TLS cannot be set up: {error}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const GOOD: [(&str, &str); 3] = [
        (SMTP_URL, "smtps://mail.example.org"),
        (FROM, "kreis <kreis@example.org>"),
        (PUBLIC_URL, "https://kreis.example.org"),
    ];

    fn read(changes: &[(&str, &str)]) -> (Option<MailConfig>, Vec<String>) {
        let pairs = GOOD.iter().chain(changes);
        let map: BTreeMap<String, String> = pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut settings = Settings::from_map(map);
        let config = MailConfig::from_settings(&mut settings);
        let errors = settings.finish().err();
        (config, errors.map(|errors| errors.0).unwrap_or_default())
    }

    #[test]
    fn the_scheme_says_when_tls_begins_and_the_port_follows() {
        for (url, port, tls) in [
            ("smtps://mail.example.org", 465, "Wrapper"),
            ("smtps://mail.example.org:2465/", 2465, "Wrapper"),
            ("smtp://mail.example.org", 587, "Required"),
            ("smtp://127.0.0.1:2525?tls=off", 2525, "None"),
            ("smtp://localhost?tls=off", 587, "None"),
        ] {
            let (config, errors) = read(&[(SMTP_URL, url)]);
            assert_eq!(errors, Vec::<String>::new(), "{url}");
            let server = config.unwrap().server;
            assert_eq!(server.port, port, "{url}");
            assert!(format!("{:?}", server.tls).starts_with(tls), "{url}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_no_password_is_repeated() {
        for (change, named) in [
            ((SMTP_URL, "mail.example.org"), SMTP_URL),
            ((SMTP_URL, "https://mail.example.org"), SMTP_URL),
            ((SMTP_URL, "smtp://ida:secret@mail.example.org"), SMTP_URL),
            ((SMTP_URL, "smtps://mail.example.org?tls=off"), SMTP_URL),
            (
                (SMTP_URL, "smtp://mail.example.org?tls=off"),
                "KREIS_ALLOW_PLAINTEXT",
            ),
            ((FROM, "kreis"), FROM),
            ((FROM, ""), FROM),
            ((PUBLIC_URL, ""), PUBLIC_URL),
            ((PUBLIC_URL, "kreis.example.org"), PUBLIC_URL),
            ((PUBLIC_URL, "https://kreis.example.org/?a=b"), PUBLIC_URL),
            ((USER, "ida"), PASSWORD),
            ((PASSWORD, "secret"), USER),
            ((LANGUAGE, "es"), LANGUAGE),
            ((CA_FILE, "/does/not/exist"), CA_FILE),
            (("KREIS_SMTP_ULR", "smtp://x"), SMTP_URL),
        ] {
            let (_, errors) = read(&[change]);
            assert_eq!(errors.len(), 1, "{change:?}: {errors:?}");
            assert!(errors[0].contains(named), "{change:?}: {errors:?}");
            assert!(!errors[0].contains("secret"), "{change:?}: {errors:?}");
        }
    }

    #[test]
    fn without_a_mail_server_no_mails_are_sent_and_other_settings_of_mails_are_errors() {
        let (config, errors) = read(&[(SMTP_URL, ""), (FROM, "")]);
        assert!(config.is_none());
        assert_eq!(errors, Vec::<String>::new());
        let (_, errors) = read(&[(SMTP_URL, ""), (USER, "ida"), (PASSWORD, "secret")]);
        assert_eq!(errors.len(), 3, "{errors:?}");
    }

    #[test]
    fn pages_are_below_the_public_address() {
        for (url, page) in [
            (
                "https://kreis.example.org",
                "https://kreis.example.org/invitation#x",
            ),
            (
                "http://127.0.0.1:8080/",
                "http://127.0.0.1:8080/invitation#x",
            ),
            (
                "https://example.org/kreis",
                "https://example.org/kreis/invitation#x",
            ),
        ] {
            let (config, _) = read(&[(PUBLIC_URL, url)]);
            assert_eq!(config.unwrap().page("invitation#x"), page);
        }
    }
}
