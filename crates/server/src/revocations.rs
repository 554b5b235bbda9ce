//! The revocation replica of each gateway and service: a copy of auth's revocation list, which a
//! long poll keeps up to date.
//!
//! A replica is valid for its lease: by default three seconds from the moment at which the last
//! answered poll was *sent*. After that every token is refused until the next successful poll,
//! because the replica may lack a revocation.

mod list;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{TimeDelta, Utc};
use jsonwebtoken::DecodingKey;
use kreis_proto::auth::v1::{
    AwaitRevocationsRequest, AwaitRevocationsResponse, GetSigningKeysRequest,
    token_service_client::TokenServiceClient,
};
use tokio::{
    sync::{Mutex, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, metadata::AsciiMetadataValue, transport::Channel};

pub use self::list::{ReplicaError, RevocationList};
use crate::{
    clock,
    metrics::{ServerMetrics, count},
    timestamps,
    token::{PublicKeys, VerifiedToken},
};

/// Longest wait for new entries that a replica requests.
pub const MAX_POLL_WAIT: Duration = Duration::from_millis(500);
/// Deadline of each request to auth.
const POLL_TIMEOUT: Duration = Duration::from_secs(1);
/// Pause after a failed request.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// Least time between two fetches of the keys because of an unknown `kid`.
const MIN_KEY_FETCH_INTERVAL: Duration = Duration::from_secs(10);
/// Interval at which the keys are fetched in any case, so that a withdrawn key is removed.
const KEY_REFRESH_INTERVAL: Duration = Duration::from_mins(5);
/// How long a response may wait until the replica has the revocation that the call caused.
const MAX_WAIT_FOR_REPLICA: Duration = Duration::from_secs(1);

/// Channels to auth's `TokenService`, and the secret that it requires.
#[derive(Clone)]
pub struct TokenServiceClientConfig {
    /// Channels used for nothing else, so that a flood of calls cannot delay a poll: one to each
    /// instance of auth.
    pub channels: Vec<Channel>,
    /// The services' shared secret.
    pub secret: AsciiMetadataValue,
}

/// The revocation replica of a gateway or service. Cheap to clone.
#[derive(Clone)]
pub struct RevocationReplica {
    inner: Arc<Inner>,
}

struct Inner {
    source: TokenServiceClientConfig,
    /// Index of the channel in use.
    channel_index: AtomicUsize,
    lease: Duration,
    list: ArcSwap<RevocationList>,
    keys: ArcSwap<PublicKeys>,
    keys_fetched_at: Mutex<Option<Instant>>,
    current_as_of: ArcSwap<Option<Instant>>,
    applied_seq: watch::Sender<i64>,
}

impl RevocationReplica {
    /// An empty replica. It refuses every token until it is complete. `lease` is how long it then
    /// stays valid.
    #[must_use]
    pub fn new(source: TokenServiceClientConfig, lease: Duration) -> Self {
        let inner = Inner {
            source,
            channel_index: AtomicUsize::new(0),
            lease,
            list: ArcSwap::default(),
            keys: ArcSwap::default(),
            keys_fetched_at: Mutex::new(None),
            current_as_of: ArcSwap::default(),
            applied_seq: watch::Sender::new(0),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Whether the replica is valid: it was complete less than a lease ago.
    #[must_use]
    pub fn has_valid_lease(&self) -> bool {
        self.age().is_some_and(|age| age <= self.inner.lease)
    }

    /// The same for a server that was not ready at `not_ready_since`: only a poll that was sent
    /// later counts. A lease from before would go on for a while during an outage. It could end
    /// exactly when everything else works again.
    #[must_use]
    pub fn has_lease_since(&self, not_ready_since: Option<Instant>) -> bool {
        let current_as_of = **self.inner.current_as_of.load();
        self.has_valid_lease()
            && not_ready_since.is_none_or(|missing| current_as_of > Some(missing))
    }

    /// Registers gauges of the replica's age, its lease and its last entry.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        let (aged, list) = (self.clone(), self.clone());
        metrics.gauge(
            "kreis_revocations_age_seconds",
            "Age of the replica of the revocation list; past the lease every authenticated call is refused",
            &[],
            move || aged.age().map_or(f64::INFINITY, |age| age.as_secs_f64()),
        );
        let lease = self.inner.lease.as_secs_f64();
        metrics.gauge(
            "kreis_revocations_lease_seconds",
            "How old the replica of the revocation list may be",
            &[],
            move || lease,
        );
        metrics.gauge(
            "kreis_revocations_seq",
            "The newest entry of the revocation list in the replica",
            &[],
            move || count(list.list().seq.unsigned_abs()),
        );
    }

    /// Time since the replica was complete; absent if it never was.
    fn age(&self) -> Option<Duration> {
        let current_as_of = **self.inner.current_as_of.load();
        current_as_of.map(|asked| asked.elapsed())
    }

    /// Whether the replica revokes a verified token.
    #[must_use]
    pub fn revokes(&self, token: &VerifiedToken) -> bool {
        self.inner.list.load().revokes(token)
    }

    /// The current list.
    #[must_use]
    pub fn list(&self) -> Arc<RevocationList> {
        self.inner.list.load_full()
    }

    /// The current public keys.
    #[must_use]
    pub fn keys(&self) -> Arc<PublicKeys> {
        self.inner.keys.load_full()
    }

    /// Waits until the replica has entry `seq`, at most one second. Returns whether it has.
    pub async fn wait_for_seq(&self, seq: i64) -> bool {
        let mut applied_seq = self.inner.applied_seq.subscribe();
        timeout(
            MAX_WAIT_FOR_REPLICA,
            applied_seq.wait_for(|held| *held >= seq),
        )
        .await
        .is_ok_and(|held| held.is_ok())
    }

    /// Waits until the replica is complete, at most one second. Without this wait, a server that
    /// has just started would refuse valid tokens.
    pub async fn wait_until_current(&self) {
        let mut applied_seq = self.inner.applied_seq.subscribe();
        let current = async {
            while !self.has_valid_lease() {
                if applied_seq.changed().await.is_err() {
                    return;
                }
            }
        };
        // If auth is away, callers get that error later.
        let _ = timeout(MAX_WAIT_FOR_REPLICA, current).await;
    }

    /// Fetches the keys because of an unknown `kid`, at most once in ten seconds. The lock lets
    /// concurrent callers wait for the same fetch.
    pub(crate) async fn refetch_keys(&self) {
        let mut asked = self.inner.keys_fetched_at.lock().await;
        if asked.is_some_and(|at| at.elapsed() < MIN_KEY_FETCH_INTERVAL) {
            return;
        }
        *asked = Some(Instant::now());
        if let Err(error) = self.fetch_keys().await {
            tracing::warn!(error.cause = error, "the keys could not be fetched");
        }
    }

    /// Polls auth until shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        let work = async {
            let mut keys_fetched = None::<Instant>;
            let mut failing = false;
            let mut rebuilding = None;
            loop {
                let due =
                    keys_fetched.is_none_or(|fetched| fetched.elapsed() > KEY_REFRESH_INTERVAL);
                let step = async {
                    if due {
                        self.fetch_keys().await?;
                        keys_fetched = Some(Instant::now());
                    }
                    self.poll(&mut rebuilding).await
                };
                match step.await {
                    Ok(()) => {
                        if failing {
                            tracing::info!("the revocation list is in step again");
                        }
                        failing = false;
                    }
                    Err(error) => {
                        if !failing {
                            tracing::warn!(error.cause = %error, "the revocation list is out of step");
                        }
                        failing = true;
                        self.inner.channel_index.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(RETRY_INTERVAL).await;
                    }
                }
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = work => {}
        }
    }

    async fn fetch_keys(&self) -> Result<(), String> {
        let call = async {
            let request = self.with_secret(GetSigningKeysRequest {});
            self.client().get_signing_keys(request).await
        };
        let answer = timeout(POLL_TIMEOUT, call)
            .await
            .map_err(|_| "auth did not answer in time".to_owned())?
            .map_err(|status| status.message().to_owned())?
            .into_inner();
        let mut keys = PublicKeys::new();
        for key in answer.keys {
            let public_key = URL_SAFE_NO_PAD.encode(&key.public_key);
            let decoding = DecodingKey::from_ed_components(&public_key)
                .map_err(|error| format!("key {} is not usable: {error}", key.kid))?;
            keys.insert(key.kid, decoding);
        }
        self.inner.keys.store(Arc::new(keys));
        Ok(())
    }

    /// Sends one poll. `rebuilding` is a replica that is being rebuilt while the current one stays
    /// in use.
    async fn poll(&self, rebuilding: &mut Option<Arc<RevocationList>>) -> Result<(), String> {
        let (known, is_rebuilding) = match rebuilding.take() {
            Some(part) => (part, true),
            None => (self.inner.list.load_full(), false),
        };
        let polled_at = Instant::now();
        let answer = match self.news_after(&known).await {
            Ok(answer) => answer,
            Err(error) => {
                // The next response continues what was built so far. Otherwise a long replica
                // would never be complete on a machine on which some requests fail.
                *rebuilding = is_rebuilding.then_some(known);
                return Err(error);
            }
        };
        let head_seq = answer.head_seq;
        let continued = known.is_extended_by(&answer);
        if is_rebuilding && !continued && !known.epoch.is_empty() {
            // The response has another epoch than the replica that is being built. The next
            // request names the replica in use, so that auth sees if the database is older.
            return Ok(());
        }
        let next = if continued && answer.revocations.is_empty() {
            known
        } else {
            // The replica in use is cloned. One that is being rebuilt is moved, however long it is.
            let known = Arc::unwrap_or_clone(known);
            let next = known.apply(answer, clock::monotonic_now().timestamp());
            Arc::new(next.map_err(|error| {
                // A replica of a longer list stays in use until auth has begun a new epoch.
                if matches!(error, ReplicaError::MissingEntries(_)) {
                    *rebuilding = Some(Arc::default());
                }
                error.to_string()
            })?)
        };
        let is_current = next.seq == head_seq;
        if !is_current && (is_rebuilding || !continued) {
            // The list is not complete yet, so it must not replace a complete replica.
            *rebuilding = Some(next);
            return Ok(());
        }
        let held = next.seq;
        self.inner.list.store(next);
        if is_current {
            self.inner.current_as_of.store(Arc::new(Some(polled_at)));
            self.inner.applied_seq.send_replace(held);
        }
        Ok(())
    }

    /// Requests the entries that follow a replica.
    async fn news_after(&self, known: &RevocationList) -> Result<AwaitRevocationsResponse, String> {
        // An expired replica needs the response at once.
        let wait = if self.has_valid_lease() {
            MAX_POLL_WAIT
        } else {
            Duration::ZERO
        };
        let wait = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        let request = self.with_secret(AwaitRevocationsRequest {
            epoch: known.epoch.clone(),
            from_seq: known.seq,
            max_wait_ms: wait,
            from_create_time: known.last_create_time,
        });
        let asked = Utc::now();
        let answer = timeout(POLL_TIMEOUT, self.client().await_revocations(request))
            .await
            .map_err(|_| "auth did not answer in time".to_owned())?
            .map_err(|status| status.message().to_owned())?
            .into_inner();
        let clocks = answer
            .time
            .and_then(timestamps::from_timestamp)
            .map_or(TimeDelta::zero(), |time| {
                clock::difference(time, asked, Utc::now())
            });
        if clocks.abs() > clock::MAX_CLOCK_DIFFERENCE {
            return Err(format!(
                "auth's clock is {} this server's: set both by the same source",
                clock::describe_difference(clocks)
            ));
        }
        Ok(answer)
    }

    fn client(&self) -> TokenServiceClient<Channel> {
        let channels = &self.inner.source.channels;
        let channel_index = self.inner.channel_index.load(Ordering::Relaxed) % channels.len();
        TokenServiceClient::new(channels[channel_index].clone())
            .max_decoding_message_size(16 * 1024 * 1024)
    }

    fn with_secret<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.inner.source.secret.clone());
        request.set_timeout(POLL_TIMEOUT);
        request
    }
}

/// The `authorization` value that `TokenService` expects for a shared secret.
#[must_use]
pub fn service_authorization(secret: &str) -> Option<AsciiMetadataValue> {
    format!("Bearer {secret}").parse().ok()
}
