//! kreis without bounds on what callers may hold. No setting of the product removes these bounds,
//! so for the fault of `bodies` this program builds the server from the product's own parts.

use std::{process::Command, time::Duration};

use kreis_auth::{GuessBounds, Lifetimes, signing_keys};
use kreis_database::connect_options;
use kreis_gateway::GatewayConfig;
use kreis_server::{client_limits::ClientLimits, config::Settings, metrics::Metrics};
use kreis_standalone::{
    healthcheck,
    stack::{self, StackConfig},
};
use kreis_tests::process;
use tokio_util::sync::CancellationToken;

/// The argument that starts this server.
pub(crate) const COMMAND: &str = "serve-without-bounds";
/// The bound that a setting can remove: only the bodies of running calls are read.
pub(crate) const SETTINGS: &[(&str, &str)] = &[("KREIS_CALLS_AT_ONCE", "100000")];
const READY: Duration = Duration::from_secs(30);

/// This program, as a command that starts the server.
pub(crate) fn command(settings: &[(&str, &str)]) -> Command {
    let mut command = process::command("drill", settings);
    command.arg(COMMAND);
    command
}

/// Serves until it is killed. Prints its URL on standard output.
pub(crate) async fn serve() {
    let mut settings = Settings::from_environment();
    let database = connect_options(&mut settings).expect("a database");
    let directory = settings.path("KREIS_DATA_DIR").expect("a directory");
    let gateway = GatewayConfig {
        client_limits: ClientLimits::INTERNAL,
        ..GatewayConfig::without_upstreams(&mut settings)
    };
    settings.finish().expect("the settings of a drill");
    let key = directory.join("signing-key.pem");
    signing_keys::generate(&key).expect("a key can be made");
    let config = StackConfig {
        database,
        connections: 8,
        signing_keys: vec![key],
        secret: "a-secret-that-all-servers-of-the-drill-share".to_owned(),
        lifetimes: Lifetimes::default(),
        guess_bounds: GuessBounds::default(),
        mail: None,
        single_sign_on: None,
        gateway,
    };
    let bound = stack::bind(config, &Metrics::default(), CancellationToken::new()).await;
    let bound = bound.expect("the servers can be bound");
    let url = format!("http://{}", bound.addresses.gateway);
    let ready = async {
        let serves = healthcheck::wait(&url, None, READY).await;
        serves.expect("it serves");
        println!("ready: {url}");
    };
    tokio::join!(bound.run, ready);
}
