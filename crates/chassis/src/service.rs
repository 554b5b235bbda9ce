//! What auth, org and kpi have in common as processes: configuration, and the
//! assembly of a server from its gRPC services.

use std::{fmt::Debug, io, net::SocketAddr, time::Duration};

use futures_util::FutureExt;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::{service::RoutesBuilder, transport::Endpoint};

use crate::{
    access::{Policy, PolicyFault},
    again::ReadsAgain,
    callers::{CallerLimits, Callers},
    config::{Faults, Settings},
    database::{Database, DatabaseConfig},
    door::{Admission, Door, DoorConfig},
    health,
    metrics::{Metrics, MetricsPort},
    readiness::{self, NotReady},
    revocations::{Holder, TokenSource, service_authorization},
    server::{self, Bound, ConnectionLimits, DRAIN, Listen},
    telemetry::Logging,
    tls::{ClientTls, ServiceTls, lazy_channel, service_tls},
    token::Authenticator,
    writes::Writes,
};

/// Largest message that a service reads, in bytes.
pub const LARGEST_MESSAGE: usize = 1024 * 1024;

/// Where auth's `TokenService` is, and how to be let in.
#[derive(Clone)]
pub struct TokenServiceConfig {
    /// Address, such as `http://auth:9091`, or several with commas between.
    pub address: String,
    /// The services' shared secret.
    pub secret: String,
    /// How long a copy of the list of revocations is good for.
    pub lease: Duration,
    /// What is believed and shown where the address says https.
    pub tls: Option<ClientTls>,
}

impl TokenServiceConfig {
    /// Reads `KREIS_TOKEN_SERVICE`, `KREIS_SERVICE_SECRET` and
    /// `KREIS_REVOCATION_LEASE_MS`.
    pub fn from_settings(settings: &mut Settings, tls: Option<ClientTls>) -> Self {
        let purpose = "the address of auth's TokenService, such as http://auth:9091";
        Self {
            address: server_addresses(settings, "KREIS_TOKEN_SERVICE", purpose, tls.is_some()),
            secret: service_secret(settings),
            lease: revocation_lease(settings),
            tls,
        }
    }

    /// A holder that keeps its copy over channels of its own.
    pub fn holder(&self) -> Result<Holder, BindFault> {
        let secret = service_authorization(&self.secret).ok_or(BindFault::Secret)?;
        let channels = endpoints(&self.address)?
            .into_iter()
            .map(|endpoint| {
                let endpoint = endpoint
                    .connect_timeout(Duration::from_millis(800))
                    // A connection that went dark must not outlast the lease.
                    .http2_keep_alive_interval(Duration::from_secs(1))
                    .keep_alive_timeout(Duration::from_secs(1))
                    .keep_alive_while_idle(true);
                lazy_channel(&endpoint, self.tls.as_ref())
            })
            .collect();
        Ok(Holder::new(TokenSource { channels, secret }, self.lease))
    }
}

/// Where a service listens, by a setting: one address such as `http://kpi:9090`,
/// or those of several alike with commas between.
pub fn endpoints(addresses: &str) -> Result<Vec<Endpoint>, BindFault> {
    addresses
        .split(',')
        .map(|address| {
            let address = address.trim().to_owned();
            Endpoint::from_shared(address.clone()).map_err(|_| BindFault::Address(address))
        })
        .collect()
}

/// Reads where a service of the installation listens, for [`endpoints`]. `purpose`
/// completes the sentence "it is …"; `tls` says whether TLS between servers is set up.
pub fn server_addresses(settings: &mut Settings, name: &str, purpose: &str, tls: bool) -> String {
    let addresses = settings.required(name, purpose);
    if addresses.is_empty() {
        return addresses;
    }
    match endpoints(&addresses) {
        Err(_) => settings.fault(format!(
            "{name} is `{addresses}`; it must be a URL, or several with commas between"
        )),
        Ok(endpoints) => {
            let https = |endpoint: &Endpoint| endpoint.uri().scheme_str() == Some("https");
            if !tls && endpoints.iter().any(https) {
                settings.fault(format!(
                    "{name} is `{addresses}`, for which KREIS_SERVICE_CERTIFICATE_FILE, \
                     KREIS_SERVICE_KEY_FILE and KREIS_SERVICE_CA_FILE must be set"
                ));
            }
        }
    }
    addresses
}

