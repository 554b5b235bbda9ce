//! How auth, org and kpi are built from their gRPC services, and what only they share: pages,
//! repeated calls, expected versions, callers, names, keys of service accounts and the calendar.

pub mod calendar;
pub mod callers;
mod config;
pub mod confusables;
pub mod expected_version;
pub mod idempotency;
pub mod language;
pub mod month;
pub mod names;
pub mod page;
pub mod retry_reads;
pub mod service_key;

use std::net::SocketAddr;

use futures_util::FutureExt;
use kreis_database::{Database, readiness, writes::Writes};
use kreis_server::{
    access::AccessPolicy,
    authenticator::Authenticator,
    bind_error::BindError,
    call_queue::CallQueues,
    client_limits::{ClientLimiter, ClientLimits},
    connections::{self, BoundServer, ConnectionLimits, DRAIN},
    health::{self, NotServing},
    metrics::Metrics,
    middleware::{Authentication, Middleware, MiddlewareConfig},
    reflection::add_reflection,
    server_config::MAX_MESSAGE_BYTES,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::service::RoutesBuilder;

pub use self::config::ServiceConfig;
use crate::retry_reads::RetryReads;

/// What a service is built with.
pub struct ServiceContext {
    /// The connection pools.
    pub database: Database,
    /// Runs the writes of handlers.
    pub writes: Writes,
}

/// The definition of a service, from its crate.
pub struct ServiceDefinition<C> {
    /// Name of the server, for its log lines.
    pub server: &'static str,
    /// Package of the contract that it serves.
    pub package: &'static str,
    /// Full names of its gRPC services. It reports its health under these names, and under the
    /// empty name for the whole server.
    pub services: &'static [&'static str],
    /// Its gRPC services.
    pub routes: RoutesBuilder,
    /// Its background tasks, such as purging, until the future is dropped.
    pub background_tasks: C,
}

/// Binds a service. Its address is known then; it serves while `run` is polled.
pub async fn bind<C>(
    config: &ServiceConfig,
    metrics: &Metrics,
    shutdown: CancellationToken,
    define: impl FnOnce(&ServiceContext) -> ServiceDefinition<C>,
) -> Result<BoundServer<SocketAddr>, BindError>
where
    C: Future<Output = ()> + Send + 'static,
{
    let (listener, address) = config.listen.clone().bind().await?;
    let database = config.database.open();
    let context = ServiceContext {
        writes: Writes::new(database.connections),
        database,
    };
    let ServiceDefinition {
        server,
        package,
        services,
        mut routes,
        background_tasks,
    } = define(&context);
    let ServiceContext { database, writes } = context;

    let (reporter, health_service) = tonic_health::server::health_reporter();
    // The empty name stands for the whole server.
    let names = [services, &[""]].concat();
    health::set(&reporter, &names, false).await;
    routes.add_service(health_service);
    if config.reflection {
        add_reflection(&mut routes, kreis_proto::FILE_DESCRIPTOR_SET)?;
    }
    let replica = config.tokens.replica()?;
    let authenticator = Authenticator::new(replica.clone());
    let server_metrics = metrics.for_server(server);
    database.register_metrics(&server_metrics);
    writes.register_metrics(&server_metrics);
    authenticator.register_metrics(&server_metrics);
    let call_queues = CallQueues::new([package], config.calls_at_once);
    call_queues.register_metrics(&server_metrics);
    let policy = AccessPolicy::from_contract()?;
    let middleware = MiddlewareConfig {
        server,
        policy: policy.clone(),
        authentication: Authentication::AccessToken(authenticator),
        is_public: false,
        longest_call: config.longest_call,
        largest_message: MAX_MESSAGE_BYTES,
        call_queues: Some(call_queues),
        metrics: metrics.calls_for(server),
    };
    let routes = RetryReads::new(policy, MAX_MESSAGE_BYTES, routes.routes().prepare());
    let service = Middleware::new(middleware, routes);
    let client_limiter = ClientLimiter::new(ClientLimits::INTERNAL);
    client_limiter.register_metrics(&server_metrics);
    listener.register_metrics(&server_metrics);

    let run = async move {
        let tasks = TaskTracker::new();
        let checked_database = database.clone();
        let leased = replica.clone();
        let check = move |not_ready_since| {
            let database = checked_database.clone();
            let has_lease = leased.has_lease_since(not_ready_since);
            async move {
                readiness::check_database(&database).await?;
                if has_lease {
                    Ok(())
                } else {
                    Err(NotServing::RevocationsUnknown)
                }
            }
        };
        // Tokens are verified until the last call has ended.
        let ended = CancellationToken::new();
        tasks.spawn(replica.clone().run(ended.clone()));
        let stopping = shutdown.clone();
        tasks.spawn(async move { health::report(reporter, &names, check, stopping).await });
        tasks.spawn(
            ended
                .clone()
                .run_until_cancelled_owned(background_tasks)
                .map(|_| ()),
        );
        let prepared = async {
            readiness::wait_until_migrated(&database).await;
            replica.wait_until_current().await;
        };
        shutdown.run_until_cancelled(prepared).await;
        connections::serve(
            listener,
            service,
            ConnectionLimits::INTERNAL,
            client_limiter,
            shutdown,
        )
        .await;
        writes.drain(DRAIN).await;
        ended.cancel();
        tasks.close();
        tasks.wait().await;
        database.close().await;
    };
    Ok(BoundServer {
        addresses: address,
        run: Box::pin(run),
    })
}
