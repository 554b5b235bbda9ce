//! Compares the clocks of several machines. They must agree where tokens are verified.

use std::{sync::LazyLock, time::Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// How far the clocks of the servers and of the database may differ. A server whose clock is this
/// far behind still accepts new tokens. Entries of the revocation list are kept one minute longer
/// than any token lives.
pub const MAX_CLOCK_DIFFERENCE: TimeDelta = TimeDelta::seconds(30);

static START: LazyLock<(DateTime<Utc>, Instant)> = LazyLock::new(|| (Utc::now(), Instant::now()));

/// How far another clock is ahead of ours. The other clock was read between two moments of ours, so
/// only the difference outside this interval is certain.
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

/// The difference in words, to be followed by the name of our own clock.
#[must_use]
pub fn describe_difference(difference: TimeDelta) -> String {
    let seconds = difference.num_seconds();
    let side = if seconds < 0 { "behind" } else { "ahead of" };
    format!("{} s {side}", seconds.unsigned_abs())
}

/// The current time, but at most [`MAX_CLOCK_DIFFERENCE`] later than the monotonic clock since the
/// start of the process allows. If the system clock jumps ahead and back again, entries of the
/// revocation list expire at most that much too early.
#[must_use]
pub fn monotonic_now() -> DateTime<Utc> {
    let (start, began) = *START;
    clamp_to_elapsed(Utc::now(), start, began.elapsed())
}

fn clamp_to_elapsed(
    now: DateTime<Utc>,
    start: DateTime<Utc>,
    elapsed: std::time::Duration,
) -> DateTime<Utc> {
    let elapsed = TimeDelta::from_std(elapsed).unwrap_or(TimeDelta::MAX);
    let latest = start.checked_add_signed(elapsed + MAX_CLOCK_DIFFERENCE);
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
        assert_eq!(clamp_to_elapsed(at(10), at(0), ten), at(10));
        assert_eq!(clamp_to_elapsed(at(3_600), at(0), ten), at(40));
        assert_eq!(clamp_to_elapsed(at(-20), at(0), ten), at(-20));
    }
}
