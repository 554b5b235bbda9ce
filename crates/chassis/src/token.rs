//! Access tokens: JWTs signed with Ed25519, and the callers that they identify.
//!
//! A verified token stays in a bounded cache until it expires. The cache key is a hash of the whole
//! token. Each call checks whether the token is revoked.

use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, header};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, errors::ErrorKind};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use tonic::{Code, Status};

use crate::{
    clock,
    metrics::{ServerMetrics, count},
    revocations::RevocationReplica,
    status::{self, StatusBuilder},
};

/// `iss` of every access token.
pub const ISSUER: &str = "kreis";
/// `aud` of every access token.
pub const AUDIENCE: &str = "kreis";
/// `typ` in the header of every access token (RFC 9068).
pub const TYPE: &str = "at+jwt";
/// How many seconds after its expiry a token is still accepted.
pub const LEEWAY_SECONDS: i64 = 5;

/// Longest lifetime of an access token. `auth.append_revocation` keeps each entry of the revocation
/// list exactly one minute longer.
pub const MAX_TOKEN_LIFETIME: Duration = Duration::from_hours(1);

const MAX_TOKEN_BYTES: usize = 4096;
const CACHED_TOKENS: usize = 10_000;

/// The claims of an access token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer: always [`ISSUER`].
    pub iss: String,
    /// Audience: always [`AUDIENCE`].
    pub aud: String,
    /// Id of the user, in decimal.
    pub sub: String,
    /// Issue time, in seconds of Unix time.
    pub iat: i64,
    /// Start of validity, in seconds of Unix time.
    pub nbf: i64,
    /// Expiry, in seconds of Unix time.
    pub exp: i64,
    /// Id of the token, 128 random bits.
    pub jti: String,
    /// Id of the session, 128 random bits.
    pub sid: String,
    /// Version of the user; tokens of an older version are revoked.
    pub uv: i64,
    /// Rights of the user.
    pub role: Role,
}

/// Rights of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May read everything, and write for circles with a membership.
    User,
    /// May do everything.
    Gatekeeper,
}

/// A verified token: its signature and claims are valid.
#[derive(Debug)]
pub struct VerifiedToken {
    /// The claims.
    pub claims: Claims,
    /// Id of the key that signed it.
    pub kid: String,
    /// Id of the user, from `sub`.
    pub user_id: i64,
}

/// The caller. The middleware puts it into the extensions of each admitted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Id of the user.
    pub user_id: i64,
    /// Whether the user is a gatekeeper.
    pub gatekeeper: bool,
    /// Version of the user in the token. A write checks it again in its own transaction, with the
    /// user's role and whether the user is active.
    pub version: i64,
    /// Id of the session.
    pub session: String,
}

impl Caller {
    /// The caller of a request that has passed the middleware.
    pub fn of<T>(request: &tonic::Request<T>) -> Result<Self, Status> {
        request
            .extensions()
            .get::<Self>()
            .cloned()
            .ok_or_else(status::unauthenticated)
    }
}

/// Public keys by their `kid`.
pub type PublicKeys = HashMap<String, DecodingKey>;

/// Why a token is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenError {
    /// Not a valid token of this installation.
    Unacceptable,
    /// Signed with a key that is unknown, at least so far.
    UnknownKey,
    /// Valid, but expired.
    Expired,
}

/// Any other member is refused, including `crit`, `jku`, `jwk` and `x5u`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenHeader {
    alg: String,
    typ: String,
    kid: String,
}

/// Verifies a token. `now` is in seconds of Unix time.
pub fn verify(token: &str, keys: &PublicKeys, now: i64) -> Result<VerifiedToken, TokenError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::Unacceptable);
    }
    let header = token.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| TokenError::Unacceptable)?;
    let header: TokenHeader =
        serde_json::from_slice(&header).map_err(|_| TokenError::Unacceptable)?;
    if header.alg != "EdDSA" || header.typ != TYPE {
        return Err(TokenError::Unacceptable);
    }
    let key = keys.get(&header.kid).ok_or(TokenError::UnknownKey)?;

    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
    // The times are checked below, all with the same clock.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    let claims = jsonwebtoken::decode::<Claims>(token, key, &rules)
        .map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => TokenError::Expired,
            _ => TokenError::Unacceptable,
        })?
        .claims;

    // If this server's clock is behind, it must still accept a token that auth has just issued.
    let latest = now + clock::MAX_CLOCK_DIFFERENCE.num_seconds();
    let begun = claims.nbf <= latest && claims.iat <= latest;
    let user_id = claims.sub.parse().map_err(|_| TokenError::Unacceptable)?;
    // A token with a longer lifetime would outlive the entry that revokes it.
    let outlives =
        claims.exp.saturating_sub(claims.iat) > MAX_TOKEN_LIFETIME.as_secs().cast_signed();
    if !begun || outlives || claims.jti.is_empty() || claims.sid.is_empty() || claims.uv < 1 {
        return Err(TokenError::Unacceptable);
    }
    if expired(&claims, now) {
        return Err(TokenError::Expired);
    }
    Ok(VerifiedToken {
        claims,
        kid: header.kid,
        user_id,
    })
}

fn expired(claims: &Claims, now: i64) -> bool {
    now > claims.exp.saturating_add(LEEWAY_SECONDS)
}

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
            "Looks into the cache of verified tokens",
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
            if expired(&known.claims, now) {
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
            judged => judged?,
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
        "it is not known at the moment which tokens are revoked, try again",
    )
    .retry_after(std::time::Duration::from_millis(500))
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
