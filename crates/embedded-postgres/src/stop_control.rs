//! State that the handle shares with the threads that start and supervise Postgres: the pid of the
//! postmaster, and the request to stop.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::unistd::Pid;

/// The shared state.
#[derive(Debug, Default)]
pub(crate) struct StopControl {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    pid: Option<Pid>,
    stop: Option<Duration>,
}

impl StopControl {
    /// The postmaster's pid; absent while it is down.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.state().pid.map(|pid| pid.as_raw().cast_unsigned())
    }

    /// Requests a fast shutdown, and an immediate one after `grace`.
    pub(crate) fn request_stop(&self, grace: Duration) {
        self.state().stop = Some(grace);
        self.changed.notify_all();
    }

    /// Whether a shutdown was requested.
    pub(crate) fn is_stopping(&self) -> bool {
        self.state().stop.is_some()
    }

    /// Waits. Returns early, with the grace, if a shutdown was requested.
    pub(crate) fn sleep_unless_stopped(&self, duration: Duration) -> Option<Duration> {
        let (state, _) = self
            .changed
            .wait_timeout_while(self.state(), duration, |state| state.stop.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        state.stop
    }

    /// Says which process the postmaster is, or that it is down.
    pub(crate) fn publish(&self, pid: Option<Pid>) {
        self.state().pid = pid;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
