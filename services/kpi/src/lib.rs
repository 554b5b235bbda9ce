//! The service kpi: KPIs, their values, and the log of changes.

mod domain;
mod error;
#[cfg(fuzzing)]
pub mod fuzz_targets;
mod model;
mod rpc;
mod store;
mod wire;

use std::{net::SocketAddr, time::Duration};

use kreis_database::purge::{self, Purge};
use kreis_proto::kpi::v1::{
    change_log_service_server::ChangeLogServiceServer, kpi_service_server::KpiServiceServer,
    kpi_value_service_server::KpiValueServiceServer,
};
use kreis_server::{
    bind_error::BindError, connections::BoundServer, metrics::Metrics,
    server_config::MAX_MESSAGE_BYTES,
};
use kreis_service::{ServiceConfig, ServiceDefinition};
use tokio_util::sync::CancellationToken;
use tonic::service::RoutesBuilder;

use crate::{rpc::Handlers, store::Store};

const SERVICES: [&str; 3] = [
    "kreis.kpi.v1.KpiService",
    "kreis.kpi.v1.KpiValueService",
    "kreis.kpi.v1.ChangeLogService",
];

/// The calls with a `request_id` that are older than seven days. The first round waits, so that it
/// does not slow down the start.
const REQUESTS: Purge = Purge {
    what: "old requests",
    first: Duration::from_mins(1),
    interval: Duration::from_hours(1),
};

/// Binds kpi. The address is known from here on; the server answers calls once `run` is polled.
pub async fn bind(
    config: ServiceConfig,
    metrics: Metrics,
    shutdown: CancellationToken,
) -> Result<BoundServer<SocketAddr>, BindError> {
    kreis_service::bind(&config, &metrics, shutdown, |context| {
        let store = Store::new(context.database.clone());
        store.register_metrics(&metrics.for_server("kpi"));
        let handlers = Handlers {
            store: store.clone(),
            writes: context.writes.clone(),
        };
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
                ChangeLogServiceServer::new(handlers).max_decoding_message_size(MAX_MESSAGE_BYTES),
            );
        ServiceDefinition {
            package: "kreis.kpi.v1",
            server: "kpi",
            services: &SERVICES,
            routes,
            background_tasks: purge::run(REQUESTS, context.writes.clone(), move |at_most| {
                let store = store.clone();
                async move { store.purge_requests(at_most).await }
            }),
        }
    })
    .await
}
