//! The copy of auth's list of revocations that every gateway and service keeps,
//! and the long poll that keeps it in step.
//!
//! A copy is good for as long as its lease: three seconds from the moment the
//! last answered question was *asked*. After that nobody is let in until there
//! is news, because a revocation may have been missed.

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
    AwaitRevocationsRequest, GetSigningKeysRequest, token_service_client::TokenServiceClient,
};
use tokio::{
    sync::{Mutex, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, metadata::AsciiMetadataValue, transport::Channel};

pub use self::list::{Gap, List};
use crate::{
    calendar, clock,
    metrics::{ServerReadings, count},
    token::{PublicKeys, Verified},
};

/// Longest wait for news that a holder asks for.
pub const LONGEST_WAIT: Duration = Duration::from_millis(500);
/// Deadline of each question to auth.
const QUESTION_DEADLINE: Duration = Duration::from_secs(1);
/// Pause after a question that failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(100);
/// Least time between two fetches of the keys on account of an unknown `kid`.
const KEY_FETCH_PAUSE: Duration = Duration::from_secs(10);
/// How often keys are fetched anyhow, so that a withdrawn one goes.
const KEY_RENEWAL: Duration = Duration::from_mins(5);
/// How long an answer may wait for the copy to hold a revocation it caused.
const LONGEST_HOLD: Duration = Duration::from_secs(1);

/// Where auth's `TokenService` is, and what it asks of its callers.
#[derive(Clone)]
pub struct TokenSource {
    /// Channels of its own, so that no flood of calls gets in the way: one to each
    /// auth there is.
    pub channels: Vec<Channel>,
    /// The services' shared secret.
    pub secret: AsciiMetadataValue,
}

/// The copy of a gateway or service. Cheap to clone.
#[derive(Clone)]
pub struct Holder {
    inner: Arc<Inner>,
}

struct Inner {
    source: TokenSource,
    /// Which of the channels is asked.
    turn: AtomicUsize,
    lease: Duration,
    list: ArcSwap<List>,
    keys: ArcSwap<PublicKeys>,
    keys_asked: Mutex<Option<Instant>>,
    whole_at: ArcSwap<Option<Instant>>,
    applied: watch::Sender<i64>,
}

impl Holder {
    /// A copy that has not begun: it lets nobody in until it is whole. `lease`
    /// is how long a copy is good for.
    #[must_use]
    pub fn new(source: TokenSource, lease: Duration) -> Self {
        let inner = Inner {
            source,
            turn: AtomicUsize::new(0),
            lease,
            list: ArcSwap::default(),
            keys: ArcSwap::default(),
            keys_asked: Mutex::new(None),
            whole_at: ArcSwap::default(),
            applied: watch::Sender::new(0),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Whether the copy may be trusted: it was whole less than a lease ago.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.age().is_some_and(|age| age <= self.inner.lease)
    }

    /// The same, of a server that did not serve at that moment: only a question that was
    /// asked afterwards counts. The lease of an earlier one goes on for a while during an
    /// outage, and would end just when everything else is there again.
    #[must_use]
    pub fn is_fresh_since(&self, missing_at: Option<Instant>) -> bool {
        let whole_at = **self.inner.whole_at.load();
        self.is_fresh() && missing_at.is_none_or(|missing| whole_at > Some(missing))
    }

    /// Has the server tell how old its copy is, and how far it has got.
    pub fn tell(&self, readings: &ServerReadings) {
        let (aged, list) = (self.clone(), self.clone());
        readings.gauge(
            "kreis_revocations_age_seconds",
            "Age of the copy of the list of revocations; past the lease nobody is let in",
            &[],
            move || aged.age().map_or(f64::INFINITY, |age| age.as_secs_f64()),
        );
        let lease = self.inner.lease.as_secs_f64();
        readings.gauge(
            "kreis_revocations_lease_seconds",
            "How old the copy of the list of revocations may be",
            &[],
            move || lease,
        );
        readings.gauge(
            "kreis_revocations_seq",
            "The newest entry of the list of revocations that the copy holds",
            &[],
            move || count(list.list().seq.unsigned_abs()),
        );
    }

    /// How long ago the copy was whole; absent before it ever was.
    fn age(&self) -> Option<Duration> {
        let whole_at = **self.inner.whole_at.load();
        whole_at.map(|asked| asked.elapsed())
    }

    /// Whether a genuine token is revoked, as far as the copy knows.
    #[must_use]
    pub fn revokes(&self, token: &Verified) -> bool {
        self.inner.list.load().revokes(token)
    }

    /// The copy as it is now.
    #[must_use]
    pub fn list(&self) -> Arc<List> {
        self.inner.list.load_full()
    }

    /// The public keys as they are now.
    #[must_use]
    pub fn keys(&self) -> Arc<PublicKeys> {
        self.inner.keys.load_full()
    }

    /// Waits until the copy holds entry `seq`, at most a second. Answers
    /// whether it does.
    pub async fn hold_until(&self, seq: i64) -> bool {
        let mut applied = self.inner.applied.subscribe();
        timeout(LONGEST_HOLD, applied.wait_for(|held| *held >= seq))
            .await
            .is_ok_and(|held| held.is_ok())
    }

    /// Waits until the copy is whole, at most a second: a server that has just
    /// started then turns nobody away whom it will know in a moment.
    pub async fn until_whole(&self) {
        let mut applied = self.inner.applied.subscribe();
        let whole = async {
            while !self.is_fresh() {
                if applied.changed().await.is_err() {
                    return;
                }
            }
        };
        // Where auth is away, it says so to whoever calls.
        let _ = timeout(LONGEST_HOLD, whole).await;
    }

    /// Fetches the keys because of an unknown `kid`, at most once in ten
    /// seconds. Whoever comes while somebody else fetches them waits for the
    /// same keys: that is what the lock is for.
    pub(crate) async fn fetch_keys_again(&self) {
        let mut asked = self.inner.keys_asked.lock().await;
        if asked.is_some_and(|at| at.elapsed() < KEY_FETCH_PAUSE) {
            return;
        }
        *asked = Some(Instant::now());
        if let Err(fault) = self.fetch_keys().await {
            tracing::warn!(error.cause = fault, "the keys could not be fetched");
        }
    }

    /// Keeps the copy in step until told to stop.
    pub async fn run(self, shutdown: CancellationToken) {
        let work = async {
            let mut keys_fetched = None::<Instant>;
            let mut failing = false;
            let mut aside = None;
            loop {
                let due = keys_fetched.is_none_or(|fetched| fetched.elapsed() > KEY_RENEWAL);
                let step = async {
                    if due {
                        self.fetch_keys().await?;
                        keys_fetched = Some(Instant::now());
                    }
                    self.ask(&mut aside).await
                };
                match step.await {
                    Ok(()) => {
                        if failing {
                            tracing::info!("the list of revocations is in step again");
                        }
                        failing = false;
                    }
                    Err(fault) => {
                        if !failing {
                            tracing::warn!(error.cause = %fault, "the list of revocations is out of step");
                        }
                        failing = true;
                        self.inner.turn.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
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
            let request = self.authorised(GetSigningKeysRequest {});
            self.client().get_signing_keys(request).await
        };
        let answer = timeout(QUESTION_DEADLINE, call)
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

    /// Asks for news once. `aside` is a copy that is being built anew while the
    /// one in force stays in force.
    async fn ask(&self, aside: &mut Option<Arc<List>>) -> Result<(), String> {
        let (known, anew) = match aside.take() {
            Some(part) => (part, true),
            None => (self.inner.list.load_full(), false),
        };
        let asked_at = Instant::now();
        // A copy that is not trusted cannot wait for news.
        let wait = if self.is_fresh() {
            LONGEST_WAIT
        } else {
            Duration::ZERO
        };
        let wait = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        let request = self.authorised(AwaitRevocationsRequest {
            epoch: known.epoch.clone(),
            from_seq: known.seq,
            max_wait_ms: wait,
            from_create_time: known.last_made,
        });
        let asked = Utc::now();
        let answer = timeout(QUESTION_DEADLINE, self.client().await_revocations(request))
            .await
            .map_err(|_| "auth did not answer in time".to_owned())?
            .map_err(|status| status.message().to_owned())?
            .into_inner();
        let clocks = answer
            .time
            .and_then(calendar::moment)
            .map_or(TimeDelta::zero(), |time| {
                clock::difference(time, asked, Utc::now())
            });
        if clocks.abs() > clock::MOST_DIFFERENCE {
            return Err(format!(
                "auth's clock is {} this server's: set both by the same source",
                clock::told(clocks)
            ));
        }
        let head_seq = answer.head_seq;
        let continued = known.is_continued_by(&answer);
        let next = if continued && answer.revocations.is_empty() {
            known
        } else {
            // The copy in force is copied; one that is being built is not, however long it is.
            let known = Arc::unwrap_or_clone(known);
            let next = known.after(answer, clock::steady_now().timestamp());
            Arc::new(next.map_err(|gap| {
                // A copy of a longer list stays, until auth has begun a new epoch.
                if matches!(gap, Gap::After(_)) {
                    *aside = Some(Arc::default());
                }
                gap.to_string()
            })?)
        };
        let whole = next.seq == head_seq;
        if !whole && (anew || !continued) {
            // One part of several: it must not replace a whole copy.
            *aside = Some(next);
            return Ok(());
        }
        let held = next.seq;
        self.inner.list.store(next);
        if whole {
            self.inner.whole_at.store(Arc::new(Some(asked_at)));
            self.inner.applied.send_replace(held);
        }
        Ok(())
    }

    fn client(&self) -> TokenServiceClient<Channel> {
        let channels = &self.inner.source.channels;
        let turn = self.inner.turn.load(Ordering::Relaxed) % channels.len();
        TokenServiceClient::new(channels[turn].clone()).max_decoding_message_size(16 * 1024 * 1024)
    }

    fn authorised<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.inner.source.secret.clone());
        request.set_timeout(QUESTION_DEADLINE);
        request
    }
}

/// The `authorization` value that `TokenService` expects for a shared secret.
#[must_use]
pub fn service_authorization(secret: &str) -> Option<AsciiMetadataValue> {
    format!("Bearer {secret}").parse().ok()
}
