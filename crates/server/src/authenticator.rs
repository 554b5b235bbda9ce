//! Identifies the caller of a call by the access token in its headers.
//!
//! A verified token stays in a bounded cache until it expires. The cache key is a hash of the whole
//! token. Each call checks whether the token is revoked.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use http::{HeaderMap, header};
use quick_cache::sync::Cache;
use tonic::{Code, Status};

use crate::{
    metrics::{ServerMetrics, count},
    revocations::RevocationReplica,
    status::{self, StatusBuilder},
    token::{Caller, MAX_TOKEN_BYTES, Role, TokenError, VerifiedToken, verify},
};

const CACHED_TOKENS: usize = 10_000;

/// Identifies the caller of a call from its headers. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator {
    replica: RevocationReplica,
    verified: Arc<Cache<[u8; 32], Arc<VerifiedToken>>>,
}

impl Authenticator {
    /// Verifies tokens with the keys and revocations of this replica.
    #[must_use]
    pub fn new(replica: RevocationReplica) -> Self {
        Self {
            replica,
            verified: Arc::new(Cache::new(CACHED_TOKENS)),
        }
    }

    /// Registers metrics of the cache of verified tokens and of the revocation replica.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        let (size, hits, misses) = (
            Arc::clone(&self.verified),
            Arc::clone(&self.verified),
            Arc::clone(&self.verified),
        );
        metrics.gauge(
            "kreis_verified_tokens",
            "Access tokens whose signature need not be verified again",
            &[],
            move || count(size.len() as u64),
        );
        let (name, help) = (
            "kreis_verified_token_lookups",
            "Lookups in the cache of verified tokens",
        );
        metrics.counter(name, help, &[("found", "yes")], move || count(hits.hits()));
        metrics.counter(name, help, &[("found", "no")], move || {
            count(misses.misses())
        });
        self.replica.register_metrics(metrics);
    }

    /// The revocation replica that tokens are verified with.
    #[must_use]
    pub fn replica(&self) -> &RevocationReplica {
        &self.replica
    }

    /// The caller. UNAUTHENTICATED if there is no valid token, UNAVAILABLE while the revocations
    /// are unknown.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, Status> {
        let verified = match bearer(headers) {
            Some(token) => self.cached_or_verified(token).await,
            None => Err(TokenError::Unacceptable),
        };
        let verified = verified.map_err(|error| match error {
            TokenError::Expired => StatusBuilder::common(
                Code::Unauthenticated,
                "TOKEN_EXPIRED",
                "the access token has expired",
            )
            .into_status(),
            // Without current keys, a valid token cannot be told from an invalid one.
            TokenError::UnknownKey if !self.replica.has_valid_lease() => revocations_unknown(),
            TokenError::Unacceptable | TokenError::UnknownKey => status::unauthenticated(),
        })?;
        if !self.replica.has_valid_lease() {
            return Err(revocations_unknown());
        }
        if self.replica.revokes(&verified) {
            return Err(status::unauthenticated());
        }
        Ok(Caller {
            user_id: verified.user_id,
            gatekeeper: verified.claims.role == Role::Gatekeeper,
            read_only: verified.claims.role == Role::Reader,
            version: verified.claims.uv,
            session: verified.claims.sid.clone(),
        })
    }

    async fn cached_or_verified(&self, token: &str) -> Result<Arc<VerifiedToken>, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Unacceptable);
        }
        let now = chrono::Utc::now().timestamp();
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        if let Some(known) = self.verified.get(&hash) {
            if known.claims.has_expired(now) {
                self.verified.remove(&hash);
                return Err(TokenError::Expired);
            }
            if self.replica.keys().contains_key(&known.kid) {
                return Ok(known);
            }
        }
        let verified = match verify(token, &self.replica.keys(), now) {
            Err(TokenError::UnknownKey) => {
                self.replica.refetch_keys().await;
                verify(token, &self.replica.keys(), now)?
            }
            other => other?,
        };
        let verified = Arc::new(verified);
        self.verified.insert(hash, Arc::clone(&verified));
        Ok(verified)
    }
}

fn revocations_unknown() -> Status {
    StatusBuilder::common(
        Code::Unavailable,
        "REVOCATIONS_UNKNOWN",
        "the server does not know at the moment which tokens are revoked, try again",
    )
    .retry_after(Duration::from_millis(500))
    .into_status()
}

/// The token in the only `authorization: Bearer …` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
