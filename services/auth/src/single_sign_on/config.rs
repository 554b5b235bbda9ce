//! The settings of single sign-on.

use std::collections::BTreeSet;

use kreis_server::{config::Settings, tls::https_client};
use openidconnect::IssuerUrl;
use rustls::ClientConfig;
use url::{Host, Url};

const PROVIDERS: &str = "KREIS_OIDC_PROVIDERS";
const PASSWORDS: &str = "KREIS_PASSWORDS";
const CA_FILE: &str = "KREIS_CA_FILE";
const PUBLIC_URL: &str = "KREIS_PUBLIC_URL";
/// The sign-in page has a button for each provider.
const MAX_PROVIDERS: usize = 10;
const MAX_NAME: usize = 20;
/// In characters. A longer label does not fit on its button.
const MAX_LABEL: usize = 40;
/// In bytes, as in the constraint `issuer_is_short` of the database.
const MAX_ISSUER: usize = 512;
/// Path of the page to which providers send browsers back.
const CALLBACK: &str = "sign-in/callback";

/// The providers for single sign-on, and whether passwords are switched off.
#[derive(Debug, Clone)]
pub struct SingleSignOnConfig {
    pub(super) providers: Vec<ProviderConfig>,
    pub(super) passwords_off: bool,
    /// Address of the web client; its path ends with a slash.
    pub(super) public_url: Url,
    /// Trusts the certificate authorities of the system and of `KREIS_CA_FILE`.
    pub(super) tls: ClientConfig,
}

/// One provider.
#[derive(Clone)]
pub(super) struct ProviderConfig {
    /// Static, because it is a label of metrics.
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) issuer: IssuerUrl,
    pub(super) client_id: String,
    /// Absent for a client that the provider knows as public.
    pub(super) client_secret: Option<String>,
    pub(super) scopes: Vec<String>,
    /// Authentication context classes, one of which the provider must have applied. Empty for any.
    pub(super) classes: Vec<String>,
    /// Authentication methods, one of which the person must have used. Empty for any.
    pub(super) methods: Vec<String>,
    /// Whether the provider verifies every e-mail, although its tokens do not say so.
    pub(super) trusts_emails: bool,
    pub(super) creates_users: bool,
    /// The claim, and the value of it, that make a user a gatekeeper.
    pub(super) gatekeeper: Option<(String, String)>,
}

impl std::fmt::Debug for ProviderConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the secret.
        formatter
            .debug_struct("ProviderConfig")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl SingleSignOnConfig {
    /// Reads the settings. `None` if no provider is set, or if a setting is wrong; `settings` collects
    /// the errors.
    pub fn from_settings(settings: &mut Settings) -> Option<Self> {
        let errors_before = settings.error_count();
        let names = words(settings.text(PROVIDERS).as_deref());
        let passwords_off = !settings.switch(PASSWORDS, true);
        let public_url = settings.text(PUBLIC_URL);
        let ca_file = settings.path(CA_FILE);
        if names.is_empty() {
            if passwords_off {
                settings.add_error(format!(
                    "{PASSWORDS} is off and {PROVIDERS} is not set, so nobody could sign in"
                ));
            }
            return None;
        }
        let public_url = public_url.as_deref().and_then(parse_public_url);
        if public_url.is_none() {
            settings.add_error(format!(
                "{PUBLIC_URL} is not set to an address such as https://kreis.example.org; it is the \
                 address at which people open kreis, to which a provider sends them back"
            ));
        }
        let tls = https_client(ca_file.as_deref());
        let tls = tls.map_err(|error| settings.add_error(format!("{CA_FILE}: {error}")));
        let different: BTreeSet<&String> = names.iter().collect();
        if names.len() > MAX_PROVIDERS || different.len() < names.len() {
            settings.add_error(format!(
                "{PROVIDERS} must name at most {MAX_PROVIDERS} providers, each once"
            ));
        }
        let providers: Vec<Option<ProviderConfig>> = names
            .into_iter()
            .map(|name| provider(settings, name))
            .collect();
        if settings.error_count() > errors_before {
            return None;
        }
        Some(Self {
            providers: providers.into_iter().collect::<Option<_>>()?,
            passwords_off,
            public_url: public_url?,
            tls: tls.ok()?,
        })
    }

    /// The page to which providers send browsers back.
    pub(super) fn callback_url(&self) -> String {
        format!("{}{CALLBACK}", self.public_url)
    }
}

