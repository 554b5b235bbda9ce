//! The four servers in one process, over real sockets. They run as on separate machines; only the
//! address book differs.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use kreis_auth::{AuthConfig, GuessBounds, Lifetimes, MailConfig, SingleSignOnConfig};
use kreis_database::DatabaseConfig;
use kreis_gateway::GatewayConfig;
use kreis_server::{
    bind_error::BindError, connections::BoundServer, metrics::Metrics,
    server_config::TokenServiceConfig,
};
use kreis_service::ServiceConfig;
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;

/// How long the gateway may drain alone before the services are stopped too.
const GATEWAY_DRAIN_TIME: Duration = Duration::from_millis(3_500);

/// Configuration of the four servers.
#[derive(Clone)]
pub struct StackConfig {
    /// A migrated database. The login may use the services' roles.
    pub database: PgConnectOptions,
    /// Maximum number of connections of each of a service's two pools.
    pub connections: u32,
    /// Files with private keys; the first one signs.
    pub signing_keys: Vec<PathBuf>,
    /// The services' shared secret.
    pub secret: String,
    /// How long tokens and sessions last.
    pub lifetimes: Lifetimes,
    /// How many wrong passwords are allowed.
    pub guess_bounds: GuessBounds,
    /// How mails are sent; absent if none are sent.
    pub mail: Option<MailConfig>,
    /// The providers for single sign-on; absent if there is none.
    pub single_sign_on: Option<SingleSignOnConfig>,
    /// The gateway, without its address book and token service.
    pub gateway: GatewayConfig,
}

/// Addresses of the four servers.
#[derive(Debug, Clone, Copy)]
pub struct StackAddresses {
    /// The gateway.
    pub gateway: SocketAddr,
    /// auth.
    pub auth: SocketAddr,
    /// auth's `TokenService`.
    pub tokens: SocketAddr,
    /// org.
    pub org: SocketAddr,
    /// kpi.
    pub kpi: SocketAddr,
}

const ANY_LOOPBACK: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Binds all four servers; they serve while `run` is polled. On shutdown the gateway drains first.
/// The services stop when it has ended, at the latest `GATEWAY_DRAIN_TIME` later.
pub async fn bind(
    config: StackConfig,
    metrics: &Metrics,
    shutdown: CancellationToken,
) -> Result<BoundServer<StackAddresses>, BindError> {
    let database = |role: &str| DatabaseConfig {
        connect: config.database.clone(),
        role: Some(role.to_owned()),
        connections: config.connections,
    };
    let services_shutdown = CancellationToken::new();
    let auth_config = AuthConfig {
        listen: ANY_LOOPBACK.into(),
        token_listen: ANY_LOOPBACK.into(),
        tls: None,
        database: database("kreis_auth"),
        signing_keys: config.signing_keys,
        secret: config.secret.clone(),
        lifetimes: config.lifetimes,
        guess_bounds: config.guess_bounds,
        mail: config.mail,
        single_sign_on: config.single_sign_on,
        lease: config.gateway.tokens.lease,
        longest_call: config.gateway.longest_call,
        calls_at_once: config.gateway.calls_at_once,
        reflection: config.gateway.reflection,
    };
    let auth = kreis_auth::bind(auth_config, metrics.clone(), services_shutdown.clone()).await?;
    let tokens = TokenServiceConfig {
        address: url(auth.addresses.tokens),
        secret: config.secret,
        lease: config.gateway.tokens.lease,
        tls: None,
    };
    let service = |role| ServiceConfig {
        listen: ANY_LOOPBACK.into(),
        database: database(role),
        tokens: tokens.clone(),
        longest_call: config.gateway.longest_call,
        calls_at_once: config.gateway.calls_at_once,
        reflection: config.gateway.reflection,
    };
    let org = kreis_org::bind(
        service("kreis_org"),
        metrics.clone(),
        services_shutdown.clone(),
    )
    .await?;
    let kpi = kreis_kpi::bind(
        service("kreis_kpi"),
        metrics.clone(),
        services_shutdown.clone(),
    )
    .await?;
    let upstream_addresses = [
        ("kreis.auth.v1", auth.addresses.calls),
        ("kreis.org.v1", org.addresses),
        ("kreis.kpi.v1", kpi.addresses),
    ]
    .map(|(package, address)| (package.to_owned(), url(address)))
    .into();
    let gateway_config = GatewayConfig {
        upstream_addresses,
        tokens,
        ..config.gateway
    };
    let gateway = kreis_gateway::bind(&gateway_config, metrics, shutdown.clone()).await?;

    let addresses = StackAddresses {
        gateway: gateway.addresses,
        auth: auth.addresses.calls,
        tokens: auth.addresses.tokens,
        org: org.addresses,
        kpi: kpi.addresses,
    };
    let run = async move {
        let others = async {
            tokio::join!(org.run, kpi.run);
        };
        let services = async {
            tokio::join!(auth.run, others);
        };
        let front = async {
            let mut gateway = gateway.run;
            let long_enough = async {
                shutdown.cancelled().await;
                tokio::time::sleep(GATEWAY_DRAIN_TIME).await;
            };
            let ended = tokio::select! {
                () = &mut gateway => true,
                () = long_enough => false,
            };
            services_shutdown.cancel();
            if !ended {
                gateway.await;
            }
        };
        tokio::join!(front, services);
    };
    Ok(BoundServer {
        addresses,
        run: Box::pin(run),
    })
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}