/// Reads `KREIS_REVOCATION_LEASE_MS`.
pub fn revocation_lease(settings: &mut Settings) -> Duration {
    Duration::from_millis(settings.number("KREIS_REVOCATION_LEASE_MS", 3_000, 500, 60_000))
}

/// Reads `KREIS_SERVICE_SECRET`, which every server of an installation shares.
pub fn service_secret(settings: &mut Settings) -> String {
    let secret = settings.required_secret(
        "KREIS_SERVICE_SECRET",
        "the secret that the servers of kreis share",
    );
    if !secret.is_empty()
        && (secret.len() < 32 || !secret.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        settings
            .fault("KREIS_SERVICE_SECRET must be 32 or more letters, digits and signs of ASCII");
    }
    secret
}

/// Reads where a service listens, for other servers: over TLS where that is set up between
/// them.
pub fn listen(settings: &mut Settings, name: &str, port: u16, tls: Option<&ServiceTls>) -> Listen {
    let default = ([127, 0, 0, 1], port).into();
    let otherwise = "set KREIS_SERVICE_CERTIFICATE_FILE, KREIS_SERVICE_KEY_FILE and \
                     KREIS_SERVICE_CA_FILE, or KREIS_ALLOW_PLAINTEXT=1 where the network is trusted";
    let tls = tls.map(|tls| tls.server.clone());
    Listen::from_settings(settings, name, default, tls, otherwise)
}

/// Configuration that the three services share.
#[derive(Clone)]
pub struct ServiceConfig {
    /// Where to listen.
    pub listen: Listen,
    /// Where the data is.
    pub database: DatabaseConfig,
    /// Where tokens are judged by.
    pub tokens: TokenServiceConfig,
    /// Most time a call may take.
    pub longest_call: Duration,
    /// Whether the contract can be asked for.
    pub reflection: bool,
}

impl ServiceConfig {
    /// Reads the configuration; faults are gathered in `settings`.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let tls = service_tls(settings);
        Self {
            listen: listen(settings, "KREIS_LISTEN", 9090, tls.as_ref()),
            database: DatabaseConfig::from_settings(settings),
            tokens: TokenServiceConfig::from_settings(settings, tls.map(|tls| tls.client)),
            longest_call: longest_call(settings),
            reflection: settings.switch("KREIS_REFLECTION", true),
        }
    }
}

/// Reads `KREIS_LONGEST_CALL_MS`.
pub fn longest_call(settings: &mut Settings) -> Duration {
    Duration::from_millis(settings.number("KREIS_LONGEST_CALL_MS", 10_000, 100, 600_000))
}

