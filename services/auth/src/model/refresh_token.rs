//! Refresh tokens, and what a session does with the token that a client shows.
//!
//! A token names its session and its generation, which counts the renewals, and has a secret of 256
//! bits. The next secret is HMAC-SHA256 of the current one, under a random key of the session. auth
//! stores that key and SHA-256 of the current secret. So neither an old token nor the stored data
//! alone gives the current token. Together they tell an old token of the session from an invented
//! one, without a list of old tokens.

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    error::Unspecified,
    hmac::{self, HMAC_SHA256},
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kreis_service::idempotency::sha256;
use zeroize::Zeroizing;

use super::SessionId;

const GENERATION_LENGTH: usize = 4;
const SECRET_LENGTH: usize = 32;

/// For how long the token before the current one still returns the current one. Covers a lost
/// answer, and two tabs of a browser that renew at the same time.
const GRACE: TimeDelta = TimeDelta::seconds(30);

/// Up to how many generations an old token is recognised. Bounds the work of a call to less than two
/// milliseconds. A session of seven days that is renewed every five minutes has 2016 generations.
const MAX_GENERATIONS_BACK: i32 = 4_096;

/// A refresh token.
#[derive(Clone)]
pub(crate) struct RefreshToken {
    session: SessionId,
    generation: i32,
    secret: Zeroizing<[u8; SECRET_LENGTH]>,
}

/// What auth stores to renew a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefreshState {
    /// SHA-256 of the current secret.
    pub(crate) hash: Vec<u8>,
    /// Key that makes the next secret.
    pub(crate) key: Vec<u8>,
    /// How often the session was renewed.
    pub(crate) generation: i32,
}

/// What a token means for a session.
pub(crate) enum Shown {
    /// The current token: the session is renewed, and this is the next token.
    Current(RefreshToken),
    /// The token before, within the grace period: this is the current token.
    Before(RefreshToken),
    /// An older token of the session. It may have been stolen.
    Reused,
    /// Not a token of the session.
    Unknown,
}

impl RefreshToken {
    /// The first token of a session, with what auth stores about it.
    pub(crate) fn first(session: SessionId) -> Result<(Self, RefreshState), Unspecified> {
        let mut secret = Zeroizing::new([0; SECRET_LENGTH]);
        rand::fill(secret.as_mut_slice())?;
        let mut key = vec![0; SECRET_LENGTH];
        rand::fill(&mut key)?;
        let token = Self {
            session,
            generation: 0,
            secret,
        };
        let state = RefreshState {
            hash: token.hash(),
            key,
            generation: 0,
        };
        Ok((token, state))
    }

    /// Parses a token; `None` for a text that cannot be one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        let (session, rest) = bytes.split_first_chunk::<{ SessionId::LENGTH }>()?;
        let (generation, secret) = rest.split_first_chunk::<GENERATION_LENGTH>()?;
        let generation = i32::from_be_bytes(*generation);
        Some(Self {
            session: SessionId::from_bytes(*session),
            generation: (generation >= 0).then_some(generation)?,
            secret: Zeroizing::new(secret.try_into().ok()?),
        })
    }

    /// The token for the client.
    pub(crate) fn text(&self) -> String {
        let generation = self.generation.to_be_bytes();
        let bytes = [&self.session.bytes()[..], &generation, &self.secret[..]].concat();
        URL_SAFE_NO_PAD.encode(Zeroizing::new(bytes))
    }

    /// The session.
    pub(crate) const fn session(&self) -> SessionId {
        self.session
    }

    /// SHA-256 of the secret.
    pub(crate) fn hash(&self) -> Vec<u8> {
        sha256(&[&self.secret[..]]).to_vec()
    }

    fn successor(&self, key: &hmac::Key) -> Self {
        let mut secret = Zeroizing::new([0; SECRET_LENGTH]);
        secret.copy_from_slice(hmac::sign(key, &self.secret[..]).as_ref());
        Self {
            session: self.session,
            generation: self.generation.saturating_add(1),
            secret,
        }
    }
}

impl RefreshState {
    /// Judges a token that names this session. `renewed` is when the session was renewed last.
    pub(crate) fn judge(
        &self,
        shown: &RefreshToken,
        renewed: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Shown {
        let back = self.generation - shown.generation;
        if !(0..=MAX_GENERATIONS_BACK).contains(&back) {
            return Shown::Unknown;
        }
        let key = hmac::Key::new(HMAC_SHA256, &self.key);
        let current = (0..back).fold(shown.clone(), |token, _| token.successor(&key));
        if verify_slices_are_equal(&current.hash(), &self.hash).is_err() {
            return Shown::Unknown;
        }
        match back {
            0 => Shown::Current(current.successor(&key)),
            1 if now - renewed <= GRACE => Shown::Before(current),
            _ => Shown::Reused,
        }
    }

    /// The state after the session was renewed and `next` became its current token.
    pub(crate) fn renewed(&self, next: &RefreshToken) -> Self {
        Self {
            hash: next.hash(),
            key: self.key.clone(),
            generation: next.generation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: SessionId = SessionId::from_bytes([7; SessionId::LENGTH]);

    fn first() -> (RefreshToken, RefreshState) {
        RefreshToken::first(SESSION).unwrap()
    }

    /// Judges a token so many seconds after the last renewal.
    fn judge(state: &RefreshState, shown: &RefreshToken, seconds: i64) -> Shown {
        let renewed = DateTime::UNIX_EPOCH;
        state.judge(shown, renewed, renewed + TimeDelta::seconds(seconds))
    }

    fn renew(state: &RefreshState, token: &RefreshToken) -> (RefreshToken, RefreshState) {
        let Shown::Current(next) = judge(state, token, 300) else {
            panic!("the token is not the current one");
        };
        let renewed = state.renewed(&next);
        (next, renewed)
    }

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let (token, state) = first();
        let read = RefreshToken::parse(&token.text()).unwrap();
        assert_eq!(read.session(), SESSION);
        assert_eq!(read.generation, 0);
        assert_eq!(read.hash(), state.hash);
        for wrong in ["", "x", &token.text()[1..], &format!("{}AA", token.text())] {
            assert!(RefreshToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_token_before_returns_the_current_one_for_thirty_seconds() {
        let (token, state) = first();
        let (next, renewed) = renew(&state, &token);
        for seconds in [0, 30] {
            let Shown::Before(again) = judge(&renewed, &token, seconds) else {
                panic!("refused after {seconds} s");
            };
            assert_eq!(again.text(), next.text());
        }
        assert!(matches!(judge(&renewed, &token, 31), Shown::Reused));
    }

    #[test]
    fn an_older_token_is_recognised() {
        let (oldest, state) = first();
        let (mut token, mut state) = (oldest.clone(), state);
        for _ in 0..100 {
            (token, state) = renew(&state, &token);
        }
        assert!(matches!(judge(&state, &oldest, 0), Shown::Reused));
        assert!(matches!(judge(&state, &token, 0), Shown::Current(_)));
    }

    #[test]
    fn a_token_that_auth_did_not_issue_is_unknown() {
        let (token, state) = first();
        let (_, renewed) = renew(&state, &token);
        let (of_another, _) = first();
        let mut flipped = token.clone();
        flipped.secret[0] ^= 1;
        let mut ahead = token.clone();
        ahead.generation = 2;
        for unknown in [of_another, flipped, ahead] {
            assert!(matches!(judge(&renewed, &unknown, 0), Shown::Unknown));
        }
    }
}
