//! A limit for log lines that clients or neighbours on the network can cause as often as they like.
//! A later line states how many were suppressed.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Length of the period for which lines are counted.
const WINDOW: Duration = Duration::from_secs(10);

/// Lines of one kind: at most `most` in a [`WINDOW`], and the current count.
#[derive(Debug)]
pub struct LogRateLimit {
    most: u32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    window_began: Option<Instant>,
    lines: u32,
    suppressed: u64,
}

impl LogRateLimit {
    /// At most `most` lines in ten seconds.
    #[must_use]
    pub const fn new(most: u32) -> Self {
        Self {
            most,
            state: Mutex::new(State {
                window_began: None,
                lines: 0,
                suppressed: 0,
            }),
        }
    }

    /// Counts one event. If a line may be written, returns how many events were suppressed since
    /// the last line.
    pub fn allow(&self) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.window_began.is_none_or(|at| at.elapsed() >= WINDOW) {
            state.window_began = Some(Instant::now());
            state.lines = 0;
        }
        if state.lines >= self.most {
            state.suppressed += 1;
            return None;
        }
        state.lines += 1;
        Some(std::mem::take(&mut state.suppressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_repeated_is_logged_a_few_times_and_then_counted() {
        let log_limit = LogRateLimit::new(2);
        assert_eq!([log_limit.allow(), log_limit.allow()], [Some(0), Some(0)]);
        assert_eq!([log_limit.allow(), log_limit.allow()], [None, None]);
        log_limit.state.lock().unwrap().window_began = None;
        assert_eq!(log_limit.allow(), Some(2));
    }
}