/// Why a server cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum BindFault {
    /// The configuration has faults.
    #[error(transparent)]
    Config(#[from] Faults),
    /// The contract cannot be served.
    #[error(transparent)]
    Policy(#[from] PolicyFault),
    /// The socket is not to be had.
    #[error(transparent)]
    Listen(#[from] io::Error),
    /// The shared secret cannot be sent in a header.
    #[error("the services' shared secret has characters that cannot be sent")]
    Secret,
    /// An address is not a URL.
    #[error("`{0}` is not the URL of a server")]
    Address(String),
    /// The descriptors cannot be served.
    #[error("reflection cannot be served: {0}")]
    Reflection(String),
    /// Something particular to one server.
    #[error("{0}")]
    Other(String),
}

/// What a service is made with.
pub struct Foundation {
    /// The pools.
    pub database: Database,
    /// Where handlers write.
    pub writes: Writes,
}

/// A service as its crate describes it.
pub struct ServiceParts<C> {
    /// Name of the server, for its log lines.
    pub server: &'static str,
    /// What it reports its health under, beside the empty name for the whole: the
    /// full names of its gRPC services.
    pub services: &'static [&'static str],
    /// Its gRPC services.
    pub routes: RoutesBuilder,
    /// What it does by itself, such as purging, until it is dropped.
    pub chores: C,
}

/// Binds a service: its address is known, and it serves once `run` is polled.
pub async fn bind<C>(
    config: &ServiceConfig,
    metrics: &Metrics,
    shutdown: CancellationToken,
    parts: impl FnOnce(&Foundation) -> ServiceParts<C>,
) -> Result<Bound<SocketAddr>, BindFault>
where
    C: Future<Output = ()> + Send + 'static,
{
    let (listener, address) = config.listen.clone().bind().await?;
    let database = config.database.open();
    let foundation = Foundation {
        writes: Writes::new(database.connections),
        database,
    };
    let ServiceParts {
        server,
        services,
        mut routes,
        chores,
    } = parts(&foundation);
    let Foundation { database, writes } = foundation;

    let (reporter, health_service) = tonic_health::server::health_reporter();
    // The empty name stands for the server as a whole.
    let names = [services, &[""]].concat();
    health::set(&reporter, &names, false).await;
    routes.add_service(health_service);
    if config.reflection {
        add_reflection(&mut routes, kreis_proto::FILE_DESCRIPTOR_SET)?;
    }
    let holder = config.tokens.holder()?;
    let authenticator = Authenticator::new(holder.clone());
    let readings = metrics.readings_of(server);
    database.tell(&readings);
    writes.tell(&readings);
    authenticator.tell(&readings);
    let policy = Policy::of_the_contract()?;
    let door = DoorConfig {
        server,
        policy: policy.clone(),
        admission: Admission::Users(authenticator),
        public: false,
        longest_call: config.longest_call,
        largest_message: LARGEST_MESSAGE,
        metrics: metrics.calls_of(server),
    };
    let routes = ReadsAgain::new(policy, LARGEST_MESSAGE, routes.routes().prepare());
    let service = Door::new(door, routes);
    let callers = Callers::new(CallerLimits::INTERNAL);
    callers.register_metrics(&readings);
    listener.tell(&readings);

    let run = async move {
        let tasks = TaskTracker::new();
        let stands_on = database.clone();
        let fresh = holder.clone();
        let works = move || {
            let database = stands_on.clone();
            let fresh = fresh.is_fresh();
            async move {
                readiness::of_database(&database).await?;
                if fresh {
                    Ok(())
                } else {
                    Err(NotReady::RevocationsUnknown)
                }
            }
        };
        // Until the last call has ended, tokens are judged.
        let ended = CancellationToken::new();
        tasks.spawn(holder.clone().run(ended.clone()));
        let stopping = shutdown.clone();
        tasks.spawn(async move { health::report(reporter, &names, works, stopping).await });
        tasks.spawn(ended.clone().run_until_cancelled_owned(chores).map(|_| ()));
        let prepared = async {
            readiness::until_migrated(&database).await;
            holder.until_whole().await;
        };
        shutdown.run_until_cancelled(prepared).await;
        server::serve(
            listener,
            service,
            ConnectionLimits::INTERNAL,
            callers,
            shutdown,
        )
        .await;
        writes.finish(DRAIN).await;
        ended.cancel();
        tasks.close();
        tasks.wait().await;
        database.close().await;
    };
    Ok(Bound {
        addresses: address,
        run: Box::pin(run),
    })
}

/// Adds reflection, v1 and v1alpha, of the files in an encoded descriptor set.
pub fn add_reflection(routes: &mut RoutesBuilder, descriptor_set: &[u8]) -> Result<(), BindFault> {
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(descriptor_set)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let fault = |error: tonic_reflection::server::Error| BindFault::Reflection(error.to_string());
    routes.add_service(builder().build_v1().map_err(fault)?);
    routes.add_service(builder().build_v1alpha().map_err(fault)?);
    Ok(())
}

/// The whole of a service's `main`: configuration, logs, binding, and running
/// until SIGTERM or Ctrl-C. `service` is what traces call it. Faults end the process with plain sentences.
pub async fn main<C, A: Debug>(
    service: &'static str,
    read: impl FnOnce(&mut Settings) -> C,
    bind: impl AsyncFnOnce(C, Metrics, CancellationToken) -> Result<Bound<A>, BindFault>,
) -> std::process::ExitCode {
    match start_and_run(service, read, bind).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn start_and_run<C, A: Debug>(
    service: &'static str,
    read: impl FnOnce(&mut Settings) -> C,
    bind: impl AsyncFnOnce(C, Metrics, CancellationToken) -> Result<Bound<A>, BindFault>,
) -> Result<(), BindFault> {
    let mut settings = Settings::from_environment();
    let logging = Logging::from_settings(&mut settings);
    let metrics_port = MetricsPort::from_settings(&mut settings);
    let config = read(&mut settings);
    settings.finish()?;
    let _sending = logging.begin(service);
    server::allow_connections();
    let shutdown = CancellationToken::new();
    let metrics = Metrics::default();
    let bound = bind(config, metrics.clone(), shutdown.clone()).await?;
    metrics_port.open(&metrics, shutdown.clone()).await?;
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
        // Without a handler the signal ends the process anyhow.
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
