//! Providers for single sign-on, by OpenID Connect.

mod claims;
mod config;
mod discovery;
mod http_client;
mod logout_token;
mod provider;

use std::sync::Arc;

use chrono::Utc;
use kreis_server::metrics::ServerMetrics;

pub use self::config::SingleSignOnConfig;
use self::provider::Provider;
pub(crate) use self::provider::SignOnFailure;
use crate::{
    error::Error,
    model::{ProviderLogout, ProviderName, SignOnAttempt, SignOnKeys, SignOnSecret},
};

/// The providers of the settings. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Providers {
    all: Arc<[Provider]>,
    keys: SignOnKeys,
    passwords_off: bool,
}

/// A sign-in that comes back from its provider.
pub(crate) struct ReturnedSignOn<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) attempt: SignOnAttempt,
}

impl Providers {
    pub(crate) fn new(config: Option<SingleSignOnConfig>, keys: SignOnKeys) -> Self {
        let passwords_off = config.as_ref().is_some_and(|config| config.passwords_off);
        Self {
            all: config.map(Provider::all_of).unwrap_or_default().into(),
            keys,
            passwords_off,
        }
    }

    /// Registers how often each provider was called, and how many calls are in progress.
    pub(crate) fn register_metrics(&self, metrics: &ServerMetrics) {
        for provider in self.all.iter() {
            provider.register_metrics(metrics);
        }
    }

    /// Their names, in the order of the settings.
    pub(crate) fn names(&self) -> Vec<ProviderName> {
        self.all.iter().map(Provider::name).collect()
    }

    /// The issuers whose accounts let users in.
    pub(crate) fn issuers(&self) -> Vec<String> {
        let issuers = self.all.iter().map(|provider| provider.issuer().to_owned());
        issuers.collect()
    }

    /// Whether the operator has switched passwords off.
    pub(crate) const fn switch_passwords_off(&self) -> bool {
        self.passwords_off
    }

    /// Begins a sign-in: the address of the provider's page for this browser.
    pub(crate) async fn begin(&self, name: &str, secret: &SignOnSecret) -> Result<String, Error> {
        let provider = self.all.iter().find(|provider| provider.is_called(name));
        let provider = provider.ok_or(Error::ProviderNotFound)?;
        let attempt = SignOnAttempt::begin(&self.keys, secret, name, Utc::now());
        let attempt = attempt.map_err(|_| Error::NoRandomness)?;
        provider.authorization_url(&attempt).await
    }

    /// The sign-in to which a `state` belongs. `None` if this browser did not begin it in the last ten
    /// minutes.
    pub(crate) fn resume(
        &self,
        secret: Option<&SignOnSecret>,
        state: &str,
    ) -> Option<ReturnedSignOn<'_>> {
        let (secret, now) = (secret?, Utc::now());
        self.all.iter().find_map(|provider| {
            let name = provider.name().name;
            let attempt = SignOnAttempt::resume(&self.keys, secret, &name, state, now)?;
            Some(ReturnedSignOn { provider, attempt })
        })
    }

    /// The address at which a browser signs out at the provider with this issuer. `None` if the
    /// provider has no such page, or does not answer.
    pub(crate) async fn logout_url(&self, issuer: &str) -> Option<String> {
        let provider = self.all.iter().find(|provider| provider.issuer() == issuer);
        provider?.logout_url().await
    }

    /// Verifies a logout token of one of the providers.
    pub(crate) async fn verify_logout(&self, token: &str) -> Result<ProviderLogout, Error> {
        let issuer = logout_token::unverified_issuer(token).ok_or(Error::LogoutTokenRefused)?;
        let provider = self.all.iter().find(|provider| provider.issuer() == issuer);
        let provider = provider.ok_or(Error::LogoutTokenRefused)?;
        provider.verify_logout(token).await
    }
}