fn provider(settings: &mut Settings, name: String) -> Option<ProviderConfig> {
    let is_name = |text: &str| {
        let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        (1..=MAX_NAME).contains(&text.len()) && text.chars().all(letters)
    };
    if !is_name(&name) {
        settings.add_error(format!(
            "{PROVIDERS} names `{name}`; a name has 1 to {MAX_NAME} small letters and digits"
        ));
        return None;
    }
    let setting = |rest: &str| format!("KREIS_OIDC_{}_{rest}", name.to_ascii_uppercase());
    let issuer_name = setting("ISSUER");
    let issuer = settings.required(
        &issuer_name,
        "the address of the provider, as its tokens name it",
    );
    let issuer = issuer_url(settings, &issuer_name, issuer);
    let client_id = settings.required(
        &setting("CLIENT_ID"),
        "the name by which the provider knows kreis",
    );
    let client_secret = settings.secret(&setting("CLIENT_SECRET"));
    let label = settings.text_or(&setting("LABEL"), &name);
    if label.chars().count() > MAX_LABEL || label.chars().any(char::is_control) {
        settings.add_error(format!(
            "{} must have at most {MAX_LABEL} characters",
            setting("LABEL")
        ));
    }
    let scopes = settings.text_or(&setting("SCOPES"), "email,profile");
    let classes = words(settings.text(&setting("ACR_VALUES")).as_deref());
    let methods = words(settings.text(&setting("AMR_VALUES")).as_deref());
    let trusts_emails = settings.switch(&setting("TRUST_EMAILS"), false);
    let creates_users = settings.switch(&setting("CREATE_USERS"), false);
    let claim = settings.text(&setting("GATEKEEPER_CLAIM"));
    let value = settings.text(&setting("GATEKEEPER_VALUE"));
    if claim.is_some() != value.is_some() {
        settings.add_error(format!(
            "set both {} and {}, or neither",
            setting("GATEKEEPER_CLAIM"),
            setting("GATEKEEPER_VALUE")
        ));
    }
    Some(ProviderConfig {
        label,
        issuer: issuer?,
        client_id,
        client_secret,
        scopes: words(Some(&scopes)),
        classes,
        methods,
        trusts_emails,
        creates_users,
        gatekeeper: claim.zip(value),
        name: name.leak(),
    })
}

