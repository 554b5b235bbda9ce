//! Settings that name the files for TLS.

use std::path::PathBuf;

use super::{
    client::{ClientTls, Roots},
    error::TlsError,
    files::Identity,
    server::ServerTls,
};
use crate::config::Settings;

const CERTIFICATE: &str = "KREIS_TLS_CERTIFICATE_FILE";
const KEY: &str = "KREIS_TLS_KEY_FILE";
const SERVICE_CERTIFICATE: &str = "KREIS_SERVICE_CERTIFICATE_FILE";
const SERVICE_KEY: &str = "KREIS_SERVICE_KEY_FILE";
const SERVICE_AUTHORITY: &str = "KREIS_SERVICE_CA_FILE";
const AUTHORITY: &str = "KREIS_CA_FILE";

/// TLS between the servers of an installation. Both sides show a certificate of the installation's
/// authority.
#[derive(Clone)]
pub struct ServiceTls {
    /// For listeners that only servers call.
    pub server: ServerTls,
    /// For calls to other servers.
    pub client: ClientTls,
}

/// TLS of the public listener, from `KREIS_TLS_CERTIFICATE_FILE` and `KREIS_TLS_KEY_FILE`; absent
/// if they are not set.
pub fn public_tls(settings: &mut Settings) -> Option<ServerTls> {
    let identity = identity(settings, CERTIFICATE, KEY)?;
    or_add_error(settings, ServerTls::public(&identity))
}

/// TLS between servers, from `KREIS_SERVICE_CERTIFICATE_FILE`, `KREIS_SERVICE_KEY_FILE` and
/// `KREIS_SERVICE_CA_FILE`; absent if they are not set.
pub fn service_tls(settings: &mut Settings) -> Option<ServiceTls> {
    let identity = identity(settings, SERVICE_CERTIFICATE, SERVICE_KEY);
    let authority = settings.path(SERVICE_AUTHORITY);
    let (identity, authority) = match (identity, authority) {
        (Some(identity), Some(authority)) => (identity, authority),
        (None, None) => return None,
        (Some(_), None) => {
            settings.add_error(format!(
                "{SERVICE_CERTIFICATE} is set and {SERVICE_AUTHORITY} is not; \
                 it names the authority of all servers' certificates"
            ));
            return None;
        }
        (None, Some(_)) => {
            settings.add_error(format!(
                "{SERVICE_AUTHORITY} is set; set {SERVICE_CERTIFICATE} and {SERVICE_KEY} too"
            ));
            return None;
        }
    };
    let own = Some(identity.certificate.clone());
    let server = or_add_error(settings, ServerTls::mutual(&identity, authority.clone()));
    let client = ClientTls::new(Roots::FilesAlone, Some(authority), Some(identity), own);
    let client = or_add_error(settings, client);
    Some(ServiceTls {
        server: server?,
        client: client?,
    })
}

/// TLS of the metrics endpoint, with the certificate of the process's other listeners.
pub(crate) fn metrics_tls(settings: &mut Settings) -> Option<ServerTls> {
    let identity = identity(settings, CERTIFICATE, KEY)
        .or_else(|| identity(settings, SERVICE_CERTIFICATE, SERVICE_KEY))?;
    or_add_error(settings, ServerTls::public(&identity))
}

/// TLS of a command that calls a server. It trusts the authorities of the system, those that
/// `KREIS_CA_FILE` or `KREIS_SERVICE_CA_FILE` names, and the certificate of the server with these
/// settings.
pub fn client_tls(settings: &mut Settings) -> Option<ClientTls> {
    let service = identity(settings, SERVICE_CERTIFICATE, SERVICE_KEY);
    let own = settings.path(CERTIFICATE);
    let own = own.or_else(|| Some(service.as_ref()?.certificate.clone()));
    let authority = settings.path(AUTHORITY);
    let authority = authority.or_else(|| settings.path(SERVICE_AUTHORITY));
    let tls = ClientTls::new(Roots::System, authority, service, own);
    or_add_error(settings, tls)
}

fn identity(settings: &mut Settings, certificate: &str, key: &str) -> Option<Identity> {
    let (set, other): (PathBuf, _) = match (settings.path(certificate), settings.path(key)) {
        (Some(certificate), Some(key)) => return Some(Identity { certificate, key }),
        (None, None) => return None,
        (Some(path), None) => (path, (certificate, key)),
        (None, Some(path)) => (path, (key, certificate)),
    };
    let (name, missing) = other;
    settings.add_error(format!(
        "{name} is `{}` and {missing} is not set; set both or neither",
        set.display()
    ));
    None
}

fn or_add_error<T>(settings: &mut Settings, result: Result<T, TlsError>) -> Option<T> {
    result
        .map_err(|error| settings.add_error(error.to_string()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_config::{TokenServiceConfig, listen_setting};

    fn errors(pairs: &[(&str, &str)], read: impl FnOnce(&mut Settings)) -> Vec<String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut settings = Settings::from_map(pairs.iter().map(owned).collect());
        read(&mut settings);
        settings
            .finish()
            .err()
            .map(|errors| errors.0)
            .unwrap_or_default()
    }

    #[test]
    fn files_are_set_together_and_must_be_there() {
        let public = |pairs: &[(&str, &str)]| {
            errors(pairs, |settings| {
                public_tls(settings);
            })
        };
        assert!(public(&[]).is_empty());
        let alone = public(&[(CERTIFICATE, "a.pem")]);
        assert!(alone[0].contains(KEY), "{alone:?}");
        let gone = public(&[(CERTIFICATE, "/gone/a.pem"), (KEY, "/gone/a.key")]);
        assert!(
            gone[0].starts_with("/gone/a.pem cannot be read"),
            "{gone:?}"
        );

        let between = |pairs: &[(&str, &str)]| {
            errors(pairs, |settings| {
                service_tls(settings);
            })
        };
        let identity = [(SERVICE_CERTIFICATE, "a.pem"), (SERVICE_KEY, "a.key")];
        assert!(between(&identity)[0].contains(SERVICE_AUTHORITY));
        assert!(between(&[(SERVICE_AUTHORITY, "ca.pem")])[0].contains(SERVICE_KEY));
    }

    #[test]
    fn a_service_is_neither_reached_in_plain_text_nor_called_over_tls_without_files() {
        let read = |settings: &mut Settings| {
            let tls = service_tls(settings);
            listen_setting(settings, "KREIS_LISTEN", 9090, tls.as_ref());
            TokenServiceConfig::from_settings(settings, tls.map(|tls| tls.client));
        };
        let all = errors(
            &[
                ("KREIS_LISTEN", "0.0.0.0:9090"),
                ("KREIS_TOKEN_SERVICE", "https://auth:9091"),
            ],
            read,
        );
        for expected in [
            "KREIS_LISTEN is 0.0.0.0:9090",
            "KREIS_TOKEN_SERVICE is `https",
        ] {
            let named = all.iter().any(|error| error.starts_with(expected));
            assert!(named, "{expected}: {all:?}");
        }
    }
}
