//! Settings that several servers share.

use std::time::Duration;

use tonic::transport::Endpoint;

use crate::{
    bind_error::BindError,
    config::Settings,
    connections::ListenConfig,
    revocations::{RevocationReplica, TokenServiceClientConfig, service_authorization},
    tls::{ClientTls, ServiceTls, lazy_channel},
};

/// Largest message that a service reads, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// Address of auth's `TokenService`, and how to authenticate there.
#[derive(Clone)]
pub struct TokenServiceConfig {
    /// Address, such as `http://auth:9091`, or several separated by commas.
    pub address: String,
    /// The services' shared secret.
    pub secret: String,
    /// How long the revocation replica stays valid.
    pub lease: Duration,
    /// Certificates for https addresses: the trusted CA and our own.
    pub tls: Option<ClientTls>,
}

impl TokenServiceConfig {
    /// Reads `KREIS_TOKEN_SERVICE`, `KREIS_SERVICE_SECRET` and
    /// `KREIS_REVOCATION_LEASE_MS`.
    pub fn from_settings(settings: &mut Settings, tls: Option<ClientTls>) -> Self {
        let purpose = "the address of auth's TokenService, such as http://auth:9091";
        Self {
            address: server_addresses_setting(
                settings,
                "KREIS_TOKEN_SERVICE",
                purpose,
                tls.is_some(),
            ),
            secret: service_secret(settings),
            lease: revocation_lease(settings),
            tls,
        }
    }

    /// A revocation replica with channels of its own.
    pub fn replica(&self) -> Result<RevocationReplica, BindError> {
        let secret = service_authorization(&self.secret).ok_or(BindError::Secret)?;
        let channels = parse_endpoints(&self.address)?
            .into_iter()
            .map(|endpoint| {
                let endpoint = endpoint
                    .connect_timeout(Duration::from_millis(800))
                    // A dead connection must not outlast the lease.
                    .http2_keep_alive_interval(Duration::from_secs(1))
                    .keep_alive_timeout(Duration::from_secs(1))
                    .keep_alive_while_idle(true);
                lazy_channel(&endpoint, self.tls.as_ref())
            })
            .collect();
        Ok(RevocationReplica::new(
            TokenServiceClientConfig { channels, secret },
            self.lease,
        ))
    }
}

/// The endpoints of a service from its setting: one address such as `http://kpi:9090`, or those of
/// several instances separated by commas.
pub fn parse_endpoints(addresses: &str) -> Result<Vec<Endpoint>, BindError> {
    addresses
        .split(',')
        .map(|address| {
            let address = address.trim().to_owned();
            Endpoint::from_shared(address.clone()).map_err(|_| BindError::Address(address))
        })
        .collect()
}

/// Reads the addresses of a service of the installation, for [`parse_endpoints`]. `purpose`
/// completes the sentence "it is …"; `tls` says whether TLS between servers is set up.
pub fn server_addresses_setting(
    settings: &mut Settings,
    name: &str,
    purpose: &str,
    tls: bool,
) -> String {
    let addresses = settings.required(name, purpose);
    if addresses.is_empty() {
        return addresses;
    }
    match parse_endpoints(&addresses) {
        Err(_) => settings.add_error(format!(
            "{name} is `{addresses}`; it must be a URL, or several with commas between"
        )),
        Ok(endpoints) => {
            let https = |endpoint: &Endpoint| endpoint.uri().scheme_str() == Some("https");
            if !tls && endpoints.iter().any(https) {
                settings.add_error(format!(
                    "{name} is `{addresses}`, for which KREIS_SERVICE_CERTIFICATE_FILE, \
                     KREIS_SERVICE_KEY_FILE and KREIS_SERVICE_CA_FILE must be set"
                ));
            }
        }
    }
    addresses
}

/// Reads `KREIS_REVOCATION_LEASE_MS`.
pub fn revocation_lease(settings: &mut Settings) -> Duration {
    Duration::from_millis(settings.number("KREIS_REVOCATION_LEASE_MS", 3_000, 500, 60_000))
}

/// Reads `KREIS_SERVICE_SECRET`, which every server of an installation shares.
pub fn service_secret(settings: &mut Settings) -> String {
    let secret = settings.required_secret(
        "KREIS_SERVICE_SECRET",
        "the secret that the servers of kreis share",
    );
    if !secret.is_empty()
        && (secret.len() < 32 || !secret.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        settings.add_error(
            "KREIS_SERVICE_SECRET must be 32 or more letters, digits and signs of ASCII",
        );
    }
    secret
}

/// Reads the address on which a service listens for other servers: with TLS if that is set up
/// between them.
pub fn listen_setting(
    settings: &mut Settings,
    name: &str,
    port: u16,
    tls: Option<&ServiceTls>,
) -> ListenConfig {
    let default = ([127, 0, 0, 1], port).into();
    let advice = "set KREIS_SERVICE_CERTIFICATE_FILE, KREIS_SERVICE_KEY_FILE and \
                     KREIS_SERVICE_CA_FILE, or KREIS_ALLOW_PLAINTEXT=1 where the network is trusted";
    let tls = tls.map(|tls| tls.server.clone());
    ListenConfig::from_settings(settings, name, default, tls, advice)
}

/// Reads `KREIS_LONGEST_CALL_MS`.
pub fn longest_call(settings: &mut Settings) -> Duration {
    Duration::from_millis(settings.number("KREIS_LONGEST_CALL_MS", 10_000, 100, 600_000))
}
