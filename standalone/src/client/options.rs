//! Options and variables that the commands share: the server, and the user who signs in.

use std::{
    fmt, fs,
    io::{self, IsTerminal},
    net::IpAddr,
    path::PathBuf,
    time::Duration,
};

use clap::builder::BoolishValueParser;
use kreis_server::tls::{ClientTls, Roots};
use kreis_service::service_key::ServiceKey;
use tonic::transport::Endpoint;
use zeroize::Zeroizing;

use super::ClientError;

/// Program and version, as lists of sessions and sign-ins show them.
const USER_AGENT: &str = concat!("kreis/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Which server, and who signs in.
#[derive(Debug, Clone, clap::Args)]
pub struct SignInArgs {
    /// Address of the server
    #[arg(long, env = "KREIS_SERVER", default_value = "http://127.0.0.1:8080")]
    pub server: String,

    /// Certificates, in PEM, of authorities to believe beside the system's
    #[arg(long, env = "KREIS_CA_FILE", value_name = "PATH")]
    pub ca_file: Option<PathBuf>,

    /// Send the password to another machine although nothing encrypts it
    #[arg(
        long,
        env = "KREIS_ALLOW_PLAINTEXT",
        hide_env_values = true,
        value_parser = BoolishValueParser::new()
    )]
    pub allow_plaintext: bool,

    /// E-mail of a gatekeeper; without it, `KREIS_SERVICE_KEY` has the key of a service account
    #[arg(long, env = "KREIS_EMAIL", hide_env_values = true)]
    pub email: Option<String>,

    /// File that holds the password; without it, `KREIS_PASSWORD` or a prompt
    #[arg(long, value_name = "PATH")]
    pub password_file: Option<PathBuf>,
}

/// What the environment has to sign in with.
#[derive(Default)]
pub struct Secrets {
    /// Password of the gatekeeper whose e-mail is given.
    pub password: Option<String>,
    /// Key of a service account.
    pub service_key: Option<String>,
}

/// Who signs in, and with what.
pub(super) enum Credentials {
    Password {
        email: String,
        password: Zeroizing<String>,
    },
    ServiceKey(ServiceKey),
}

/// Never shows the secret.
impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials")
    }
}

impl SignInArgs {
    /// The endpoint at the address. Plain text to another machine must be allowed, because other
    /// machines on the network could read the password.
    pub(super) fn endpoint(&self) -> Result<Endpoint, ClientError> {
        let address = || ClientError::Address(self.server.clone());
        let endpoint = Endpoint::from_shared(self.server.clone())
            .and_then(|endpoint| endpoint.user_agent(USER_AGENT))
            .map_err(|_| address())?;
        let encrypted = match endpoint.uri().scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(address()),
        };
        let host = endpoint.uri().host().ok_or_else(address)?;
        if encrypted || self.allow_plaintext || is_this_machine(host) {
            return Ok(endpoint.connect_timeout(CONNECT_TIMEOUT));
        }
        Err(ClientError::Plaintext(self.server.clone()))
    }

    /// The certificates that are trusted for a server with TLS.
    pub(super) fn tls(&self) -> Result<ClientTls, ClientError> {
        Ok(ClientTls::new(
            Roots::System,
            self.ca_file.clone(),
            None,
            None,
        )?)
    }

    /// E-mail and password, or without an e-mail the key of a service account. The password comes
    /// from the first available source: the file, the environment, the terminal.
    pub(super) async fn credentials(self, secrets: Secrets) -> Result<Credentials, ClientError> {
        let Some(email) = self.email else {
            let text = Zeroizing::new(secrets.service_key.ok_or(ClientError::NobodySignsIn)?);
            // Any other secret must not leave this machine.
            let key = ServiceKey::parse(&text).ok_or(ClientError::NoServiceKey)?;
            return Ok(Credentials::ServiceKey(key));
        };
        let password = match (self.password_file, secrets.password) {
            (Some(path), _) => password_in(path)?,
            (None, Some(password)) => password,
            (None, None) => password_from_prompt().await?,
        };
        Ok(Credentials::Password {
            email,
            password: Zeroizing::new(password),
        })
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    loopback || host.eq_ignore_ascii_case("localhost")
}

/// Content of a file, without the line end that editors add.
fn password_in(path: PathBuf) -> Result<String, ClientError> {
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) => return Err(ClientError::PasswordFile { path, cause }),
    };
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

async fn password_from_prompt() -> Result<String, ClientError> {
    if !io::stdin().is_terminal() {
        return Err(ClientError::NoPassword);
    }
    tokio::task::spawn_blocking(|| rpassword::prompt_password("password: "))
        .await
        .ok()
        .and_then(Result::ok)
        .ok_or(ClientError::NoPassword)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(server: &str, allow_plaintext: bool) -> Result<Endpoint, ClientError> {
        let args = SignInArgs {
            server: server.to_owned(),
            ca_file: None,
            allow_plaintext,
            email: Some("anna@example.org".to_owned()),
            password_file: None,
        };
        args.endpoint()
    }

    #[test]
    fn an_address_that_is_not_http_is_refused_before_anything_is_sent() {
        for server in ["kreis", "", "ftp://kreis.example.org"] {
            let refused = endpoint(server, true);
            assert!(matches!(refused, Err(ClientError::Address(_))), "{server}");
        }
    }

    #[test]
    fn a_password_goes_to_another_machine_only_where_that_is_allowed() {
        for (server, here) in [
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost", true),
            ("https://kreis.example.org", true),
            ("http://192.0.2.1:8080", false),
            ("http://[2001:db8::1]", false),
            ("http://localhost.example.org", false),
            ("http://127.0.0.1.example.org", false),
        ] {
            let strict = endpoint(server, false);
            let refused = matches!(strict, Err(ClientError::Plaintext(_)));
            assert_eq!((strict.is_ok(), refused), (here, !here), "{server}");
            assert!(endpoint(server, true).is_ok(), "{server}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let credentials = Credentials::Password {
            email: "anna@example.org".to_owned(),
            password: Zeroizing::new("correct horse".to_owned()),
        };
        assert!(!format!("{credentials:?}").contains("horse"));
        let credentials = Credentials::ServiceKey(ServiceKey::random().unwrap());
        assert!(!format!("{credentials:?}").contains("kreis_sa_"));
    }
}
