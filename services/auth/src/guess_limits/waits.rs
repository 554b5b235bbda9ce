//! How long a caller waits after misses: for an account longer after each of them, for an address
//! and for the whole by a number for each hour.

use std::time::Duration;

use super::record_table::{Micros, Record};

/// Misses at an account before the first wait: what people need who half remember a password.
pub const FREE_MISSES: u32 = 5;
/// Guesses at one account that may run at once while none has been wrong, such as those of programs
/// that start together. As many misses are possible within the first waits.
pub const AT_ONCE: u32 = 16;
/// The wait after the fifth miss at an account. It doubles with each further miss. NIST SP 800-63B
/// (revision 3), section 5.2.2, recommends "requiring the claimant to wait following a failed
/// attempt for a period of time that increases".
pub const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait at an account; the example of NIST SP 800-63B, section 5.2.2, is "30 seconds up
/// to an hour". A quarter of an hour allows 96 misses a day, where that section allows 100 in a
/// row and then demands a lock. kreis locks nobody out, because strangers could cause it.
pub const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// How long the misses at an account are remembered after the last one. It is so much longer than
/// the longest wait that a pause gains nothing.
pub const REMEMBERED: Duration = Duration::from_hours(24);

/// The period of the limits of an address and of the whole.
const HOUR: Micros = 3_600_000_000;

/// The misses at an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AccountMisses {
    /// Wrong guesses, and those that have not ended yet.
    misses: u32,
    /// Wrong guesses.
    wrong: u32,
    /// Time of the last guess.
    last: Micros,
}

impl Record for AccountMisses {
    fn at(self, now: Micros) -> Self {
        if now.saturating_sub(self.last) < micros(REMEMBERED) {
            self
        } else {
            Self::default()
        }
    }
}

impl AccountMisses {
    /// One more guess at this time, or how long to wait before it.
    pub(super) fn one_more(self, first_wait: Duration, now: Micros) -> Result<Self, Duration> {
        let wait = match self.wrong {
            0 if self.misses < AT_ONCE => Duration::ZERO,
            // The guesses that run may all be right.
            0 => first_wait,
            _ => self.wait(first_wait),
        };
        let next = self.last.saturating_add(micros(wait));
        if now < next {
            return Err(Duration::from_micros(next - now));
        }
        Ok(Self {
            misses: self.misses.saturating_add(1),
            last: now,
            ..self
        })
    }

    /// A guess was wrong.
    pub(super) const fn one_wrong(self) -> Self {
        Self {
            wrong: self.wrong.saturating_add(1),
            ..self
        }
    }

    /// The same without a guess that was not made.
    pub(super) const fn one_less(self) -> Self {
        Self {
            misses: self.misses.saturating_sub(1),
            ..self
        }
    }

    fn wait(self, first_wait: Duration) -> Duration {
        let Some(beyond) = self.misses.checked_sub(FREE_MISSES) else {
            return Duration::ZERO;
        };
        let factor = 1_u32.checked_shl(beyond).unwrap_or(u32::MAX);
        first_wait.saturating_mul(factor).min(LONGEST_WAIT)
    }
}

/// How many misses an hour are allowed.
#[derive(Debug, Clone, Copy)]
pub(super) struct PerHour(pub(super) u32);

/// When all misses of an hour are allowed again (the theoretical arrival time of the generic cell
/// rate algorithm, ITU-T I.371, annex A).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HourlyMisses {
    free_at: Micros,
}

impl Record for HourlyMisses {
    fn at(self, now: Micros) -> Self {
        if now < self.free_at {
            self
        } else {
            Self::default()
        }
    }
}

impl HourlyMisses {
    /// One more miss at this time, or how long to wait before the next guess.
    pub(super) fn one_more(self, limit: PerHour, now: Micros) -> Result<Self, Duration> {
        let free_at = self.free_at.max(now) + limit.interval();
        match free_at.checked_sub(now + HOUR) {
            Some(wait) if wait > 0 => Err(Duration::from_micros(wait)),
            _ => Ok(Self { free_at }),
        }
    }

    /// The same without one miss.
    pub(super) fn one_less(self, limit: PerHour) -> Self {
        Self {
            free_at: self.free_at.saturating_sub(limit.interval()),
        }
    }
}

impl PerHour {
    fn interval(self) -> Micros {
        HOUR / Micros::from(self.0.max(1))
    }
}

fn micros(duration: Duration) -> Micros {
    duration.as_micros().try_into().unwrap_or(Micros::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Micros = 1_000_000;

    fn miss(misses: AccountMisses, now: Micros) -> AccountMisses {
        misses.one_more(FIRST_WAIT, now).unwrap().one_wrong()
    }

    #[test]
    fn after_five_misses_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let (mut misses, mut now) = (AccountMisses::default(), 7 * SECOND);
        for _ in 0..FREE_MISSES {
            misses = miss(misses, now);
        }
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900] {
            assert_eq!(
                misses.one_more(FIRST_WAIT, now),
                Err(Duration::from_secs(seconds))
            );
            now += seconds * SECOND - 1;
            assert_eq!(
                misses.one_more(FIRST_WAIT, now),
                Err(Duration::from_micros(1))
            );
            now += 1;
            misses = miss(misses, now);
        }
        let much_later = now + micros(REMEMBERED);
        assert_eq!(misses.at(much_later - 1), misses);
        assert_eq!(misses.at(much_later), AccountMisses::default());
    }

    #[test]
    fn sixteen_guesses_at_once_are_admitted_and_are_misses_if_they_are_wrong() {
        let mut misses = AccountMisses::default();
        for _ in 0..AT_ONCE {
            misses = misses.one_more(FIRST_WAIT, SECOND).unwrap();
        }
        assert_eq!(misses.one_more(FIRST_WAIT, SECOND), Err(FIRST_WAIT));
        let half_wrong = (0..8).fold(misses, |misses, _| misses.one_wrong());
        assert_eq!(half_wrong.one_more(FIRST_WAIT, SECOND), Err(LONGEST_WAIT));
        let none_made = (0..AT_ONCE).fold(misses, |misses, _| misses.one_less());
        assert!(none_made.one_more(FIRST_WAIT, SECOND).is_ok());
    }

    #[test]
    fn a_long_series_of_misses_overflows_nothing() {
        let (mut misses, mut now) = (AccountMisses::default(), 0);
        for _ in 0..200 {
            misses = miss(misses, now);
            now += micros(LONGEST_WAIT);
        }
        assert_eq!(misses.misses, 200);
    }

    #[test]
    fn an_hour_has_so_many_misses_and_they_come_back_one_by_one() {
        let (limit, mut misses, now) = (PerHour(100), HourlyMisses::default(), 5 * SECOND);
        for _ in 0..100 {
            misses = misses.one_more(limit, now).unwrap();
        }
        let refused = misses.one_more(limit, now);
        assert_eq!(refused, Err(Duration::from_secs(36)));
        let later = now + 36 * SECOND;
        misses = misses.one_more(limit, later).unwrap();
        assert!(misses.one_more(limit, later).is_err());
        assert!(misses.one_less(limit).one_more(limit, later).is_ok());
        assert_eq!(misses.at(later + HOUR), HourlyMisses::default());
    }
}
