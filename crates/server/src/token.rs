//! Access tokens: JWTs signed with Ed25519, and the callers that they identify.

use std::{collections::HashMap, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, errors::ErrorKind};
use serde::{Deserialize, Serialize};
use tonic::Status;

use crate::{clock, id::UserId, status};

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

/// Longest token, in bytes.
pub(crate) const MAX_TOKEN_BYTES: usize = 4096;

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

impl Claims {
    /// Whether the token is no longer accepted. `now` is in seconds of Unix time.
    pub(crate) fn has_expired(&self, now: i64) -> bool {
        now > self.exp.saturating_add(LEEWAY_SECONDS)
    }
}

/// Rights of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May read everything, and change nothing.
    Reader,
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
    pub user_id: UserId,
}

/// The caller. The middleware puts it into the extensions of each admitted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Id of the user.
    pub user_id: UserId,
    /// Whether the user is a gatekeeper.
    pub gatekeeper: bool,
    /// Whether the caller may only call RPCs that change nothing.
    pub read_only: bool,
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
    let user_id = claims.sub.parse().ok().map(UserId::parse);
    let Some(Ok(user_id)) = user_id else {
        return Err(TokenError::Unacceptable);
    };
    // A token with a longer lifetime would outlive the entry that revokes it.
    let outlives =
        claims.exp.saturating_sub(claims.iat) > MAX_TOKEN_LIFETIME.as_secs().cast_signed();
    if !begun || outlives || claims.jti.is_empty() || claims.sid.is_empty() || claims.uv < 1 {
        return Err(TokenError::Unacceptable);
    }
    if claims.has_expired(now) {
        return Err(TokenError::Expired);
    }
    Ok(VerifiedToken {
        claims,
        kid: header.kid,
        user_id,
    })
}
