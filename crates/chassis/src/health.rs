//! Health of a server, by service, after the gRPC health protocol: `SERVING` once
//! what it stands on answers, `NOT_SERVING` from the start and whenever it does not.

use std::{fmt::Display, time::Duration};

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

const PAUSE: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(1);

/// How often in a row a server is not ready before the log says why: at the start and
/// for a moment it may well be.
const SAID_AFTER: u32 = 4;

/// Reports on these services until told to stop; the empty name stands for the
/// server as a whole. `works` says whether all that they need is there, or what is
/// not.
pub async fn report<F, N: Display>(
    reporter: HealthReporter,
    services: &[&str],
    works: impl Fn() -> F,
    shutdown: CancellationToken,
) where
    F: Future<Output = Result<(), N>>,
{
    let mut last = None;
    let mut failures = 0;
    loop {
        let reason = match timeout(PATIENCE, works()).await {
            Ok(Ok(())) => None,
            Ok(Err(reason)) => Some(reason.to_string()),
            Err(_) => Some("what it stands on does not answer".to_owned()),
        };
        let serving = reason.is_none();
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
