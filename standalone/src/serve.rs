//! `kreis serve`: a database, the four servers, and a shutdown that loses nothing.

use std::{io::Write, time::Duration};

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kreis_auth::{
    GuessBounds, Lifetimes, MailConfig, SingleSignOnConfig,
    operator::{SetupLink, SetupLinkError, make_setup_link},
};
use kreis_database::operator_pool;
use kreis_gateway::GatewayConfig;
use kreis_server::{
    bind_error::BindError,
    config::{ConfigErrors, Settings},
    core_dumps,
    metrics::Metrics,
    metrics_listener::MetricsListener,
    process,
    telemetry::LogConfig,
    tls::{ClientTls, client_tls},
};
use sqlx::postgres::PgConnectOptions;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    demo::{self, DemoError, DemoState},
    healthcheck::{self, HealthCheckError},
    installation::{Installation, InstallationError},
    migrate::{MigrateConfig, MigrateError, migrate},
    output,
    stack::{self, StackConfig},
    users,
};

/// Longest wait until the four servers serve.
const READY_TIMEOUT: Duration = Duration::from_secs(30);
/// Connections of each of a service's two pools. Three services with two pools each, and auth's two
/// further connections, need far fewer than Postgres allows by default.
const CONNECTIONS: u32 = 8;

/// Longest wait until the four servers end after the stop signal. Together with the embedded
/// Postgres after them, the shutdown takes less than ten seconds.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Configuration of `kreis serve`.
pub struct ServeConfig {
    installation: Installation,
    gateway: GatewayConfig,
    /// TLS for our own calls to the gateway.
    tls: Option<ClientTls>,
    lifetimes: Lifetimes,
    guess_bounds: GuessBounds,
    mail: Option<MailConfig>,
    single_sign_on: Option<SingleSignOnConfig>,
    logging: LogConfig,
    metrics_listener: MetricsListener,
    demo: bool,
    restored: bool,
}

