//! What the processes of auth, org and kpi share: configuration, and how a server is built from its
//! gRPC services.

mod config;
mod error;

use std::{fmt::Debug, net::SocketAddr};

use futures_util::FutureExt;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::service::RoutesBuilder;

pub use self::{
    config::{
        ServiceConfig, TokenServiceConfig, listen_setting, longest_call, parse_endpoints,
        revocation_lease, server_addresses_setting, service_secret,
    },
    error::BindError,
};
use crate::{
    access::AccessPolicy,
    authenticator::Authenticator,
    call_queue::CallQueues,
    client_limits::{ClientLimiter, ClientLimits},
    config::Settings,
    core_dumps,
    database::Database,
    health,
    metrics::Metrics,
    metrics_listener::MetricsListener,
    middleware::{Authentication, Middleware, MiddlewareConfig},
    readiness::{self, NotReady},
    retry_reads::RetryReads,
    server::{self, BoundServer, ConnectionLimits, DRAIN},
    telemetry::LogConfig,
    writes::Writes,
};

/// Largest message that a service reads, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// What a service gets from the chassis.
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
                    Err(NotReady::RevocationsUnknown)
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
        server::serve(
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

/// Adds reflection, v1 and v1alpha, of the files in an encoded descriptor set, of health,
/// and of the details of errors (`google.rpc`).
pub fn add_reflection(routes: &mut RoutesBuilder, descriptor_set: &[u8]) -> Result<(), BindError> {
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(descriptor_set)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
    };
    let error = |error: tonic_reflection::server::Error| BindError::Reflection(error.to_string());
    routes.add_service(builder().build_v1().map_err(error)?);
    routes.add_service(builder().build_v1alpha().map_err(error)?);
    Ok(())
}

/// The `main` of a server: reads the configuration, starts logs, binds, and runs until SIGTERM or
/// Ctrl-C. `service` is its name in traces. Errors end the process with plain sentences.
pub async fn main<C, A: Debug>(
    service: &'static str,
    read: impl FnOnce(&mut Settings) -> C,
    bind: impl AsyncFnOnce(C, Metrics, CancellationToken) -> Result<BoundServer<A>, BindError>,
) -> std::process::ExitCode {
    match run(service, read, bind).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run<C, A: Debug>(
    service: &'static str,
    read: impl FnOnce(&mut Settings) -> C,
    bind: impl AsyncFnOnce(C, Metrics, CancellationToken) -> Result<BoundServer<A>, BindError>,
) -> Result<(), BindError> {
    let mut settings = Settings::from_environment();
    core_dumps::disable(&mut settings);
    let logging = LogConfig::from_settings(&mut settings);
    let metrics_listener = MetricsListener::from_settings(&mut settings);
    let config = read(&mut settings);
    settings.finish()?;
    let _flush_guard = logging.begin(service);
    server::raise_file_limit();
    let shutdown = CancellationToken::new();
    let metrics = Metrics::default();
    let bound = bind(config, metrics.clone(), shutdown.clone()).await?;
    metrics_listener.open(&metrics, shutdown.clone()).await?;
    let signals = shutdown.clone();
    tokio::spawn(async move {
        stop_signal().await;
        signals.cancel();
    });
    tracing::info!(addresses = ?bound.addresses, "listening");
    bound.run.await;
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C.
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupted = async {
        // Without this handler the signal ends the process in any case.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
