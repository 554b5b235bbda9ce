//! The copy of auth's list of revocations that every gateway and service keeps,
//! and the long poll that keeps it in step.
//!
//! A copy is good for as long as its lease: three seconds from the moment the
//! last answered question was *asked*. After that nobody is let in until there
//! is news, because a revocation may have been missed.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Utc;
use jsonwebtoken::DecodingKey;
use kreis_proto::auth::v1::{
    AwaitRevocationsRequest, AwaitRevocationsResponse, GetSigningKeysRequest, Revocation,
    RevocationKind, token_service_client::TokenServiceClient,
};
use tokio::{
    sync::{Mutex, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, metadata::AsciiMetadataValue, transport::Channel};

use crate::token::{PublicKeys, Verified};

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

/// A copy of the list up to some entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    epoch: String,
    seq: i64,
    tokens: HashMap<String, i64>,
    sessions: HashMap<String, i64>,
    users: HashMap<i64, (i64, i64)>,
    keys: HashSet<String>,
    everything_until: Option<i64>,
}

/// An answer that does not continue the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer leaves a gap after entry {0}")]
pub struct Gap(i64);

impl List {
    /// The last entry it holds.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.seq
    }

    fn is_continued_by(&self, answer: &AwaitRevocationsResponse) -> bool {
        answer.epoch == self.epoch && answer.base_seq == self.seq
    }

    /// The copy after an answer to a question that named this copy's epoch and
    /// `seq`. Entries that can meet no living token any more are dropped.
    pub fn after(&self, answer: AwaitRevocationsResponse, now: i64) -> Result<Self, Gap> {
        let mut next = if self.is_continued_by(&answer) {
            self.clone()
        } else {
            Self {
                epoch: answer.epoch,
                seq: answer.base_seq,
                ..Self::default()
            }
        };
        for revocation in answer.revocations {
            if revocation.seq != next.seq + 1 {
                return Err(Gap(next.seq));
            }
            next.seq = revocation.seq;
            next.add(revocation);
        }
        next.tokens.retain(|_, not_after| *not_after >= now);
        next.sessions.retain(|_, not_after| *not_after >= now);
        next.users.retain(|_, (_, not_after)| *not_after >= now);
        Ok(next)
    }

    fn add(&mut self, revocation: Revocation) {
        let not_after = revocation.not_after.map_or(i64::MAX, |time| time.seconds);
        match revocation.kind() {
            RevocationKind::Token => {
                self.tokens.insert(revocation.key, not_after);
            }
            RevocationKind::Session => {
                self.sessions.insert(revocation.key, not_after);
            }
            RevocationKind::User => {
                if let Ok(user_id) = revocation.key.parse() {
                    let entry = self.users.entry(user_id).or_insert((0, not_after));
                    *entry = (entry.0.max(revocation.min_uv), entry.1.max(not_after));
                }
            }
            RevocationKind::Key => {
                self.keys.insert(revocation.key);
            }
            // What this copy does not understand could be anything: everything.
            RevocationKind::Everything | RevocationKind::Unspecified => {
                let until = revocation.create_time.map_or(i64::MAX, |time| time.seconds);
                self.everything_until = self.everything_until.max(Some(until));
            }
        }
    }

    /// Whether a genuine token is revoked.
    #[must_use]
    pub fn revokes(&self, token: &Verified) -> bool {
        let claims = &token.claims;
        self.sessions.contains_key(&claims.sid)
            || self
                .users
                .get(&token.user_id)
                .is_some_and(|(min_uv, _)| claims.uv < *min_uv)
            || self.tokens.contains_key(&claims.jti)
            || self.keys.contains(&token.kid)
            || self
                .everything_until
                .is_some_and(|until| claims.iat <= until)
    }
}

/// Where auth's `TokenService` is, and what it asks of its callers.
#[derive(Clone)]
pub struct TokenSource {
    /// A channel of its own, so that no flood of calls gets in the way.
    pub channel: Channel,
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
        let whole_at = **self.inner.whole_at.load();
        whole_at.is_some_and(|asked| asked.elapsed() <= self.inner.lease)
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