/// Why kreis cannot serve.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each is one of the faults it passes on")]
pub enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    #[error(transparent)]
    Installation(#[from] InstallationError),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Unhealthy(#[from] HealthCheckError),
    #[error("no secret could be made")]
    Randomness,
    #[error("no link for the first start could be made: {0}")]
    SetupLink(#[from] SetupLinkError),
    #[error("the address could not be written: {0}")]
    Output(#[from] std::io::Error),
    #[error("the servers ended because of a fault in kreis itself, which is reported above")]
    Servers,
}

impl ServeConfig {
    /// Reads the configuration, and reports all its errors at once. `restored` says that the
    /// database comes from a backup.
    pub fn read(mut settings: Settings, demo: bool, restored: bool) -> Result<Self, ConfigErrors> {
        let installation =
            Installation::from_settings(&mut settings, if demo { "kreis-demo" } else { "kreis" });
        let gateway = GatewayConfig::without_upstreams(&mut settings);
        let lifetimes = Lifetimes::from_settings(&mut settings);
        let guess_bounds = GuessBounds::from_settings(&mut settings);
        let mail = MailConfig::from_settings(&mut settings);
        let single_sign_on = SingleSignOnConfig::from_settings(&mut settings);
        let logging = LogConfig::from_settings(&mut settings);
        let metrics_listener = MetricsListener::from_settings(&mut settings);
        core_dumps::disable(&mut settings);
        let tls = client_tls(&mut settings);
        if demo && gateway.listen.tls.is_some() {
            settings
                .add_error("KREIS_TLS_CERTIFICATE_FILE is set, but a demo is served without TLS");
        }
        if demo && !gateway.listen.address.ip().is_loopback() {
            settings.add_error(format!(
                "KREIS_LISTEN is {}, but a demo has public passwords, so it \
                 listens on loopback only",
                gateway.listen.address
            ));
        }
        settings.finish()?;
        Ok(Self {
            installation,
            gateway,
            tls,
            lifetimes,
            guess_bounds,
            mail,
            single_sign_on,
            logging,
            metrics_listener,
            demo,
            restored,
        })
    }
}

/// Serves until SIGTERM or Ctrl-C, which may come at any time.
pub async fn serve(config: ServeConfig) -> Result<(), ServeError> {
    let _flush_guard = config.logging.begin("kreis");
    let shutdown = CancellationToken::new();
    let signals = shutdown.clone();
    tokio::spawn(async move {
        process::stop_signal().await;
        signals.cancel();
    });

    // If its future is dropped, an embedded Postgres that is starting stops by itself.
    let opened = shutdown.run_until_cancelled(config.installation.open_database());
    let Some(opened) = opened.await else {
        return Ok(());
    };
    let database = opened?;
    let outcome = serve_with_database(&config, &database.connect, shutdown).await;
    // The database is stopped cleanly, whatever failed before.
    let closed = database.close().await;
    if let (Err(_), Err(error)) = (&outcome, &closed) {
        tracing::error!(error.cause = %error, "the database was not stopped in order");
    }
    outcome.and(closed.map_err(ServeError::from))
}

async fn serve_with_database(
    config: &ServeConfig,
    connect: &PgConnectOptions,
    shutdown: CancellationToken,
) -> Result<(), ServeError> {
    let prepared = shutdown.run_until_cancelled(prepare(config, connect));
    let Some(prepared) = prepared.await else {
        return Ok(());
    };
    let to_fill = prepared?;

    let mut secret = [0; 32];
    rand::fill(&mut secret).map_err(|_| ServeError::Randomness)?;
    let stack = StackConfig {
        database: connect.clone(),
        connections: CONNECTIONS,
        signing_keys: vec![config.installation.signing_key(config.restored)?],
        secret: URL_SAFE_NO_PAD.encode(secret),
        lifetimes: config.lifetimes,
        guess_bounds: config.guess_bounds,
        mail: config.mail.clone(),
        single_sign_on: config.single_sign_on.clone(),
        gateway: config.gateway.clone(),
    };
    let metrics = Metrics::default();
    config
        .installation
        .register_metrics(&metrics.for_server("kreis"));
    let bound = stack::bind(stack, &metrics, shutdown.clone()).await?;
    config
        .metrics_listener
        .clone()
        .open(&metrics, shutdown.clone())
        .await
        .map_err(BindError::from)?;
    let scheme = config.gateway.listen.scheme();
    let url = format!("{scheme}://{}", bound.addresses.gateway);
    let servers = tokio::spawn(bound.run);
    let reported = shutdown
        .run_until_cancelled(report_ready(config, connect, &url, to_fill))
        .await
        .unwrap_or(Ok(()));
    if reported.is_err() {
        shutdown.cancel();
    }
    let ended = wait_for_end(servers, &shutdown, STOP_TIMEOUT).await;
    if let (Err(_), Err(error)) = (&reported, &ended) {
        tracing::error!(error.cause = %error, "the servers did not end in order");
    }
    reported.and(ended)
}

/// Prepares the database for the servers. Returns whether there is a demo to fill.
async fn prepare(config: &ServeConfig, connect: &PgConnectOptions) -> Result<bool, ServeError> {
    let installation = &config.installation;
    let organisation = if config.demo {
        None
    } else {
        installation.organisation.clone()
    };
    migrate(&MigrateConfig {
        connect: connect.clone(),
        time_zone: installation.time_zone,
        organisation,
        restored: config.restored,
        ..MigrateConfig::default()
    })
    .await?;
    Ok(config.demo && demo::prepare(connect).await? == DemoState::Incomplete)
}

/// Waits until the servers have ended, at most `stop_timeout` after the stop signal.
async fn wait_for_end(
    mut servers: JoinHandle<()>,
    shutdown: &CancellationToken,
    stop_timeout: Duration,
) -> Result<(), ServeError> {
    let too_late = async {
        shutdown.cancelled().await;
        tokio::time::sleep(stop_timeout).await;
    };
    tokio::select! {
        ended = &mut servers => ended.map_err(|_| ServeError::Servers),
        () = too_late => {
            tracing::warn!(
                patience_ms = stop_timeout.as_millis(),
                "stopped before all servers had ended"
            );
            servers.abort();
            Ok(())
        }
    }
}

/// Waits until the servers are ready, fills a new demo, and prints the address.
async fn report_ready(
    config: &ServeConfig,
    connect: &PgConnectOptions,
    url: &str,
    to_fill: bool,
) -> Result<(), ServeError> {
    healthcheck::wait(url, config.tls.as_ref(), READY_TIMEOUT).await?;
    if to_fill {
        tracing::info!("filling the demo with three years of values");
        demo::fill(connect, url).await?;
    }
    if config.demo {
        writeln!(
            output::stderr(),
            "demo accounts: {} and {}, password {}",
            demo::GATEKEEPER,
            demo::ECONOMIST,
            demo::PASSWORD
        )?;
    } else if !users::has_gatekeeper(connect)
        .await
        .map_err(DemoError::from)?
    {
        if let Some(link) = first_start(config, connect, url).await? {
            writeln!(output::stderr(), "{link}")?;
        }
        writeln!(
            output::stderr(),
            "{}",
            first_gatekeeper(&config.installation)
        )?;
    }
    if config.restored {
        let active = users::after_restore(connect).await;
        writeln!(output::stderr(), "{}", active.map_err(DemoError::from)?)?;
    }
    let mut out = output::stdout();
    writeln!(out, "ready: {url}")?;
    out.flush()?;
    Ok(())
}

/// The link with which a person sets up kreis in the browser; `None` if there is a user already.
/// Without the web client there is no page to open.
async fn first_start(
    config: &ServeConfig,
    connect: &PgConnectOptions,
    url: &str,
) -> Result<Option<String>, ServeError> {
    if config.gateway.web_dir.is_none() {
        return Ok(None);
    }
    let link = make_setup_link(&operator_pool(connect, "kreis_auth")).await?;
    let Some(SetupLink { token, expire_time }) = link else {
        return Ok(None);
    };
    // The token is in the fragment, which browsers do not send to the server.
    let path = format!("setup#{}", token.as_str());
    let page = match &config.mail {
        Some(mail) => mail.page(&path),
        None => format!("{url}/{path}"),
    };
    let until = expire_time.format("%Y-%m-%d %H:%M UTC");
    Ok(Some(format!(
        "there are no users yet; whoever opens this link becomes the first gatekeeper. It works \
         once, until {until} or the next start:\n  {page}"
    )))
}

/// A command that adds the first gatekeeper of this installation, ready for a shell.
fn first_gatekeeper(installation: &Installation) -> String {
    let program = std::env::current_exe().unwrap_or("kreis".into());
    let program = quoted(&program.display().to_string());
    let (hint, setting) = if installation.database.is_some() {
        // An address may contain a password, which must not be shown.
        (", with KREIS_DATABASE_URL as it is here", String::new())
    } else if installation.data_dir_is_named {
        let data_dir =
            std::path::absolute(&installation.data_dir).unwrap_or(installation.data_dir.clone());
        let data_dir = quoted(&data_dir.display().to_string());
        ("", format!("KREIS_DATA_DIR={data_dir} "))
    } else {
        ("", String::new())
    };
    format!(
        "there is no gatekeeper who can sign in; this command adds one{hint}:\n  \
         {setting}{program} user add --gatekeeper --email you@example.org \
         --first-name First --last-name Last"
    )
}

/// Quotes a text as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "/._-".contains(sign);
    if text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_of_the_servers_is_a_fault() {
        let servers = tokio::spawn(async { panic!("a fault in kreis") });
        let ended = wait_for_end(servers, &CancellationToken::new(), STOP_TIMEOUT).await;
        assert!(matches!(ended, Err(ServeError::Servers)), "{ended:?}");
    }

    #[tokio::test]
    async fn servers_that_do_not_end_are_waited_for_no_longer_than_said() {
        let servers = tokio::spawn(std::future::pending());
        let shutdown = CancellationToken::new();
        shutdown.cancel();
        assert!(
            wait_for_end(servers, &shutdown, Duration::ZERO)
                .await
                .is_ok()
        );
    }
}
