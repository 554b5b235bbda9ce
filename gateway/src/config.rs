//! Configuration of the gateway.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use http::HeaderValue;
use kreis_server::{
    call_queue::calls_at_once_setting,
    client_limits::ClientLimits,
    config::Settings,
    connections::{ConnectionLimits, ConnectionTimeouts, ListenConfig},
    server_config::{self, MAX_MESSAGE_BYTES, TokenServiceConfig},
    tls::{public_tls, service_tls},
};

use crate::trusted_proxies::TrustedProxies;

/// Name of the server in log lines and metrics.
pub(crate) const NAME: &str = "gateway";

/// Configuration of the gateway.
#[derive(Clone)]
pub struct GatewayConfig {
    /// Address to listen on.
    pub listen: ListenConfig,
    /// Address of the service for each package of the contract, or those of several instances
    /// separated by commas.
    pub upstream_addresses: BTreeMap<String, String>,
    /// Access to auth's `TokenService`, to verify tokens.
    pub tokens: TokenServiceConfig,
    /// Directory of the web client; without it the gateway serves a plain page.
    pub web_dir: Option<PathBuf>,
    /// Other origins whose pages may send calls; none by default.
    pub cors_origins: Vec<HeaderValue>,
    /// Longest time of a call.
    pub longest_call: Duration,
    /// Largest accepted message, in bytes.
    pub largest_message: usize,
    /// Limits for each client.
    pub client_limits: ClientLimits,
    /// Maximum number of reads in progress of each package of the contract, and of writes.
    pub calls_at_once: usize,
    /// Proxies whose forwarding headers are trusted.
    pub trusted_proxies: TrustedProxies,
    /// Whether reflection serves the contract.
    pub reflection: bool,
}

/// Limits of a connection to the gateway.
pub(crate) const CONNECTION_LIMITS: ConnectionLimits = ConnectionLimits {
    http1: true,
    streams: 200,
    max_resets: Some(200),
    timeouts: Some(ConnectionTimeouts {
        stall: Duration::from_secs(10),
        idle: Duration::from_mins(3),
        age: Duration::from_hours(1),
    }),
};
/// Maximum number of bytes of requests and responses that the process holds: a third of the memory
/// that it may use.
const MAX_HELD_BYTES: usize = 64 * 1024 * 1024;
/// Maximum number of these bytes for one address, such as an office behind one router.
const MAX_BYTES_PER_ADDRESS: usize = 24 * 1024 * 1024;
/// Maximum number of these bytes for one connection: several of the largest messages.
const MAX_BYTES_PER_CONNECTION: usize = 8 * 1024 * 1024;
/// Maximum number of calls of one user in progress: half of a service's connections for reads, so
/// that others find a free one.
const MAX_CALLS_PER_USER: u64 = 4;
/// Maximum number of connections of the process.
const MAX_CONNECTIONS: usize = 10_000;

/// The packages that the gateway routes, each with the setting of its address and the name of its
/// service.
pub(crate) const PACKAGES: [(&str, &str, &str); 3] = [
    ("kreis.auth.v1", "KREIS_AUTH_SERVICE", "auth"),
    ("kreis.org.v1", "KREIS_ORG_SERVICE", "org"),
    ("kreis.kpi.v1", "KREIS_KPI_SERVICE", "kpi"),
];