    /// Fetches the keys because of an unknown `kid`, at most once in ten
    /// seconds. Answers whether it did.
    pub(crate) async fn fetch_keys_again(&self) -> bool {
        let mut asked = self.inner.keys_asked.lock().await;
        if asked.is_some_and(|at| at.elapsed() < KEY_FETCH_PAUSE) {
            return false;
        }
        *asked = Some(Instant::now());
        self.fetch_keys().await.is_ok()
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
    async fn ask(&self, aside: &mut Option<List>) -> Result<(), String> {
        let known = aside
            .take()
            .map_or_else(|| self.inner.list.load_full(), Arc::new);
        let rebuilding = known.seq != self.inner.list.load().seq || known.epoch.is_empty();
        let asked_at = Instant::now();
        let wait = i32::try_from(LONGEST_WAIT.as_millis()).unwrap_or(i32::MAX);
        let request = self.authorised(AwaitRevocationsRequest {
            epoch: known.epoch.clone(),
            from_seq: known.seq,
            max_wait_ms: wait,
        });
        let answer = timeout(QUESTION_DEADLINE, self.client().await_revocations(request))
            .await
            .map_err(|_| "auth did not answer in time".to_owned())?
            .map_err(|status| status.message().to_owned())?
            .into_inner();
        let head_seq = answer.head_seq;
        if !known.is_continued_by(&answer) || !answer.revocations.is_empty() {
            let continued = known.is_continued_by(&answer) && !rebuilding;
            let next = known.after(answer, Utc::now().timestamp()).map_err(|gap| {
                *aside = Some(List::default());
                gap.to_string()
            })?;
            if !continued && next.seq != head_seq {
                // One part of several: it must not replace a whole copy.
                *aside = Some(next);
                return Ok(());
            }
            self.inner.list.store(Arc::new(next));
        }
        let held = self.inner.list.load().seq;
        if held == head_seq {
            self.inner.whole_at.store(Arc::new(Some(asked_at)));
            self.inner.applied.send_replace(held);
        }
        Ok(())
    }

    fn client(&self) -> TokenServiceClient<Channel> {
        TokenServiceClient::new(self.inner.source.channel.clone())
            .max_decoding_message_size(16 * 1024 * 1024)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{Claims, Role};

    fn revocation(seq: i64, kind: RevocationKind, key: &str, min_uv: i64) -> Revocation {
        let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
        Revocation {
            seq,
            kind: kind.into(),
            key: key.into(),
            min_uv,
            not_after: time(1_000),
            create_time: time(100),
        }
    }

    fn answer(base_seq: i64, revocations: Vec<Revocation>) -> AwaitRevocationsResponse {
        let head_seq = revocations.last().map_or(base_seq, |last| last.seq);
        AwaitRevocationsResponse {
            epoch: "e".into(),
            head_seq,
            base_seq,
            revocations,
        }
    }

    fn token() -> Verified {
        let claims = Claims {
            iss: "kreis".into(),
            aud: "kreis".into(),
            sub: "7".into(),
            iat: 100,
            nbf: 100,
            exp: 900,
            jti: "j".into(),
            sid: "s".into(),
            uv: 3,
            role: Role::User,
        };
        Verified {
            claims,
            kid: "k".into(),
            user_id: 7,
        }
    }

    #[test]
    fn every_kind_of_revocation_hits_its_token_and_no_other() {
        for (kind, hit, miss, min_uv) in [
            (RevocationKind::Token, "j", "x", 0),
            (RevocationKind::Session, "s", "x", 0),
            (RevocationKind::User, "7", "8", 4),
            (RevocationKind::Key, "k", "x", 0),
        ] {
            let empty = List::default();
            let hitting = empty
                .after(answer(0, vec![revocation(1, kind, hit, min_uv)]), 0)
                .unwrap();
            assert!(hitting.revokes(&token()), "{kind:?}");
            let missing = empty
                .after(answer(0, vec![revocation(1, kind, miss, min_uv)]), 0)
                .unwrap();
            assert!(!missing.revokes(&token()), "{kind:?}");
        }
        let everything = answer(0, vec![revocation(1, RevocationKind::Everything, "", 0)]);
        let list = List::default().after(everything, 0).unwrap();
        assert!(list.revokes(&token()));
        let mut later = token();
        later.claims.iat = 101;
        assert!(!list.revokes(&later));
    }

    #[test]
    fn a_newer_version_of_the_user_is_let_in() {
        let list = answer(0, vec![revocation(1, RevocationKind::User, "7", 3)]);
        assert!(!List::default().after(list, 0).unwrap().revokes(&token()));
    }

    #[test]
    fn a_gap_is_noticed_and_a_new_epoch_begins_afresh() {
        let first = answer(0, vec![revocation(1, RevocationKind::Session, "s", 0)]);
        let list = List::default().after(first, 0).unwrap();
        let gap = answer(1, vec![revocation(3, RevocationKind::Session, "t", 0)]);
        assert_eq!(list.after(gap, 0), Err(Gap(1)));
        let other = AwaitRevocationsResponse {
            epoch: "f".into(),
            ..answer(0, vec![])
        };
        assert!(!list.after(other, 0).unwrap().revokes(&token()));
    }

    #[test]
    fn entries_go_when_no_token_they_could_meet_is_left() {
        let first = answer(0, vec![revocation(1, RevocationKind::Session, "s", 0)]);
        let list = List::default().after(first, 0).unwrap();
        assert_eq!(
            list.after(answer(1, vec![]), 1_001).unwrap().sessions.len(),
            0
        );
    }
}
