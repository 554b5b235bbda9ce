//! The whole system, for one test.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use kreis_auth::{GuessBounds, Lifetimes, MailConfig, SingleSignOnConfig};
use kreis_gateway::GatewayConfig;
use kreis_org::operator::NewUserInput;
use kreis_proto::org::v1::{
    AddCircleMemberRequest, CreateCircleRequest, circle_service_client::CircleServiceClient,
};
use kreis_server::{
    config::Settings, metrics::Metrics, server_config::TokenServiceConfig, telemetry::LogConfig,
    traces::TraceConfig,
};
use kreis_standalone::{
    healthcheck,
    stack::{self, StackAddresses, StackConfig},
};
use sqlx::{PgPool, postgres::PgConnectOptions};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};

use crate::{Actor, database};

/// Password of every user that the harness creates.
pub const PASSWORD: &str = "correct horse battery";
const READY: Duration = Duration::from_secs(30);

/// A running system with a database of its own.
pub struct Stack {
    /// The addresses of the servers.
    pub addresses: StackAddresses,
    /// How to connect to the database as superuser.
    pub database: PgConnectOptions,
    /// The superuser's pool, for reading and changing rows directly.
    pub sql: PgPool,
    /// The services' shared secret.
    pub secret: String,
    /// Directory with the signing key.
    pub directory: TempDir,
    gateway: GatewayConfig,
    shutdown: CancellationToken,
    people: AtomicU32,
}

/// Settings of a test that differ from the default.
#[derive(Default)]
pub struct StackOptions {
    /// Settings of the gateway, as environment variables.
    pub gateway: Vec<(&'static str, String)>,
    /// Connections in each pool of a service.
    pub connections: Option<u32>,
    /// How long tokens and sessions last.
    pub lifetimes: Lifetimes,
    /// How many wrong passwords are allowed.
    pub guess_bounds: GuessBounds,
    /// How mails are sent; by default none are sent.
    pub mail: Option<MailConfig>,
    /// The providers for single sign-on; by default there is none.
    pub single_sign_on: Option<SingleSignOnConfig>,
    /// A database to use; by default a fresh one.
    pub database: Option<PgConnectOptions>,
}

impl Stack {
    /// The system with default settings.
    pub async fn start() -> Self {
        Self::start_with(StackOptions::default()).await
    }

    /// The system with pools of so many connections.
    pub async fn with_connections(connections: u32) -> Self {
        Self::start_with(StackOptions {
            connections: Some(connections),
            ..StackOptions::default()
        })
        .await
    }

    /// The system with the settings of a test.
    pub async fn start_with(options: StackOptions) -> Self {
        log();
        let database = match options.database {
            Some(database) => database,
            None => database::fresh().await,
        };
        let directory = tempfile::tempdir().expect("a directory can be made");
        let key = directory.path().join("signing-key.pem");
        kreis_auth::signing_keys::generate(&key).expect("a key can be made");
        let gateway = gateway_config(&options.gateway);
        let secret = "a secret that all servers of the test share".replace(' ', "-");
        let config = StackConfig {
            database: database.clone(),
            connections: options.connections.unwrap_or(4),
            signing_keys: vec![key],
            secret: secret.clone(),
            lifetimes: options.lifetimes,
            guess_bounds: options.guess_bounds,
            mail: options.mail,
            single_sign_on: options.single_sign_on,
            gateway: gateway.clone(),
        };
        let shutdown = CancellationToken::new();
        let bound = stack::bind(config, &Metrics::default(), shutdown.clone())
            .await
            .expect("the servers can be bound");
        let addresses = bound.addresses;
        tokio::spawn(bound.run);
        wait_until_serving(addresses.gateway).await;
        Self {
            addresses,
            sql: database::pool(&database),
            database,
            secret,
            directory,
            gateway,
            shutdown,
            people: AtomicU32::new(0),
        }
    }

    /// Starts another gateway in front of the same services, and waits until it serves.
    pub async fn another_gateway(&self) -> SocketAddr {
        let address = self.gateway_before(self.addresses).await;
        wait_until_serving(address).await;
        address
    }