impl GatewayConfig {
    /// Reads the configuration; errors are collected in `settings`.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let tls = service_tls(settings).map(|tls| tls.client);
        let mut upstream_addresses = BTreeMap::new();
        for (package, setting, service) in PACKAGES {
            let purpose = format!("the address of {service}, such as http://{service}:9090");
            let address =
                server_config::server_addresses_setting(settings, setting, &purpose, tls.is_some());
            upstream_addresses.insert(package.to_owned(), address);
        }
        let tokens = TokenServiceConfig::from_settings(settings, tls);
        Self {
            upstream_addresses,
            tokens,
            ..Self::without_upstreams(settings)
        }
    }

    /// Reads only the settings for the public side. Addresses and tokens stay empty.
    pub fn without_upstreams(settings: &mut Settings) -> Self {
        let tls = public_tls(settings);
        let default = ([127, 0, 0, 1], 8080).into();
        let advice = "set KREIS_TLS_CERTIFICATE_FILE and KREIS_TLS_KEY_FILE, or put a proxy \
                         with TLS in front and set KREIS_ALLOW_PLAINTEXT=1";
        let listen = ListenConfig::from_settings(settings, "KREIS_LISTEN", default, tls, advice);
        let web_dir = settings.path("KREIS_WEB_DIR");
        if let Some(missing) = web_dir
            .as_ref()
            .filter(|dir| !dir.join("index.html").is_file())
        {
            settings.add_error(format!(
                "KREIS_WEB_DIR is {}, which has no index.html",
                missing.display()
            ));
        }
        let largest = u64::try_from(MAX_MESSAGE_BYTES).unwrap_or(u64::MAX);
        let message_bytes = settings.number("KREIS_LARGEST_MESSAGE_BYTES", largest, 1_024, largest);
        Self {
            listen,
            upstream_addresses: BTreeMap::new(),
            tokens: TokenServiceConfig {
                address: String::new(),
                secret: String::new(),
                lease: server_config::revocation_lease(settings),
                tls: None,
            },
            web_dir,
            cors_origins: cors_origins(settings),
            longest_call: server_config::longest_call(settings),
            largest_message: usize::try_from(message_bytes).unwrap_or(MAX_MESSAGE_BYTES),
            client_limits: client_limits(settings),
            calls_at_once: calls_at_once_setting(settings),
            trusted_proxies: TrustedProxies::from_settings(settings),
            reflection: settings.switch("KREIS_REFLECTION", true),
        }
    }
}

/// Reads `KREIS_CONNECTIONS_PER_ADDRESS`, `KREIS_CALLS_PER_ADDRESS` and
/// `KREIS_CALLS_PER_USER`.
fn client_limits(settings: &mut Settings) -> ClientLimits {
    let most = MAX_CONNECTIONS as u64;
    let mut number = |name, default| {
        let number = settings.number(name, default, 1, most);
        usize::try_from(number).unwrap_or(MAX_CONNECTIONS)
    };
    ClientLimits {
        connections: MAX_CONNECTIONS,
        connections_per_address: number("KREIS_CONNECTIONS_PER_ADDRESS", 500),
        calls_per_address: number("KREIS_CALLS_PER_ADDRESS", 1_000),
        calls_per_user: number("KREIS_CALLS_PER_USER", MAX_CALLS_PER_USER),
        bytes: MAX_HELD_BYTES,
        bytes_per_address: MAX_BYTES_PER_ADDRESS,
        bytes_per_connection: MAX_BYTES_PER_CONNECTION,
    }
}

/// Reads exact origins, such as `https://kpi.example.org`, separated by commas.
fn cors_origins(settings: &mut Settings) -> Vec<HeaderValue> {
    let text = settings.text_or("KREIS_CORS_ORIGINS", "");
    let mut origins = Vec::new();
    for origin in text
        .split(',')
        .map(str::trim)
        .filter(|origin| !origin.is_empty())
    {
        let exact = origin.split_once("://").is_some_and(|(scheme, rest)| {
            ["http", "https"].contains(&scheme) && !rest.is_empty() && !rest.contains(['/', '*'])
        });
        match HeaderValue::from_str(origin) {
            Ok(value) if exact => origins.push(value),
            _ => settings.add_error(format!(
                "KREIS_CORS_ORIGINS has `{origin}`; it must be exact origins such as \
                 https://kpi.example.org, separated by commas"
            )),
        }
    }
    origins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(pairs: &[(&str, &str)]) -> String {
        let map = pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        let mut settings = Settings::from_map(map);
        GatewayConfig::without_upstreams(&mut settings);
        settings
            .finish()
            .err()
            .map(|errors| errors.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn beyond_loopback_plaintext_must_be_allowed_on_purpose() {
        assert!(errors(&[("KREIS_LISTEN", "0.0.0.0:8080")]).contains("KREIS_ALLOW_PLAINTEXT=1"));
        let allowed = [
            ("KREIS_LISTEN", "0.0.0.0:8080"),
            ("KREIS_ALLOW_PLAINTEXT", "1"),
        ];
        assert_eq!(errors(&allowed), "");
        assert_eq!(errors(&[("KREIS_LISTEN", "[::1]:0")]), "");
    }

    #[test]
    fn only_exact_origins_are_accepted() {
        assert_eq!(
            errors(&[(
                "KREIS_CORS_ORIGINS",
                "https://a.example, http://localhost:5173"
            )]),
            ""
        );
        for wrong in ["*", "null", "https://a.example/", "https://*.example"] {
            assert!(
                errors(&[("KREIS_CORS_ORIGINS", wrong)]).contains(wrong),
                "{wrong}"
            );
        }
    }
}
