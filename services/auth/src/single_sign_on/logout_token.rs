//! Logout tokens (OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6).

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::Jwk};
use openidconnect::{JsonWebKey, core::CoreJsonWebKeySet};
use serde::Deserialize;
use serde_json::Value;

use super::claims::is_id;
use crate::model::{CLOCK_LEEWAY, MAX_ATTEMPT, ProviderLogout};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const TYPES: [&str; 2] = ["logout+jwt", "JWT"];
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    jti: String,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
    events: HashMap<String, Value>,
}

/// Why a logout token is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogoutTokenError {
    #[error("no key of the provider verifies it")]
    Key,
    #[error("it cannot be verified: {0}")]
    Token(jsonwebtoken::errors::Error),
    #[error("{0}")]
    Rule(&'static str),
}

impl LogoutTokenError {
    /// Whether the token may be valid with newer keys.
    pub(super) const fn is_about_key(&self) -> bool {
        matches!(self, Self::Key)
    }
}

/// The issuer that a token names. Nothing of the token is verified yet.
pub(super) fn unverified_issuer(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Issuer {
        iss: String,
    }
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let Issuer { iss } = serde_json::from_slice(&payload).ok()?;
    Some(iss)
}

/// Verifies a token with the keys of the provider that it names.
pub(super) fn verify(
    token: &str,
    issuer: &str,
    client_id: &str,
    keys: &CoreJsonWebKeySet,
) -> Result<ProviderLogout, LogoutTokenError> {
    let header = decode_header(token).map_err(LogoutTokenError::Token)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(LogoutTokenError::Rule("its algorithm is not asymmetric"));
    }
    if header
        .typ
        .is_some_and(|found| !TYPES.contains(&found.as_str()))
    {
        return Err(LogoutTokenError::Rule("it is no logout token"));
    }
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[client_id]);
    validation.set_required_spec_claims(&["iss", "aud", "exp"]);
    validation.leeway = CLOCK_LEEWAY.num_seconds().unsigned_abs();
    let key = key(keys, header.kid.as_deref()).ok_or(LogoutTokenError::Key)?;
    let claims =
        decode::<Claims>(token, &key, &validation).map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => LogoutTokenError::Key,
            _ => LogoutTokenError::Token(error),
        })?;
    let Claims {
        iat,
        jti,
        sub,
        sid,
        nonce,
        events,
    } = claims.claims;
    let age = Utc::now().timestamp() - iat;
    if age < -CLOCK_LEEWAY.num_seconds() || age > MAX_ATTEMPT.num_seconds() {
        return Err(LogoutTokenError::Rule("it is too old, or from the future"));
    }
    if nonce.is_some() {
        return Err(LogoutTokenError::Rule(
            "it has a nonce, as only ID tokens do",
        ));
    }
    if !events.get(EVENT).is_some_and(Value::is_object) {
        return Err(LogoutTokenError::Rule("it is about another event"));
    }
    if ![&sub, &sid].into_iter().flatten().all(|id| is_id(id)) {
        return Err(LogoutTokenError::Rule("its ids are none"));
    }
    if sub.is_none() && sid.is_none() {
        return Err(LogoutTokenError::Rule("it names no session and no person"));
    }
    Ok(ProviderLogout {
        issuer: issuer.to_owned(),
        subject: sub,
        session: sid,
        token_id: jti,
    })
}

/// The key with this id; without an id, the only one.
fn key(keys: &CoreJsonWebKeySet, id: Option<&str>) -> Option<DecodingKey> {
    let mut found = keys.keys().iter().filter(|key| {
        let own = key.key_id().map(|id| id.as_str());
        id.is_none() || id == own
    });
    let key = found.next()?;
    if id.is_none() && found.next().is_some() {
        return None;
    }
    let key: Jwk = serde_json::from_value(serde_json::to_value(key).ok()?).ok()?;
    DecodingKey::from_jwk(&key).ok()
}
