//! Log lines about what strangers or neighbours can repeat at will: one now and then, with
//! the number of those that were left out.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Shortest pause between two lines.
const PAUSE: Duration = Duration::from_secs(10);

/// When a line of one kind was last written, and what happened since.
#[derive(Debug, Default)]
pub(crate) struct LogPace {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    since_logged: u64,
    logged: Option<Instant>,
}

impl LogPace {
    /// Nothing has happened yet.
    pub(crate) const fn new() -> Self {
        Self {
            state: Mutex::new(State {
                since_logged: 0,
                logged: None,
            }),
        }
    }

    /// It has happened once more. Where a line is due: how often since the last one.
    pub(crate) fn due(&self) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.since_logged += 1;
        if state.logged.is_some_and(|at| at.elapsed() < PAUSE) {
            return None;
        }
        state.logged = Some(Instant::now());
        Some(std::mem::take(&mut state.since_logged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_repeated_is_logged_once_in_a_while() {
        let pace = LogPace::new();
        assert_eq!(pace.due(), Some(1));
        assert_eq!([pace.due(), pace.due()], [None, None]);
        pace.state.lock().unwrap().logged = None;
        assert_eq!(pace.due(), Some(3));
    }
}
