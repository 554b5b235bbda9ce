//! Health of a server, by service, after the gRPC health protocol: `SERVING` once
//! what it stands on answers, `NOT_SERVING` from the start and whenever it does not.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

const PAUSE: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(1);

/// Reports on these services until told to stop; the empty name stands for the
/// server as a whole. `works` says whether all that they need answers.
pub async fn report<F>(
    reporter: HealthReporter,
    services: &[&str],
    works: impl Fn() -> F,
    shutdown: CancellationToken,
) where
    F: Future<Output = bool>,
{
    let mut last = None;
    loop {
        let serving = timeout(PATIENCE, works()).await.unwrap_or(false);
        if last != Some(serving) {
            set(&reporter, services, serving).await;
            last = Some(serving);
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
