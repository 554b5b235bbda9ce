//! Keeps the postmaster running, in a thread of its own: it must outlast any async runtime, and a
//! handle must be able to stop it at any time.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::lock::Lock;
use crate::server::{Server, ServerSpec};
use crate::stop_control::StopControl;
use crate::{Error, log};

/// Interval of the checks of a running postmaster.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// Interval of the checks of the log's size.
const LOG_CHECK_INTERVAL: Duration = Duration::from_mins(1);

/// The first and the longest delay before a restart.
const RESTART_DELAYS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// A postmaster that ran this long is not in a crash loop.
const STABLE_AFTER: Duration = Duration::from_mins(1);

/// Supervises a running server until [`StopControl::request_stop`]. Keeps the lock until the server
/// has ended.
pub(crate) fn supervise(
    server: Server,
    spec: ServerSpec,
    control: Arc<StopControl>,
    lock: Lock,
) -> JoinHandle<Result<(), Error>> {
    control.publish(Some(server.pid()));
    thread::spawn(move || {
        let outcome = keep_running(server, &spec, &control);
        control.publish(None);
        spec.socket_dir.remove_leftovers();
        drop(lock);
        outcome
    })
}

fn keep_running(mut server: Server, spec: &ServerSpec, control: &StopControl) -> Result<(), Error> {
    let mut delay = RESTART_DELAYS.0;
    let mut log_seen: Option<Instant> = None;
    loop {
        let since = Instant::now();
        while !server.has_exited() {
            if log_seen.is_none_or(|seen| seen.elapsed() > LOG_CHECK_INTERVAL) {
                log_seen = Some(Instant::now());
                log::rotate_if_large(&spec.log);
            }
            if let Some(grace) = control.sleep_unless_stopped(POLL_INTERVAL) {
                return server.stop(grace);
            }
        }
        tracing::warn!(postgres.pid = %server.pid(), "postgres ended unasked, starting it again");
        control.publish(None);
        if since.elapsed() > STABLE_AFTER {
            delay = RESTART_DELAYS.0;
        }
        server = loop {
            if control.sleep_unless_stopped(delay).is_some() {
                return Ok(());
            }
            delay = (delay * 2).min(RESTART_DELAYS.1);
            match spec.start(control) {
                Ok(server) => break server,
                Err(Error::Stopped) => return Ok(()),
                Err(error) => tracing::error!(%error, "cannot start postgres again"),
            }
        };
        tracing::info!(postgres.pid = %server.pid(), "postgres runs again");
        control.publish(Some(server.pid()));
    }
}
