//! `kreis serve`: a database, the four servers, and an end that loses nothing.

use std::{io::Write, path::PathBuf, time::Duration};

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kreis_auth::LONGEST_TOKEN_LIFE;
use kreis_chassis::{
    config::{Faults, Settings},
    service::{self, BindFault},
    telemetry::Logging,
};
use kreis_gateway::GatewayConfig;
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;

use crate::{
    demo::{self, DemoFault, DemoState},
    healthcheck::{self, Unhealthy},
    migrate::{MigrateConfig, MigrateFault, migrate},
    place::{Place, PlaceFault},
    stack::{self, StackConfig},
    users,
};

/// How long the four servers may take until they serve.
const READY: Duration = Duration::from_secs(30);
/// Connections of each of a service's two pools: three services, two pools and
/// auth's own two fit well into what Postgres allows by default.
const CONNECTIONS: u32 = 8;

/// Everything that `kreis serve` is configured by.
pub struct ServeConfig {
    place: Place,
    gateway: GatewayConfig,
    token_life: Duration,
    logging: Logging,
    demo: bool,
}

/// Why kreis cannot serve.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each is one of the faults it passes on")]
pub enum ServeFault {
    #[error(transparent)]
    Config(#[from] Faults),
    #[error(transparent)]
    Place(#[from] PlaceFault),
    #[error(transparent)]
    Migrate(#[from] MigrateFault),
    #[error(transparent)]
    Bind(#[from] BindFault),
    #[error(transparent)]
    Demo(#[from] DemoFault),
    #[error(transparent)]
    Unhealthy(#[from] Unhealthy),
    #[error("no secret could be made")]
    Randomness,
    #[error("the address could not be written: {0}")]
    Output(#[from] std::io::Error),
}

impl ServeConfig {
    /// Reads the configuration of a process: all faults at once.
    pub fn read(mut settings: Settings, demo: bool) -> Result<Self, Faults> {
        let place = Place::from_settings(&mut settings, if demo { "kreis-demo" } else { "kreis" });
        let gateway = GatewayConfig::outside(&mut settings);
        let life = LONGEST_TOKEN_LIFE.as_secs();
        let token_life =
            Duration::from_secs(settings.number("KREIS_ACCESS_TOKEN_SECONDS", life, 10, life));
        let logging = Logging::from_settings(&mut settings);
        if demo && !gateway.listen.ip().is_loopback() {
            settings.fault(format!(
                "KREIS_LISTEN is {}, but a demo, whose passwords everybody knows, \
                 listens on loopback only",
                gateway.listen
            ));
        }
        settings.finish()?;
        Ok(Self {
            place,
            gateway,
            token_life,
            logging,
            demo,
        })
    }
}

/// Serves until SIGTERM or Ctrl-C.
pub async fn serve(config: ServeConfig) -> Result<(), ServeFault> {
    config.logging.begin();
    let shutdown = CancellationToken::new();
    let signals = shutdown.clone();
    tokio::spawn(async move {
        service::stop_signal().await;
        signals.cancel();
    });

    let signing_key = config.place.signing_key()?;
    let database = config.place.open_database().await?;
    let outcome = serve_on(&config, &database.connect, signing_key, shutdown).await;
    // Whatever went wrong before, the database is stopped in order.
    database.close().await?;
    outcome
}

async fn serve_on(
    config: &ServeConfig,
    connect: &PgConnectOptions,
    signing_key: PathBuf,
    shutdown: CancellationToken,
) -> Result<(), ServeFault> {
    let place = &config.place;
    let organisation = if config.demo {
        None
    } else {
        place.organisation.clone()
    };
    migrate(&MigrateConfig {
        connect: connect.clone(),
        time_zone: place.time_zone,
        organisation,
        passwords: Vec::new(),
    })
    .await?;
    let to_fill = config.demo && demo::prepare(connect).await? == DemoState::ToFill;

    let mut secret = [0; 32];
    rand::fill(&mut secret).map_err(|_| ServeFault::Randomness)?;
    let stack = StackConfig {
        database: connect.clone(),
        connections: CONNECTIONS,
        signing_keys: vec![signing_key],
        secret: URL_SAFE_NO_PAD.encode(secret),
        token_life: config.token_life,
        gateway: config.gateway.clone(),
    };
    let stopping = shutdown.clone();
    let bound = stack::bind(stack, shutdown.clone()).await?;
    let url = format!("http://{}", bound.addresses.gateway);
    let servers = tokio::spawn(bound.run);
    let started = tokio::select! {
        () = stopping.cancelled() => Ok(()),
        started = announce(config, connect, &url, to_fill) => started,
    };
    if started.is_err() {
        shutdown.cancel();
    }
    // A panic of the servers has been reported; there is nothing left to wait for.
    let _ = servers.await;
    started
}

/// Waits until all serves, fills a new demo, and says so on standard output.
async fn announce(
    config: &ServeConfig,
    connect: &PgConnectOptions,
    url: &str,
    to_fill: bool,
) -> Result<(), ServeFault> {
    healthcheck::wait(url, READY).await?;
    if to_fill {
        tracing::info!("filling the demo with three years of values");
        demo::fill(connect, url).await?;
    }
    if config.demo {
        eprintln!(
            "demo accounts: {} and {}, password {}",
            demo::GATEKEEPER,
            demo::ECONOMIST,
            demo::PASSWORD
        );
    } else if !users::has_gatekeeper(connect)
        .await
        .map_err(DemoFault::from)?
    {
        eprintln!(
            "nobody can sign in yet; this makes a gatekeeper:\n  {}",
            first_gatekeeper(&config.place)
        );
    }
    let mut out = std::io::stdout();
    writeln!(out, "ready: {url}")?;
    out.flush()?;
    Ok(())
}

/// The exact line that makes a gatekeeper of this place.
fn first_gatekeeper(place: &Place) -> String {
    let prefix = if place.data_dir_is_named && place.database.is_none() {
        format!("KREIS_DATA_DIR='{}' ", place.data_dir.display())
    } else {
        String::new()
    };
    format!(
        "{prefix}kreis user add --gatekeeper --email you@example.org \
         --first-name First --last-name Last"
    )
}
