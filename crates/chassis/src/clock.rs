//! Clocks of several machines, which have to agree where tokens are judged.

use std::{sync::LazyLock, time::Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// By how much the clocks of servers, and that of the database, may differ. Tokens are
/// accepted by a server that is so far behind, and entries of the list of revocations
/// are kept a minute longer than any token.
pub const MOST_DIFFERENCE: TimeDelta = TimeDelta::seconds(30);

static START: LazyLock<(DateTime<Utc>, Instant)> = LazyLock::new(|| (Utc::now(), Instant::now()));

/// By how much another clock is ahead of ours, as far as can be known from an answer
/// between two moments of ours.
#[must_use]
pub fn difference(
    other: DateTime<Utc>,
    asked: DateTime<Utc>,
    answered: DateTime<Utc>,
) -> TimeDelta {
    if other < asked {
        other - asked
    } else if other > answered {
        other - answered
    } else {
        TimeDelta::zero()
    }
}

/// Such a difference in words, to stand before the name of our own clock.
#[must_use]
pub fn told(difference: TimeDelta) -> String {
    let seconds = difference.num_seconds();
    let side = if seconds < 0 { "behind" } else { "ahead of" };
    format!("{} s {side}", seconds.unsigned_abs())
}

/// The time, at most as far on as time has gone on since the start of the process: a
/// clock that jumps ahead and back again has nothing expire meanwhile.
#[must_use]
pub fn steady_now() -> DateTime<Utc> {
    let (start, began) = *START;
    steady(Utc::now(), start, began.elapsed())
}

fn steady(now: DateTime<Utc>, start: DateTime<Utc>, elapsed: std::time::Duration) -> DateTime<Utc> {
    let elapsed = TimeDelta::from_std(elapsed).unwrap_or(TimeDelta::MAX);
    let latest = start.checked_add_signed(elapsed + MOST_DIFFERENCE);
    latest.map_or(now, |latest| now.min(latest))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_clock_differs_only_as_far_as_the_way_of_the_answer_does_not_explain_it() {
        assert_eq!(difference(at(5), at(0), at(10)), TimeDelta::zero());
        assert_eq!(difference(at(12), at(0), at(10)), TimeDelta::seconds(2));
        assert_eq!(difference(at(-3), at(0), at(10)), TimeDelta::seconds(-3));
    }

    #[test]
    fn a_clock_that_jumps_ahead_is_followed_for_half_a_minute() {
        let ten = Duration::from_secs(10);
        assert_eq!(steady(at(10), at(0), ten), at(10));
        assert_eq!(steady(at(3_600), at(0), ten), at(40));
        assert_eq!(steady(at(-20), at(0), ten), at(-20));
    }
}
