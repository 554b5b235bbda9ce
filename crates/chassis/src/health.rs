//! Health of a server, by service, after the gRPC health protocol: `SERVING` once
//! what it stands on answers, `NOT_SERVING` from the start and whenever it does not.

use std::time::{Duration, Instant};

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

use crate::{database::DatabaseFault, readiness::NotReady};

const PAUSE: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(1);

/// How often in a row a server is not ready before the log says why: at the start and
/// for a moment it may well be.
const SAID_AFTER: u32 = 4;

/// Reports on these services until told to stop; the empty name stands for the
/// server as a whole. `works` says whether all that they need is there, or what is
/// not. After an outage it is told when anything but the list of revocations was found
/// missing last: what the list was before is then not enough.
pub async fn report<F>(
    reporter: HealthReporter,
    services: &[&str],
    works: impl Fn(Option<Instant>) -> F,
    shutdown: CancellationToken,
) where
    F: Future<Output = Result<(), NotReady>>,
{
    let mut last = None;
    let mut failures = 0;
    let mut missing_at = None;
    loop {
        let asked = Instant::now();
        let outcome = timeout(PATIENCE, works(missing_at)).await;
        let (reason, is_outage) = match outcome {
            Ok(Ok(())) => (None, false),
            Ok(Err(reason)) => {
                let is_outage = !matches!(
                    reason,
                    NotReady::RevocationsUnknown
                        | NotReady::Database(DatabaseFault::Busy | DatabaseFault::Locked(_))
                );
                (Some(reason.to_string()), is_outage)
            }
            Err(_) => {
                let reason = "what it stands on does not answer";
                (Some(reason.to_owned()), true)
            }
        };
        let serving = reason.is_none();
        // Before the first time it serves there is nothing old to be trusted.
        if is_outage && (last == Some(true) || missing_at.is_some()) {
            missing_at = Some(asked);
        }
        if last != Some(serving) {
            set(&reporter, services, serving).await;
            last = Some(serving);
        }
        if let Some(reason) = reason {
            failures += 1;
            if failures == SAID_AFTER {
                tracing::warn!(services = services.join(" "), reason, "not ready");
            }
        } else {
            if failures >= SAID_AFTER {
                tracing::info!(services = services.join(" "), "ready again");
            }
            failures = 0;
        }
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    set(&reporter, services, false).await;
}

/// Sets one status for these services; the empty name stands for the server as
/// a whole.
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
