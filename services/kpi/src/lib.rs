//! The service kpi: KPIs, their values, and the log of changes.

mod domain;
#[cfg(fuzzing)]
pub mod fuzz_targets;
mod model;
mod rpc;
mod store;
mod wire;

use std::{net::SocketAddr, time::Duration};

use kreis_chassis::{
    metrics::Metrics,
    server::BoundServer,
    service::{self, BindError, MAX_MESSAGE_BYTES, ServiceConfig, ServiceDefinition},
};
use kreis_proto::kpi::v1::{
    change_log_service_server::ChangeLogServiceServer, kpi_service_server::KpiServiceServer,
    kpi_value_service_server::KpiValueServiceServer,
};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use tonic::service::RoutesBuilder;

use crate::rpc::Handlers;

const SERVICES: [&str; 3] = [
    "kreis.kpi.v1.KpiService",
    "kreis.kpi.v1.KpiValueService",
    "kreis.kpi.v1.ChangeLogService",
];

/// Time from the start to the first purge, so that the purge does not slow down the start.
const FIRST_PURGE_DELAY: Duration = Duration::from_mins(1);
const PURGE_INTERVAL: Duration = Duration::from_hours(1);

/// Binds kpi. The address is known from here on; the server answers calls once `run` is polled.
pub async fn bind(
    config: ServiceConfig,
    metrics: Metrics,
    shutdown: CancellationToken,
) -> Result<BoundServer<SocketAddr>, BindError> {
    service::bind(&config, &metrics, shutdown, |context| {
        let handlers = Handlers::new(context, &metrics.for_server("kpi"));
        let mut routes = RoutesBuilder::default();
        routes
            .add_service(
                KpiServiceServer::new(handlers.clone())
                    .max_decoding_message_size(MAX_MESSAGE_BYTES),
            )
            .add_service(
                KpiValueServiceServer::new(handlers.clone())
                    .max_decoding_message_size(MAX_MESSAGE_BYTES),
            )
            .add_service(
                ChangeLogServiceServer::new(handlers.clone())
                    .max_decoding_message_size(MAX_MESSAGE_BYTES),
            );
        ServiceDefinition {
            package: "kreis.kpi.v1",
            server: "kpi",
            services: &SERVICES,
            routes,
            background_tasks: purge(handlers),
        }
    })
    .await
}

async fn purge(handlers: Handlers) {
    let mut hours = interval_at(Instant::now() + FIRST_PURGE_DELAY, PURGE_INTERVAL);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hours.tick().await;
        handlers.purge_requests().await;
    }
}
