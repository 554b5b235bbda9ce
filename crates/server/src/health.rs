//! Health of a server, per service, by the gRPC health protocol. A service is `NOT_SERVING` at the
//! start, `SERVING` while everything it needs works, and `NOT_SERVING` otherwise.

use std::time::{Duration, Instant};

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

const CHECK_INTERVAL: Duration = Duration::from_millis(250);
const CHECK_TIMEOUT: Duration = Duration::from_secs(1);

/// Failed checks in a row before the log states the reason. At the start, or for a moment, a server
/// may well be not ready.
const LOG_AFTER_FAILURES: u32 = 4;

/// Why a server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum NotServing {
    /// The revocation replica is out of date, so revoked tokens could be accepted.
    #[error("the revocation list is out of date")]
    RevocationsUnknown,
    /// What the server needs is busy with other work, and says so.
    #[error("{0}")]
    Overloaded(String),
    /// What the server needs does not work.
    #[error("{0}")]
    Outage(String),
}

/// Reports the status of these services until shutdown; the empty name stands for the whole server.
/// `check` checks that everything they need works, and returns the reason if not. Its argument is
/// the time of the last check that found an outage. State of the revocation replica from before
/// that time does not count. Unknown revocations and an overloaded database are no outage.
pub async fn report<F>(
    reporter: HealthReporter,
    services: &[&str],
    check: impl Fn(Option<Instant>) -> F,
    shutdown: CancellationToken,
) where
    F: Future<Output = Result<(), NotServing>>,
{
    let mut last = None;
    let mut failures = 0;
    let mut not_ready_since = None;
    loop {
        let asked = Instant::now();
        let outcome = timeout(CHECK_TIMEOUT, check(not_ready_since)).await;
        let (reason, is_outage) = match outcome {
            Ok(Ok(())) => (None, false),
            Ok(Err(reason)) => {
                let is_outage = matches!(reason, NotServing::Outage(_));
                (Some(reason.to_string()), is_outage)
            }
            Err(_) => {
                let reason = "what it stands on does not answer";
                (Some(reason.to_owned()), true)
            }
        };
        let serving = reason.is_none();
        // Before the server serves for the first time, there is no old state that it could trust.
        if is_outage && (last == Some(true) || not_ready_since.is_some()) {
            not_ready_since = Some(asked);
        }
        if last != Some(serving) {
            set(&reporter, services, serving).await;
            last = Some(serving);
        }
        if let Some(reason) = reason {
            failures += 1;
            if failures == LOG_AFTER_FAILURES {
                tracing::warn!(services = services.join(" "), reason, "not ready");
            }
        } else {
            if failures >= LOG_AFTER_FAILURES {
                tracing::info!(services = services.join(" "), "ready again");
            }
            failures = 0;
        }
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = tokio::time::sleep(CHECK_INTERVAL) => {}
        }
    }
    set(&reporter, services, false).await;
}

/// Sets one status for these services; the empty name stands for the whole server.
pub async fn set(reporter: &HealthReporter, services: &[&str], serving: bool) {
    let status = if serving {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    };
    for service in services {
        reporter.set_service_status(service, status).await;
    }
}
