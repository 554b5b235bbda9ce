//! A provider's description of itself, with its keys, as it was fetched last.

use std::{sync::Arc, time::Duration};

use openidconnect::{DiscoveryError, IssuerUrl};
use tokio::{sync::Mutex, time::Instant};

use super::{
    claims::Metadata,
    http_client::{HttpClient, HttpError},
};

/// How long the provider's description and keys are used before they are fetched again.
const LIFETIME: Duration = Duration::from_hours(1);
/// How long they are used if the provider does not answer.
const LONGEST_LIFETIME: Duration = Duration::from_hours(24);
/// Keys are fetched at most so often because a token names another one.
const KEY_INTERVAL: Duration = Duration::from_secs(10);
/// A provider that did not answer is asked at most so often.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// What was fetched last. Locked while it is fetched, so that one call fetches it for all.
#[derive(Default)]
pub(super) struct Discovery(Mutex<State>);

#[derive(Default)]
struct State {
    found: Option<(Arc<Metadata>, Instant)>,
    /// When the provider was asked last.
    asked: Option<Instant>,
    /// When it was asked last because a token named an unknown key.
    asked_for_keys: Option<Instant>,
}

/// What a call needs of the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Description,
    /// Keys that the description of the last minutes may lack.
    NewKeys,
}

impl State {
    /// Whether to ask the provider now. If so, notes it.
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
    /// The description, fetched again if it is old or lacks keys. If the provider does not answer, it may
    /// be a day old. Fails with the error of the provider if it was asked.
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
