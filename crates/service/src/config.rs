//! Settings that the three services share.

use std::time::Duration;

use kreis_database::DatabaseConfig;
use kreis_server::{
    call_queue::calls_at_once_setting,
    config::Settings,
    connections::ListenConfig,
    server_config::{TokenServiceConfig, listen_setting, longest_call},
    tls::service_tls,
};

/// Configuration that the three services share.
#[derive(Clone)]
pub struct ServiceConfig {
    /// Address to listen on.
    pub listen: ListenConfig,
    /// Database of the service.
    pub database: DatabaseConfig,
    /// Access to auth's `TokenService`, to verify tokens.
    pub tokens: TokenServiceConfig,
    /// Longest time of a call.
    pub longest_call: Duration,
    /// Maximum number of reads in progress, and of writes.
    pub calls_at_once: usize,
    /// Whether reflection serves the contract.
    pub reflection: bool,
}

impl ServiceConfig {
    /// Reads the configuration; errors are collected in `settings`.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let tls = service_tls(settings);
        Self {
            listen: listen_setting(settings, "KREIS_LISTEN", 9090, tls.as_ref()),
            database: DatabaseConfig::from_settings(settings),
            tokens: TokenServiceConfig::from_settings(settings, tls.map(|tls| tls.client)),
            longest_call: longest_call(settings),
            calls_at_once: calls_at_once_setting(settings),
            reflection: settings.switch("KREIS_REFLECTION", true),
        }
    }
}