/// Parses the address of a provider. Without TLS, an attacker on the network could act as the
/// provider, so http is accepted only for this machine.
fn issuer_url(settings: &mut Settings, name: &str, text: String) -> Option<IssuerUrl> {
    let url: Option<Url> = text.parse().ok();
    let is_good = url.is_some_and(|url| {
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        is_safe && url.query().is_none() && url.fragment().is_none()
    });
    if !text.is_empty() && (!is_good || text.len() > MAX_ISSUER) {
        settings.add_error(format!(
            "{name} is `{text}`; it must be an https address without ? and #, of at most \
             {MAX_ISSUER} bytes; http is only for this machine"
        ));
    }
    IssuerUrl::new(text).ok()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn parse_public_url(text: &str) -> Option<Url> {
    let mut url: Url = text.parse().ok()?;
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !matches!(url.scheme(), "http" | "https") || !is_plain {
        return None;
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Some(url)
}

/// The parts of a text that are separated by commas.
fn words(list: Option<&str>) -> Vec<String> {
    let words = list.unwrap_or_default().split(',').map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const GOOD: [(&str, &str); 5] = [
        (PROVIDERS, "entra, google"),
        (PUBLIC_URL, "https://kreis.example.org"),
        (
            "KREIS_OIDC_ENTRA_ISSUER",
            "https://login.example.org/tenant/v2.0",
        ),
        ("KREIS_OIDC_ENTRA_CLIENT_ID", "kreis"),
        ("KREIS_OIDC_GOOGLE_CLIENT_ID", "kreis"),
    ];
    const GOOGLE: (&str, &str) = ("KREIS_OIDC_GOOGLE_ISSUER", "https://accounts.google.com");

    fn read(changes: &[(&str, &str)]) -> (Option<SingleSignOnConfig>, Vec<String>) {
        let pairs = GOOD.iter().chain([&GOOGLE]).chain(changes);
        let map: BTreeMap<String, String> = pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut settings = Settings::from_map(map);
        let config = SingleSignOnConfig::from_settings(&mut settings);
        let errors = settings.finish().err();
        (config, errors.map(|errors| errors.0).unwrap_or_default())
    }

    #[test]
    fn several_providers_are_read_in_their_order() {
        let (config, errors) = read(&[("KREIS_OIDC_ENTRA_LABEL", "House")]);
        assert_eq!(errors, Vec::<String>::new());
        let config = config.unwrap();
        let labels: Vec<&str> = config
            .providers
            .iter()
            .map(|it| it.label.as_str())
            .collect();
        assert_eq!(labels, ["House", "google"]);
        assert_eq!(
            config.callback_url(),
            "https://kreis.example.org/sign-in/callback"
        );
        assert_eq!(config.providers[0].scopes, ["email", "profile"]);
        assert!(!config.passwords_off);
    }

    #[test]
    fn what_is_wrong_is_named_and_no_secret_is_repeated() {
        for (change, named) in [
            ((PUBLIC_URL, ""), PUBLIC_URL),
            ((PROVIDERS, "entra,entra"), PROVIDERS),
            ((PROVIDERS, "entra,go ogle"), "go ogle"),
            (("KREIS_OIDC_GOOGLE_ISSUER", ""), "KREIS_OIDC_GOOGLE_ISSUER"),
            (
                ("KREIS_OIDC_GOOGLE_ISSUER", "http://accounts.google.com"),
                "KREIS_OIDC_GOOGLE_ISSUER",
            ),
            (
                ("KREIS_OIDC_ENTRA_CLIENT_ID", ""),
                "KREIS_OIDC_ENTRA_CLIENT_ID",
            ),
            (
                ("KREIS_OIDC_ENTRA_GATEKEEPER_CLAIM", "groups"),
                "KREIS_OIDC_ENTRA_GATEKEEPER_VALUE",
            ),
            (("KREIS_OIDC_ENTRA_ISSUR", "x"), "KREIS_OIDC_ENTRA_ISSUER"),
            (
                ("KREIS_OIDC_ENTRA_CLIENT_SECRETT", "secret"),
                "KREIS_OIDC_ENTRA_CLIENT_SECRET",
            ),
            (("KREIS_PASSWORD_", "off"), PASSWORDS),
        ] {
            let (_, errors) = read(&[change]);
            assert_eq!(errors.len(), 1, "{change:?}: {errors:?}");
            assert!(errors[0].contains(named), "{change:?}: {errors:?}");
            assert!(!errors[0].contains("`secret`"), "{change:?}: {errors:?}");
        }
    }

    #[test]
    fn passwords_are_switched_off_only_where_a_provider_lets_people_in() {
        let (config, _) = read(&[(PASSWORDS, "off")]);
        assert!(config.unwrap().passwords_off);
        let (config, errors) = read(&[(PASSWORDS, "off"), (PROVIDERS, "")]);
        assert!(config.is_none());
        assert_eq!(errors.len(), 1, "{errors:?}");
    }
}
