//! A sign-in with a provider on its way.
//!
//! The browser keeps a random secret in a cookie. `state`, `nonce` and the PKCE verifier are keyed
//! hashes of it. So a sign-in that begins stores nothing, and strangers can fill no table; `state`
//! cannot be made up, and counts only for the browser that began. The keys come from the signing
//! keys, which all auth servers share.

use std::sync::Arc;

use aws_lc_rs::{
    digest::{SHA256, digest},
    error::Unspecified,
    hmac, rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use zeroize::Zeroizing;

/// How long a person may take at the provider.
pub(crate) const MAX_ATTEMPT: TimeDelta = TimeDelta::minutes(10);
/// How far the clocks of providers and of other auth servers may differ, as between our own servers.
pub(crate) const CLOCK_LEEWAY: TimeDelta = TimeDelta::seconds(30);
const SECRET_LENGTH: usize = 32;
const ID_LENGTH: usize = 16;
const CODE_LENGTH: usize = 32;

/// The keys of the hashes. The first one makes them; all of them verify. Cheap to clone.
#[derive(Clone)]
pub(crate) struct SignOnKeys(pub(crate) Arc<[hmac::Key]>);

/// The secret of a browser: 256 random bits.
pub(crate) struct SignOnSecret(Zeroizing<[u8; SECRET_LENGTH]>);

/// A sign-in that a browser began with a provider.
pub(crate) struct SignOnAttempt {
    /// Parameter `state`.
    pub(crate) state: String,
    pub(crate) nonce: String,
    /// The verifier of PKCE (RFC 7636): 43 characters.
    pub(crate) code_verifier: String,
}

/// SHA-256 of what may be used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SpentHash([u8; 32]);

impl SignOnSecret {
    pub(crate) fn random() -> Result<Self, Unspecified> {
        let mut bytes = Zeroizing::new([0; SECRET_LENGTH]);
        rand::fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// `None` for a text that cannot be a secret.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        let bytes: [u8; SECRET_LENGTH] = bytes.as_slice().try_into().ok()?;
        Some(Self(bytes.into()))
    }

    /// The text for the cookie.
    pub(crate) fn text(&self) -> Zeroizing<String> {
        URL_SAFE_NO_PAD.encode(*self.0).into()
    }
}

impl SignOnAttempt {
    /// Begins a sign-in with a provider.
    pub(crate) fn begin(
        keys: &SignOnKeys,
        secret: &SignOnSecret,
        provider: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, Unspecified> {
        let key = keys.0.first().ok_or(Unspecified)?;
        let mut head = [0; ID_LENGTH + 8];
        let (id, time) = head.split_at_mut(ID_LENGTH);
        rand::fill(id)?;
        time.copy_from_slice(&now.timestamp().to_be_bytes());
        Ok(Self::with(key, secret, provider, &head))
    }

    /// The sign-in of a `state`. Absent if this browser began none with this provider in the last
    /// ten minutes.
    pub(crate) fn resume(
        keys: &SignOnKeys,
        secret: &SignOnSecret,
        provider: &str,
        state: &str,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(state).ok()?;
        let (head, code) = bytes.split_last_chunk::<CODE_LENGTH>()?;
        let head: &[u8; ID_LENGTH + 8] = head.try_into().ok()?;
        let proved = message("state", secret, provider, head);
        let is_made_by = |key: &&hmac::Key| hmac::verify(key, &proved, code).is_ok();
        let key = keys.0.iter().find(is_made_by)?;
        let time = i64::from_be_bytes(*head.last_chunk()?);
        let age = now - DateTime::from_timestamp(time, 0)?;
        (-CLOCK_LEEWAY..=MAX_ATTEMPT)
            .contains(&age)
            .then(|| Self::with(key, secret, provider, head))
    }

    fn with(key: &hmac::Key, secret: &SignOnSecret, provider: &str, head: &[u8]) -> Self {
        let code = |what| hmac::sign(key, &message(what, secret, provider, head));
        Self {
            state: URL_SAFE_NO_PAD.encode([head, code("state").as_ref()].concat()),
            nonce: URL_SAFE_NO_PAD.encode(code("nonce")),
            code_verifier: URL_SAFE_NO_PAD.encode(code("verifier")),
        }
    }

    /// Under which the sign-in is noted as finished.
    pub(crate) fn spent(&self) -> SpentHash {
        SpentHash::of(&["state", &self.state])
    }
}

impl SpentHash {
    /// The hash of several texts, which differs if any of them does.
    pub(crate) fn of(texts: &[&str]) -> Self {
        let bytes: Vec<u8> = texts.iter().copied().flat_map(with_length).collect();
        let hash = digest(&SHA256, &bytes);
        Self(hash.as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }

    pub(crate) const fn bytes(&self) -> &[u8] {
        &self.0
    }
}

fn message(what: &str, secret: &SignOnSecret, provider: &str, head: &[u8]) -> Zeroizing<Vec<u8>> {
    let texts = with_length(what).chain(with_length(provider));
    Zeroizing::new(texts.chain(*secret.0).chain(head.iter().copied()).collect())
}

fn with_length(text: &str) -> impl Iterator<Item = u8> {
    let length = (text.len() as u64).to_be_bytes();
    length.into_iter().chain(text.bytes())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac::HMAC_SHA256;

    use super::*;

    fn keys(seeds: &[&[u8]]) -> SignOnKeys {
        SignOnKeys(
            seeds
                .iter()
                .map(|seed| hmac::Key::new(HMAC_SHA256, seed))
                .collect(),
        )
    }

    #[test]
    fn an_attempt_resumes_only_in_its_browser_with_its_provider_and_in_time() {
        let (keys, now) = (keys(&[b"one"]), Utc::now());
        let secret = SignOnSecret::random().unwrap();
        let begun = SignOnAttempt::begin(&keys, &secret, "entra", now).unwrap();
        let resume = |secret, provider, state: &str, time| {
            SignOnAttempt::resume(&keys, secret, provider, state, time)
        };
        let resumed = resume(&secret, "entra", &begun.state, now).unwrap();
        assert_eq!(resumed.nonce, begun.nonce);
        assert_eq!(resumed.code_verifier, begun.code_verifier);
        assert_eq!(begun.code_verifier.len(), 43);

        let other = SignOnSecret::random().unwrap();
        assert!(resume(&other, "entra", &begun.state, now).is_none());
        assert!(resume(&secret, "google", &begun.state, now).is_none());
        let late = now + MAX_ATTEMPT + TimeDelta::seconds(2);
        assert!(resume(&secret, "entra", &begun.state, late).is_none());
        let early = now - CLOCK_LEEWAY - TimeDelta::seconds(2);
        assert!(resume(&secret, "entra", &begun.state, early).is_none());
        for wrong in ["", "x", &begun.state[1..], &begun.nonce] {
            assert!(resume(&secret, "entra", wrong, now).is_none(), "{wrong}");
        }
    }

    #[test]
    fn an_attempt_survives_a_new_signing_key() {
        let secret = SignOnSecret::random().unwrap();
        let now = Utc::now();
        let begun = SignOnAttempt::begin(&keys(&[b"old"]), &secret, "a", now).unwrap();
        let both = keys(&[b"new", b"old"]);
        let resumed = SignOnAttempt::resume(&both, &secret, "a", &begun.state, now).unwrap();
        assert_eq!(resumed.code_verifier, begun.code_verifier);
    }

    #[test]
    fn what_is_spent_differs_by_every_text() {
        assert_ne!(SpentHash::of(&["ab", "c"]), SpentHash::of(&["a", "bc"]));
        assert_eq!(SpentHash::of(&["a", "b"]), SpentHash::of(&["a", "b"]));
    }
}
