//! How many guesses are allowed.

use std::time::Duration;

use kreis_server::config::Settings;

use super::waits::FIRST_WAIT;

/// How many wrong passwords an hour are allowed, from browsers that are not known, and what follows
/// them. Settings change only the first two.
#[derive(Debug, Clone, Copy)]
pub struct GuessBounds {
    /// From one address, or one /64 network of IPv6.
    pub per_address: u32,
    /// From all addresses together.
    pub whole: u32,
    /// Unknown tokens an hour from one address, or from one known browser. A token has 256 bits, so
    /// the limit only saves the database work. It is far above what the browsers of an office show
    /// when their sessions have ended.
    pub tokens_per_address: u32,
    /// Links for a forgotten password that may be asked for in an hour from one address, or from one
    /// known browser, whether the e-mails are known or not: more than an office forgets, and less
    /// than would show as a flood at the mail server. No user gets more than three mails an hour.
    pub resets_per_address: u32,
    /// The wait after the fifth miss at an account.
    pub first_wait: Duration,
}

impl Default for GuessBounds {
    fn default() -> Self {
        Self {
            per_address: 100,
            whole: 2_000,
            tokens_per_address: 1_000,
            resets_per_address: 60,
            first_wait: FIRST_WAIT,
        }
    }
}

impl GuessBounds {
    /// Reads the bounds. `settings` collects the errors.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let mut misses = |name, default: u32, least: u32, most: u32| {
            settings
                .number(name, default.into(), least.into(), most.into())
                .try_into()
                .unwrap_or(default)
        };
        let Self {
            per_address,
            whole,
            tokens_per_address,
            resets_per_address,
            first_wait,
        } = Self::default();
        Self {
            tokens_per_address,
            resets_per_address,
            first_wait,
            per_address: misses("KREIS_PASSWORD_MISSES_PER_ADDRESS", per_address, 10, 5_000),
            whole: misses("KREIS_PASSWORD_MISSES", whole, 100, 5_000),
        }
    }
}
