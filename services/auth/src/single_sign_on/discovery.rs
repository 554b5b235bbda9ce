//! A cache of a provider's metadata (OpenID Connect Discovery) and keys.

use std::{sync::Arc, time::Duration};

use openidconnect::{DiscoveryError, IssuerUrl};
use tokio::{sync::Mutex, time::Instant};

use super::{
    claims::Metadata,
    http_client::{HttpClient, HttpError},
};

/// How long the metadata and keys are used before they are fetched again.
const LIFETIME: Duration = Duration::from_hours(1);
/// How long they are used if the provider does not answer.
const LONGEST_LIFETIME: Duration = Duration::from_hours(24);
/// Shortest time between two fetches that were caused by a token with an unknown key.
const KEY_INTERVAL: Duration = Duration::from_secs(10);
/// Shortest time from the end of a fetch to the next one, if the provider does not answer.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The last metadata. A fetch holds the lock, so that other calls wait for it instead of fetching
/// too.
#[derive(Default)]
pub(super) struct Discovery(Mutex<State>);

#[derive(Default)]
struct State {
    found: Option<(Arc<Metadata>, Instant)>,
    /// When the last fetch ended.
    fetched_at: Option<Instant>,
    /// The last fetch that was caused by a token with an unknown key.
    fetched_keys_at: Option<Instant>,
}

/// Which metadata a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Description,
    /// Metadata with keys that the cached metadata may lack.
    NewKeys,
}

impl State {
    /// Whether to fetch now.
    fn is_due(&self, wanted: Wanted) -> bool {
        let is_past = |time: Option<Instant>, interval| {
            time.is_none_or(|time: Instant| time.elapsed() >= interval)
        };
        match wanted {
            Wanted::NewKeys => is_past(self.fetched_keys_at, KEY_INTERVAL),
            Wanted::Description => {
                let found = self.found.as_ref().map(|(_, time)| *time);
                is_past(found, LIFETIME) && is_past(self.fetched_at, RETRY_INTERVAL)
            }
        }
    }

    /// Stores when a fetch ended, whether it succeeded or not. The calls that waited for it do not
    /// fetch again.
    fn fetched(&mut self, wanted: Wanted) {
        self.fetched_at = Some(Instant::now());
        if wanted == Wanted::NewKeys {
            self.fetched_keys_at = self.fetched_at;
        }
    }
}

impl Discovery {
    /// The metadata, fetched again if it is old or may lack keys. If the provider does not answer, the
    /// result may be up to a day old. The error is that of the fetch; `None` if there was no fetch.
    pub(super) async fn metadata(
        &self,
        issuer: &IssuerUrl,
        http: &HttpClient,
        wanted: Wanted,
    ) -> Result<Arc<Metadata>, Option<DiscoveryError<HttpError>>> {
        let mut state = self.0.lock().await;
        let mut failed = None;
        if state.is_due(wanted) {
            match Metadata::discover_async(issuer.clone(), http).await {
                Ok(metadata) => state.found = Some((Arc::new(metadata), Instant::now())),
                Err(error) => failed = Some(error),
            }
            state.fetched(wanted);
        }
        let found = state.found.as_ref();
        let usable = found.filter(|(_, time)| time.elapsed() < LONGEST_LIFETIME);
        usable
            .map(|(metadata, _)| Arc::clone(metadata))
            .ok_or(failed)
    }
}
