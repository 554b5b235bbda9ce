//! Limits on guessing: passwords by account, by address and for the whole, tokens by address.
//!
//! They are checked before the database is asked and before a hash is made. An account is known by
//! a keyed hash of the e-mail that a caller names, so an unknown e-mail is treated exactly like
//! any other. Everything is in the memory of this process and has a fixed size
//! ([decision 26](../../../docs/decisions/0026-limits-on-guessing.md)).

mod bounds;
mod record_table;
mod waits;

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use aws_lc_rs::{
    hmac::{self, HMAC_SHA256},
    rand::SystemRandom,
};
use kreis_server::{
    metrics::{ServerMetrics, count},
    network::Network,
};

pub use self::{
    bounds::GuessBounds,
    waits::{AT_ONCE, FIRST_WAIT, FREE_MISSES, LONGEST_WAIT, REMEMBERED},
};
use self::{
    record_table::{Micros, Record, RecordTable},
    waits::{AccountMisses, HourlyMisses, PerHour},
};
use crate::{
    error::Error,
    model::{BrowserId, EmailKey, GuessLimit, UserId},
};

/// Accounts, addresses and browsers that the process remembers: 65,536 of each kind, in 4 MiB. With
/// the most misses that can be set for the whole, a day has fewer than two for each slot.
const SLOTS: usize = 65_536;

/// The limits. Cheap to clone.
#[derive(Clone)]
pub(crate) struct GuessLimits {
    inner: Arc<Inner>,
}

struct Inner {
    start: Instant,
    /// Makes keys that callers cannot choose. Random in each process.
    key: hmac::Key,
    bounds: GuessBounds,
    state: Mutex<State>,
    refused: [AtomicU64; GuessLimit::ALL.len()],
}

struct State {
    accounts: RecordTable<AccountMisses>,
    addresses: RecordTable<HourlyMisses>,
    whole: HourlyMisses,
    first_wait: Duration,
}

/// What a guess counts for.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    account: Option<u64>,
    address: Option<(u64, PerHour)>,
    tokens: Option<(u64, PerHour)>,
    resets: Option<(u64, PerHour)>,
    whole: Option<PerHour>,
}

/// A guess that was admitted. It counts as a miss until it ends otherwise, so that many guesses at
/// once gain nothing. A guess that is dropped was wrong.
#[must_use]
pub(crate) struct Guess {
    limits: Arc<Inner>,
    counted: Counted,
    has_ended: bool,
}

impl GuessLimits {
    pub(crate) fn new(bounds: GuessBounds) -> Self {
        let key = hmac::Key::generate(HMAC_SHA256, &SystemRandom::new());
        Self {
            inner: Arc::new(Inner {
                start: Instant::now(),
                key: key.expect("the system has random numbers"),
                bounds,
                state: Mutex::new(State::new(SLOTS, bounds.first_wait)),
                refused: Default::default(),
            }),
        }
    }

    /// Registers how many guesses were refused, and how much is remembered.
    pub(crate) fn register_metrics(&self, metrics: &ServerMetrics) {
        for limit in GuessLimit::ALL {
            let inner = Arc::clone(&self.inner);
            metrics.counter(
                "kreis_guesses_refused",
                "Passwords and tokens that were not checked because too many before were wrong",
                &[("limit", limit.name())],
                move || count(inner.refused[limit as usize].load(Ordering::Relaxed)),
            );
        }
        let [accounts, addresses] = [Arc::clone(&self.inner), Arc::clone(&self.inner)];
        let name = "kreis_guesses_remembered";
        let help = "Accounts and addresses with misses that are remembered";
        metrics.gauge(name, help, &[("of", "accounts")], move || {
            count(accounts.state().accounts.len(accounts.now()) as u64)
        });
        metrics.gauge(name, help, &[("of", "addresses")], move || {
            count(addresses.state().addresses.len(addresses.now()) as u64)
        });
    }

    /// Admits the password of a user who signs in, or refuses it. A browser that has signed in to
    /// this account before has its own limit, and the misses of others do not concern it.
    pub(crate) fn sign_in(
        &self,
        email: &EmailKey,
        browser: Option<BrowserId>,
        address: Option<IpAddr>,
    ) -> Result<Guess, Error> {
        let inner = &self.inner;
        let email = email.as_str().as_bytes();
        let GuessBounds {
            per_address, whole, ..
        } = inner.bounds;
        inner.admit(match browser {
            Some(browser) => Counted {
                account: Some(inner.key_of("browser", &[browser.bytes(), email])),
                ..Counted::default()
            },
            None => Counted {
                account: Some(inner.key_of("account", &[email])),
                address: Some((
                    inner.key_of_address("passwords", address),
                    PerHour(per_address),
                )),
                whole: Some(PerHour(whole)),
                ..Counted::default()
            },
        })
    }

    /// Admits the current password of a caller who changes it. The misses of others do not concern
    /// the caller.
    pub(crate) fn own_password(&self, user: UserId) -> Result<Guess, Error> {
        let user = user.get().to_be_bytes();
        self.inner.admit(Counted {
            account: Some(self.inner.key_of("own password", &[&user])),
            ..Counted::default()
        })
    }

    /// Admits an invitation, a refresh token or the key of a service account.
    pub(crate) fn token(
        &self,
        browser: Option<BrowserId>,
        address: Option<IpAddr>,
    ) -> Result<Guess, Error> {
        let inner = &self.inner;
        inner.admit(Counted {
            tokens: Some((
                inner.key_of_place("tokens", browser, address),
                PerHour(inner.bounds.tokens_per_address),
            )),
            ..Counted::default()
        })
    }