    /// Starts another gateway in front of services at these addresses. It may never serve.
    pub async fn gateway_before(&self, services: StackAddresses) -> SocketAddr {
        let url = |address: SocketAddr| format!("http://{address}");
        let book = [
            ("kreis.auth.v1", services.auth),
            ("kreis.org.v1", services.org),
            ("kreis.kpi.v1", services.kpi),
        ];
        let config = GatewayConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)).into(),
            upstream_addresses: book
                .map(|(package, to)| (package.to_owned(), url(to)))
                .into(),
            tokens: self.token_source(services.tokens),
            ..self.gateway.clone()
        };
        let bound = kreis_gateway::bind(&config, &Metrics::default(), self.shutdown.clone())
            .await
            .expect("another gateway can be bound");
        let address = bound.addresses;
        tokio::spawn(bound.run);
        address
    }

    /// Starts another gateway that uses `tokens` as the address of auth's `TokenService`. It may
    /// never serve.
    pub async fn gateway_that_asks(&self, tokens: SocketAddr) -> SocketAddr {
        let addresses = self.addresses;
        self.gateway_before(StackAddresses {
            tokens,
            ..addresses
        })
        .await
    }

    /// The configuration with which a server calls the `TokenService` at this address.
    #[must_use]
    pub fn token_source(&self, tokens: SocketAddr) -> TokenServiceConfig {
        TokenServiceConfig {
            address: format!("http://{tokens}"),
            secret: self.secret.clone(),
            lease: self.gateway.tokens.lease,
            tls: None,
        }
    }

    /// URL of the gateway.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addresses.gateway)
    }

    /// A caller without a token.
    #[must_use]
    pub fn anonymous(&self) -> Actor {
        Actor::new(channel(self.addresses.gateway), None, 0)
    }

    /// A new gatekeeper, signed in.
    pub async fn gatekeeper(&self) -> Actor {
        let (email, _) = self.person(true).await;
        self.sign_in(&email).await
    }

    /// A new economist of this circle, signed in. Creates the circle if it does not exist.
    pub async fn economist(&self, circle: &str) -> Actor {
        let (email, user_id) = self.person(false).await;
        let circle_id = self.circle(circle).await;
        let gatekeeper = self.gatekeeper().await;
        CircleServiceClient::new(gatekeeper.channel())
            .add_circle_member(gatekeeper.request(AddCircleMemberRequest { circle_id, user_id }))
            .await
            .expect("a member can be added");
        self.sign_in(&email).await
    }

    /// A new user who is a member of no circle, signed in.
    pub async fn outsider(&self) -> Actor {
        let (email, _) = self.person(false).await;
        self.sign_in(&email).await
    }

    /// A new user with [`PASSWORD`]: their e-mail and id.
    pub async fn person(&self, gatekeeper: bool) -> (String, i64) {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let role = if gatekeeper { "gatekeeper" } else { "user" };
        let email = format!("{role}{number}@example.org");
        let new = NewUserInput {
            first_name: role.to_owned(),
            last_name: number.to_string(),
            display_name: None,
            email: email.clone(),
            gatekeeper,
        };
        let user_id = kreis_org::operator::add_user(&self.sql, new)
            .await
            .expect("a user can be added");
        self.set_password(user_id).await;
        (email, user_id)
    }

    /// Gives a user [`PASSWORD`] by copying a hash, because hashing is slow.
    async fn set_password(&self, user_id: i64) {
        static HASH: OnceLock<String> = OnceLock::new();
        if let Some(hash) = HASH.get() {
            sqlx::query!(
                "update auth.accounts set password_hash = $2 where user_id = $1",
                user_id,
                hash
            )
            .execute(&self.sql)
            .await
            .expect("the account is there");
            return;
        }
        kreis_auth::operator::set_password(&self.sql, user_id, PASSWORD, &[])
            .await
            .expect("a password can be set");
        // The change log gets no entry for it, so that all users start in the same state.
        sqlx::query!("delete from org.changes where activity = 'password_set'")
            .execute(&self.sql)
            .await
            .expect("the superuser may");
        let hash = sqlx::query_scalar!(
            r#"select password_hash as "hash!" from auth.accounts where user_id = $1"#,
            user_id
        )
        .fetch_one(&self.sql)
        .await
        .expect("the account is there");
        // Another test may have set it first. Any of the hashes works.
        let _ = HASH.set(hash);
    }

    /// Signs in with [`PASSWORD`], at the first gateway.
    pub async fn sign_in(&self, email: &str) -> Actor {
        self.anonymous()
            .sign_in(email, PASSWORD)
            .await
            .expect("the user can sign in")
    }

    /// Id of the circle with this name. Creates the circle if it does not exist.
    pub async fn circle(&self, name: &str) -> i64 {
        let there = sqlx::query_scalar!("select id from org.circles where name = $1", name)
            .fetch_optional(&self.sql)
            .await
            .expect("circles can be read");
        if let Some(id) = there {
            return id;
        }
        let gatekeeper = self.gatekeeper().await;
        let create = CreateCircleRequest {
            name: name.to_owned(),
            request_id: String::new(),
        };
        CircleServiceClient::new(gatekeeper.channel())
            .create_circle(gatekeeper.request(create))
            .await
            .expect("a circle can be made")
            .into_inner()
            .circle
            .map(|circle| circle.id)
            .expect("the answer has the circle")
    }

    /// Waits until a session waits for a lock of the database.
    pub async fn wait_for_blocked_statement(&self) {
        let began = Instant::now();
        loop {
            let waits = sqlx::query_scalar!(
                r#"select exists (
                    select from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock'
                ) as "waits!""#
            );
            let waits = waits.fetch_one(&self.sql).await;
            if waits.expect("the database answers") {
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "no session waits for a lock"
            );
        }
    }

    /// Stops the servers, as SIGTERM does.
    pub fn stop(&self) {
        self.shutdown.cancel();
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// A new connection to a server.
#[must_use]
pub fn channel(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}"))
        .expect("an address is a URL")
        .connect_lazy()
}

/// Waits until a gateway serves.
pub async fn wait_until_serving(address: SocketAddr) {
    healthcheck::wait(&format!("http://{address}"), None, READY)
        .await
        .expect("the gateway serves");
}

/// The configuration of a gateway on any port, as from its environment.
fn gateway_config(options: &[(&'static str, String)]) -> GatewayConfig {
    let usual = [
        ("KREIS_LISTEN", "127.0.0.1:0"),
        // On a busy machine, concurrent calls of a test must not count as overload.
        ("KREIS_CALLS_AT_ONCE", "1000"),
    ];
    let usual = usual.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut map = BTreeMap::from(usual);
    map.extend(
        options
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone())),
    );
    let mut settings = Settings::from_map(map);
    let config = GatewayConfig::without_upstreams(&mut settings);
    settings.finish().expect("the options are a configuration");
    config
}

/// Logs of the servers, if `KREIS_LOG` is set.
fn log() {
    let mut settings = Settings::from_environment();
    if settings.text("KREIS_LOG").is_some() {
        let logging = LogConfig {
            json: false,
            traces: TraceConfig::default(),
            ..LogConfig::from_settings(&mut settings)
        };
        // No spans are sent, so there are none to flush at the end of a test.
        let _ = logging.begin("kreis");
    }
}
