//! The service org: users, circles, membership, and who changed them.

mod domain;
mod model;
pub mod operator;
mod rpc;
mod store;
mod wire;

use std::{net::SocketAddr, time::Duration};

use kreis_chassis::{
    metrics::Metrics,
    server::BoundServer,
    service::{
        self, BindError, MAX_MESSAGE_BYTES, ServiceConfig, ServiceContext, ServiceDefinition,
    },
    writes::Writes,
};
use kreis_proto::org::v1::{
    change_log_service_server::ChangeLogServiceServer, circle_service_server::CircleServiceServer,
    user_service_server::UserServiceServer,
};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use tonic::{Status, service::RoutesBuilder};

use crate::{model::Error, rpc::Handlers, store::Store};

const SERVICES: &[&str] = &[
    "kreis.org.v1.UserService",
    "kreis.org.v1.CircleService",
    "kreis.org.v1.ChangeLogService",
];

/// Time from the start to the first purge, so that the purge does not slow down the start.
const FIRST_PURGE_DELAY: Duration = Duration::from_mins(1);
const PURGE_INTERVAL: Duration = Duration::from_hours(1);

/// Binds org. The address is known from here on; the server answers calls once `run` is polled.
pub async fn bind(
    config: ServiceConfig,
    metrics: Metrics,
    shutdown: CancellationToken,
) -> Result<BoundServer<SocketAddr>, BindError> {
    service::bind(&config, &metrics, shutdown, define).await
}

fn define(context: &ServiceContext) -> ServiceDefinition<impl Future<Output = ()> + Send + use<>> {
    let database = context.database.clone();
    let store = Store::new(database);
    let handlers = Handlers {
        store: store.clone(),
        writes: context.writes.clone(),
    };
    let mut routes = RoutesBuilder::default();
    routes
        .add_service(
            UserServiceServer::new(handlers.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES),
        )
        .add_service(
            CircleServiceServer::new(handlers.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES),
        )
        .add_service(
            ChangeLogServiceServer::new(handlers).max_decoding_message_size(MAX_MESSAGE_BYTES),
        );
    ServiceDefinition {
        package: "kreis.org.v1",
        server: "org",
        services: SERVICES,
        routes,
        background_tasks: purge(store, context.writes.clone()),
    }
}

/// Deletes the results that are kept for repeated calls, once they are older than seven days.
async fn purge(store: Store, writes: Writes) {
    let mut hours = interval_at(Instant::now() + FIRST_PURGE_DELAY, PURGE_INTERVAL);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hours.tick().await;
        if let Err(error) = purge_requests(&store, &writes).await {
            tracing::warn!(
                error.cause = error.message(),
                "old requests were not purged"
            );
        }
    }
}

/// Deletes in batches, so that other writes do not wait for long.
async fn purge_requests(store: &Store, writes: &Writes) -> Result<(), Status> {
    loop {
        let store = store.clone();
        let batch = async move { store.purge_requests().await.map_err(Error::from) };
        if !writes.run(batch).await? {
            return Ok(());
        }
    }
}