    /// Counts a request for a link to set a new password, or refuses it.
    pub(crate) fn password_reset(
        &self,
        browser: Option<BrowserId>,
        address: Option<IpAddr>,
    ) -> Result<(), Error> {
        let inner = &self.inner;
        let counted = inner.admit(Counted {
            resets: Some((
                inner.key_of_place("password resets", browser, address),
                PerHour(inner.bounds.resets_per_address),
            )),
            ..Counted::default()
        });
        // A guess that is dropped stays counted.
        counted.map(drop)
    }
}

impl Guess {
    /// Ends the guess: a right one clears the misses of the account, a wrong one stays counted, and
    /// one that was not judged is not counted.
    pub(crate) fn end<T>(mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        self.has_ended = true;
        let now = self.limits.now();
        let mut state = self.limits.state();
        match &outcome {
            Ok(_) => state.right(self.counted, now),
            Err(error) if error.is_wrong_guess() => state.wrong(self.counted),
            Err(_) => state.not_made(self.counted),
        }
        drop(state);
        outcome
    }
}

impl Drop for Guess {
    fn drop(&mut self) {
        if !self.has_ended {
            self.limits.state().wrong(self.counted);
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Micros {
        let elapsed = self.start.elapsed().as_micros();
        elapsed.try_into().unwrap_or(Micros::MAX)
    }

    fn key_of(&self, kind: &str, parts: &[&[u8]]) -> u64 {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(kind.as_bytes());
        for part in parts {
            context.update(&[0]);
            context.update(part);
        }
        let first = context.sign().as_ref().first_chunk().copied();
        u64::from_be_bytes(first.unwrap_or_default()).max(1)
    }

    /// Callers without a known address count as one.
    fn key_of_address(&self, kind: &str, address: Option<IpAddr>) -> u64 {
        let address = address.unwrap_or(Ipv6Addr::UNSPECIFIED.into());
        let network = Network::of_caller(address).to_string();
        self.key_of(kind, &[network.as_bytes()])
    }

    /// A known browser counts by itself, any other caller with its address.
    fn key_of_place(&self, kind: &str, browser: Option<BrowserId>, address: Option<IpAddr>) -> u64 {
        match browser {
            Some(browser) => self.key_of("browser", &[kind.as_bytes(), browser.bytes()]),
            None => self.key_of_address(kind, address),
        }
    }

    fn admit(self: &Arc<Self>, counted: Counted) -> Result<Guess, Error> {
        let now = self.now();
        let admitted = self.state().admit(counted, now);
        admitted.map_err(|(limit, wait)| {
            self.refused[limit as usize].fetch_add(1, Ordering::Relaxed);
            Error::TooManyGuesses { limit, wait }
        })?;
        Ok(Guess {
            limits: Arc::clone(self),
            counted,
            has_ended: false,
        })
    }
}

impl State {
    fn new(slots: usize, first_wait: Duration) -> Self {
        Self {
            first_wait,
            accounts: RecordTable::new(slots),
            addresses: RecordTable::new(slots),
            whole: HourlyMisses::default(),
        }
    }

    /// Counts a guess at all its limits, or at none of them.
    fn admit(&mut self, counted: Counted, now: Micros) -> Result<(), (GuessLimit, Duration)> {
        let account = counted.account.map(|key| {
            let misses = self
                .accounts
                .record(key, now)
                .one_more(self.first_wait, now);
            misses.map(|misses| (key, misses))
        });
        let hourly = |(key, limit): (u64, PerHour)| {
            let misses = self.addresses.record(key, now).one_more(limit, now);
            misses.map(|misses| (key, misses))
        };
        let address = counted.address.map(hourly);
        let tokens = counted.tokens.map(hourly);
        let resets = counted.resets.map(hourly);
        let whole = counted
            .whole
            .map(|limit| self.whole.at(now).one_more(limit, now));
        let of = |limit| move |wait| (limit, wait);
        let account = account.transpose().map_err(of(GuessLimit::Account))?;
        let address = address.transpose().map_err(of(GuessLimit::Address))?;
        let tokens = tokens.transpose().map_err(of(GuessLimit::Tokens))?;
        let resets = resets.transpose().map_err(of(GuessLimit::Resets))?;
        let whole = whole.transpose().map_err(of(GuessLimit::Whole))?;
        if let Some((key, misses)) = account {
            self.accounts.put(key, misses, now);
        }
        for (key, misses) in address.into_iter().chain(tokens).chain(resets) {
            self.addresses.put(key, misses, now);
        }
        self.whole = whole.unwrap_or(self.whole);
        Ok(())
    }

    /// The guess was right.
    fn right(&mut self, counted: Counted, now: Micros) {
        if let Some(key) = counted.account {
            self.accounts.reset(key, now);
        }
        self.uncount_hourly(counted);
    }

    /// The guess was wrong. It is counted already.
    fn wrong(&mut self, counted: Counted) {
        if let Some(record) = counted
            .account
            .and_then(|key| self.accounts.record_mut(key))
        {
            *record = record.one_wrong();
        }
    }

    /// The guess was not judged.
    fn not_made(&mut self, counted: Counted) {
        if let Some(record) = counted
            .account
            .and_then(|key| self.accounts.record_mut(key))
        {
            *record = record.one_less();
        }
        self.uncount_hourly(counted);
    }

    fn uncount_hourly(&mut self, counted: Counted) {
        for (key, limit) in counted.address.into_iter().chain(counted.tokens) {
            if let Some(record) = self.addresses.record_mut(key) {
                *record = record.one_less(limit);
            }
        }
        if let Some(limit) = counted.whole {
            self.whole = self.whole.one_less(limit);
        }
    }
}

#[cfg(test)]
mod tests;
