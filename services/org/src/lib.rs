//! The service org: users, circles, membership, and who changed them.

mod domain;
mod error;
mod model;
pub mod operator;
mod rpc;
mod store;
mod wire;

use std::{net::SocketAddr, time::Duration};

use kreis_database::purge::{self, Purge};
use kreis_proto::org::v1::{
    change_log_service_server::ChangeLogServiceServer, circle_service_server::CircleServiceServer,
    service_account_service_server::ServiceAccountServiceServer,
    user_service_server::UserServiceServer,
};
use kreis_server::{
    bind_error::BindError, connections::BoundServer, metrics::Metrics,
    server_config::MAX_MESSAGE_BYTES,
};
use kreis_service::{ServiceConfig, ServiceContext, ServiceDefinition};
use tokio_util::sync::CancellationToken;
use tonic::service::RoutesBuilder;

use crate::{rpc::Handlers, store::Store};

const SERVICES: &[&str] = &[
    "kreis.org.v1.UserService",
    "kreis.org.v1.CircleService",
    "kreis.org.v1.ServiceAccountService",
    "kreis.org.v1.ChangeLogService",
];

/// The calls with a `request_id` that are older than seven days. The first round waits, so that it
/// does not slow down the start.
const REQUESTS: Purge = Purge {
    what: "old requests",
    first: Duration::from_mins(1),
    interval: Duration::from_hours(1),
};

/// Binds org. The address is known from here on; the server answers calls once `run` is polled.
pub async fn bind(
    config: ServiceConfig,
    metrics: Metrics,
    shutdown: CancellationToken,
) -> Result<BoundServer<SocketAddr>, BindError> {
    kreis_service::bind(&config, &metrics, shutdown, define).await
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
            ServiceAccountServiceServer::new(handlers.clone())
                .max_decoding_message_size(MAX_MESSAGE_BYTES),
        )
        .add_service(
            ChangeLogServiceServer::new(handlers).max_decoding_message_size(MAX_MESSAGE_BYTES),
        );
    ServiceDefinition {
        package: "kreis.org.v1",
        server: "org",
        services: SERVICES,
        routes,
        background_tasks: purge::run(REQUESTS, context.writes.clone(), move |at_most| {
            let store = store.clone();
            async move { store.purge_requests(at_most).await }
        }),
    }
}
