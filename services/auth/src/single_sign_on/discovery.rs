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
/// Shortest time between the beginnings of two fetches, if the provider does not answer.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The last metadata. A fetch holds the lock, so that other calls wait for it instead of fetching
/// too.
#[derive(Default)]
pub(super) struct Discovery(Mutex<State>);

#[derive(Default)]
struct State {
    found: Option<(Arc<Metadata>, Instant)>,
    /// When the provider was asked last.
    asked: Option<Instant>,
    /// The last fetch that was caused by a token with an unknown key.
    asked_for_keys: Option<Instant>,
}

/// Which metadata a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Description,
    /// Metadata with keys that the cached metadata may lack.
    NewKeys,
}

impl State {
    /// Whether to fetch now. If so, stores the time.
    fn is_due(&mut self, wanted: Wanted) -> bool {
        let is_past = |time: Option<Instant>, interval| {
            time.is_none_or(|time: Instant| time.elapsed() >= interval)
        };
        let is_due = match wanted {
            Wanted::NewKeys => is_past(self.asked_for_keys, KEY_INTERVAL),
            Wanted::Description => {
                let found = self.found.as_ref().map(|(_, time)| *time);
                is_past(found, LIFETIME) && is_past(self.asked, RETRY_INTERVAL)
            }
        };
        if is_due {
            self.asked = Some(Instant::now());
        }
        if is_due && wanted == Wanted::NewKeys {
            self.asked_for_keys = self.asked;
        }
        is_due
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
        }
        let found = state.found.as_ref();
        let usable = found.filter(|(_, time)| time.elapsed() < LONGEST_LIFETIME);
        usable
            .map(|(metadata, _)| Arc::clone(metadata))
            .ok_or(failed)
    }
}
