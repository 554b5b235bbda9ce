//! Refresh tokens, and what a session does with the token that a client shows.
//!
//! A token names its session and its generation, which counts the renewals, and has a secret of 256
//! bits. The next secret is HMAC-SHA256 of the current one, under a random key of the session. auth
//! stores that key and SHA-256 of the current secret. So neither an old token nor the stored data
//! alone gives the current token. Together they tell an old token of the session from an invented
//! one, without a list of old tokens.

use std::iter;

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

/// For how long a token that was used still returns the current one. Covers a lost answer, and tabs
/// of a browser that renew at the same time.
const GRACE: TimeDelta = TimeDelta::seconds(30);

/// How many generations back the grace reaches at most. Tabs without locks, as over plain HTTP, can
/// renew one after the other while the browser still sends an older cookie for another tab.
const MAX_GENERATIONS_IN_GRACE: usize = 8;

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
    /// When it was renewed last, or began.
    pub(crate) use_time: DateTime<Utc>,
    /// When it was renewed within the grace before that, newest first.
    pub(crate) earlier_renewals: Vec<DateTime<Utc>>,
}

/// What a token means for a session.
pub(crate) enum Shown {
    /// The current token: the session is renewed, and this is the next token.
    Current(RefreshToken),
    /// A token that was used within the grace period: this is the current token.
    Before(RefreshToken),
    /// An older token of the session. It may have been stolen.
    Reused,
    /// Not a token of the session.
    Unknown,
}

impl RefreshToken {
    /// The first token of a session, with what auth stores about it.
    pub(crate) fn first(
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Result<(Self, RefreshState), Unspecified> {
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
            use_time: now,
            earlier_renewals: Vec::new(),
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
    /// Judges a token that names this session.
    pub(crate) fn judge(&self, shown: &RefreshToken, now: DateTime<Utc>) -> Shown {
        let back = self.generation - shown.generation;
        if !(0..=MAX_GENERATIONS_BACK).contains(&back) {
            return Shown::Unknown;
        }
        let key = hmac::Key::new(HMAC_SHA256, &self.key);
        let current = (0..back).fold(shown.clone(), |token, _| token.successor(&key));
        if verify_slices_are_equal(&current.hash(), &self.hash).is_err() {
            return Shown::Unknown;
        }
        let Some(renewals_since) = usize::try_from(back - 1).ok() else {
            return Shown::Current(current.successor(&key));
        };
        match self.renewals().nth(renewals_since) {
            Some(used) if now - used <= GRACE => Shown::Before(current),
            _ => Shown::Reused,
        }
    }

    /// The state after the session was renewed and `next` became its current token.
    pub(crate) fn renewed(&self, next: &RefreshToken, now: DateTime<Utc>) -> Self {
        let in_grace = self.renewals().filter(|time| now - *time <= GRACE);
        Self {
            hash: next.hash(),
            key: self.key.clone(),
            generation: next.generation,
            use_time: now,
            earlier_renewals: in_grace.take(MAX_GENERATIONS_IN_GRACE - 1).collect(),
        }
    }

    /// When it was renewed, newest first.
    fn renewals(&self) -> impl Iterator<Item = DateTime<Utc>> {
        iter::once(self.use_time).chain(self.earlier_renewals.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: SessionId = SessionId::from_bytes([7; SessionId::LENGTH]);

    fn first() -> (RefreshToken, RefreshState) {
        RefreshToken::first(SESSION, at(0)).unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// Renews with the current token, so many seconds after the epoch.
    fn renew(
        state: &RefreshState,
        token: &RefreshToken,
        seconds: i64,
    ) -> (RefreshToken, RefreshState) {
        let Shown::Current(next) = state.judge(token, at(seconds)) else {
            panic!("the token is not the current one");
        };
        let renewed = state.renewed(&next, at(seconds));
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
    fn a_used_token_returns_the_current_one_for_thirty_seconds() {
        let (first, state) = first();
        let (second, state) = renew(&state, &first, 300);
        let (third, state) = renew(&state, &second, 310);
        for (used, seconds) in [(&first, 330), (&second, 330), (&second, 340)] {
            let Shown::Before(current) = state.judge(used, at(seconds)) else {
                panic!("refused after {seconds} s");
            };
            assert_eq!(current.text(), third.text());
        }
        assert!(matches!(state.judge(&first, at(331)), Shown::Reused));
        assert!(matches!(state.judge(&second, at(341)), Shown::Reused));
    }

    #[test]
    fn an_older_token_is_recognised() {
        let (oldest, state) = first();
        let (mut token, mut state) = (oldest.clone(), state);
        for renewal in 1..=100 {
            (token, state) = renew(&state, &token, renewal * 300);
        }
        assert!(matches!(state.judge(&oldest, at(30_000)), Shown::Reused));
        assert!(matches!(state.judge(&token, at(30_000)), Shown::Current(_)));
    }

    #[test]
    fn frequent_renewals_keep_few_times() {
        let (oldest, state) = first();
        let (mut token, mut state) = (oldest.clone(), state);
        for renewal in 1..=100 {
            (token, state) = renew(&state, &token, renewal / 10);
        }
        assert_eq!(state.renewals().count(), MAX_GENERATIONS_IN_GRACE);
        assert!(matches!(state.judge(&oldest, at(10)), Shown::Reused));
    }

    #[test]
    fn a_token_that_auth_did_not_issue_is_unknown() {
        let (token, state) = first();
        let (_, renewed) = renew(&state, &token, 300);
        let (of_another, _) = first();
        let mut flipped = token.clone();
        flipped.secret[0] ^= 1;
        let mut ahead = token.clone();
        ahead.generation = 2;
        for unknown in [of_another, flipped, ahead] {
            assert!(matches!(renewed.judge(&unknown, at(300)), Shown::Unknown));
        }
    }
}
