//! auth: signing in and out, signing keys, and the list of revocations.
//!
//! It has two listeners: one for `AuthService`, and one for `TokenService`. `TokenService` runs on
//! a thread of its own with its own database connections, because it must answer within a second
//! under every load: the other servers wait no longer than that.

mod domain;
mod error;
mod foreign_keys;
mod guess_limits;
mod key_expiry;
mod lifetimes;
mod model;
pub mod operator;
mod password_hashing;
mod rpc;
pub mod signing_keys;
mod single_sign_on;
mod smtp;
mod store;
mod token_service;
mod wire;

use std::{net::SocketAddr, path::PathBuf, pin::pin, sync::Arc, time::Duration};

use futures_util::future::OptionFuture;
use kreis_database::{
    DatabaseConfig,
    purge::{self, Purge},
    writes::Writes,
};
use kreis_proto::auth::v1::{
    auth_service_server::{self, AuthServiceServer},
    sign_in_log_service_server::{self, SignInLogServiceServer},
    single_sign_on_service_server::{self, SingleSignOnServiceServer},
};
use kreis_server::{
    access::AccessPolicy,
    bind_error::BindError,
    call_queue::calls_at_once_setting,
    config::Settings,
    connections::{BoundServer, ListenConfig, Listener},
    metrics::{Metrics, ServerMetrics},
    server_config::{self, MAX_MESSAGE_BYTES, TokenServiceConfig},
    tls::{ClientTls, service_tls},
};
use kreis_service::{ServiceConfig, ServiceDefinition};
use tokio_util::sync::CancellationToken;
use tonic::service::{Routes, RoutesBuilder};

use crate::{
    domain::{
        PasswordSwitch, RefusalLog, TokenIssuer,
        mail_sender::MailSender,
        password_resets::{self, ResetRequests},
        single_sign_on::note_providers,
    },
    guess_limits::GuessLimits,
    key_expiry::ExpiringKeys,
    lifetimes::AnnouncedLifetime,
    model::{BrowserKeys, SignOnKeys},
    password_hashing::HashingPool,
    rpc::Handlers,
    signing_keys::SigningKeys,
    single_sign_on::Providers,
    store::Store,
    token_service::TokenServer,
};
pub use crate::{
    guess_limits::{AT_ONCE, FIRST_WAIT, FREE_MISSES, GuessBounds, LONGEST_WAIT, REMEMBERED},
    lifetimes::Lifetimes,
};
pub use crate::{single_sign_on::SingleSignOnConfig, smtp::MailConfig};

/// Name of the server, for its log lines and metrics.
const NAME: &str = "auth";

/// Full names of its gRPC services.
const SERVICES: &[&str] = &[
    auth_service_server::SERVICE_NAME,
    sign_in_log_service_server::SERVICE_NAME,
    single_sign_on_service_server::SERVICE_NAME,
];

/// The revocations that expired more than a day ago.
const REVOCATIONS: Purge = Purge {
    what: "expired revocations",
    first: Duration::ZERO,
    interval: Duration::from_mins(1),
};

/// The sessions that were not renewed in time.
const SESSIONS: Purge = Purge {
    what: "expired sessions",
    first: Duration::from_mins(1),
    interval: Duration::from_mins(10),
};

/// The entries of the log of sign-ins that are older than 400 days.
const SIGN_IN_LOG: Purge = Purge {
    what: "old entries of the log of sign-ins",
    first: Duration::from_mins(2),
    interval: Duration::from_hours(1),
};

/// What may be used once, and is too old to be used.
const SPENT_TOKENS: Purge = Purge {
    what: "spent tokens",
    first: Duration::from_mins(1),
    interval: Duration::from_mins(10),
};

/// The mails that ended more than a week ago.
const MAILS: Purge = Purge {
    what: "old mails",
    first: Duration::from_mins(1),
    interval: Duration::from_hours(1),
};

/// Configuration of auth.
#[derive(Clone)]
pub struct AuthConfig {
    /// Address of `AuthService`.
    pub listen: ListenConfig,
    /// Address of `TokenService`. Only other servers of kreis call it.
    pub token_listen: ListenConfig,
    /// Certificates for auth's own calls to `TokenService` over TLS: what it trusts, and what it
    /// presents.
    pub tls: Option<ClientTls>,
    /// Connection to the database.
    pub database: DatabaseConfig,
    /// Files with private keys. The first one signs; all of them verify.
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
    /// How long a server may trust its copy of the list of revocations.
    pub lease: Duration,
    /// Maximum duration of a call.
    pub longest_call: Duration,
    /// Maximum number of calls that run at the same time.
    pub calls_at_once: usize,
    /// Whether server reflection is on.
    pub reflection: bool,
}

impl AuthConfig {
    /// Reads the configuration. `settings` collects the errors.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let keys = settings.required(
            "KREIS_SIGNING_KEY_FILES",
            "the files with the private keys (PKCS#8 PEM, Ed25519), separated by commas; \
             the first one signs",
        );
        let tls = service_tls(settings);
        Self {
            listen: server_config::listen_setting(settings, "KREIS_LISTEN", 9090, tls.as_ref()),
            token_listen: server_config::listen_setting(
                settings,
                "KREIS_TOKEN_LISTEN",
                9091,
                tls.as_ref(),
            ),
            tls: tls.map(|tls| tls.client),
            database: DatabaseConfig::from_settings(settings),
            signing_keys: keys
                .split(',')
                .filter(|path| !path.is_empty())
                .map(Into::into)
                .collect(),
            secret: server_config::service_secret(settings),
            lifetimes: Lifetimes::from_settings(settings),
            guess_bounds: GuessBounds::from_settings(settings),
            mail: MailConfig::from_settings(settings),
            single_sign_on: SingleSignOnConfig::from_settings(settings),
            lease: server_config::revocation_lease(settings),
            longest_call: server_config::longest_call(settings),
            calls_at_once: calls_at_once_setting(settings),
            reflection: settings.switch("KREIS_REFLECTION", true),
        }
    }
}

/// The addresses on which auth listens.
#[derive(Debug, Clone, Copy)]
pub struct AuthAddresses {
    /// Address of `AuthService`.
    pub calls: SocketAddr,
    /// Address of `TokenService`.
    pub tokens: SocketAddr,
}

/// Binds both listeners. The addresses are known from here on; the servers answer once `run` is
/// polled.
pub async fn bind(
    config: AuthConfig,
    metrics: Metrics,
    shutdown: CancellationToken,
) -> Result<BoundServer<AuthAddresses>, BindError> {
    let keys = SigningKeys::load(&config.signing_keys)
        .map_err(|error| BindError::Other(error.to_string()))?;
    let keys = Arc::new(keys);
    let scheme = config.token_listen.scheme();
    let (token_listener, tokens) = config.token_listen.bind().await?;
    token_listener.register_metrics(&metrics.for_server(token_service::NAME));
    let Listener { tcp, tls } = token_listener;
    let token_server = TokenServer {
        listener: tcp.into_std()?,
        tls,
        policy: AccessPolicy::from_contract()?,
        keys: keys.public(),
        secret: config.secret.as_str().into(),
        database: config.database.clone(),
        metrics: metrics.calls_for(token_service::NAME),
    };

    let service_config = ServiceConfig {
        listen: config.listen,
        database: config.database,
        tokens: TokenServiceConfig {
            address: format!("{scheme}://{tokens}"),
            secret: config.secret,
            lease: config.lease,
            tls: config.tls,
        },
        longest_call: config.longest_call,
        calls_at_once: config.calls_at_once,
        reflection: config.reflection,
    };
    let bound = kreis_service::bind(&service_config, &metrics, shutdown.clone(), |context| {
        let (store, writes) = (Store::new(context.database.clone()), context.writes.clone());
        let server_metrics = metrics.for_server(NAME);
        let hashing_pool = HashingPool::new(config.longest_call);
        hashing_pool.register_metrics(&server_metrics);
        let expiring_keys = ExpiringKeys::default();
        expiring_keys.register_metrics(&server_metrics);
        let guesses = GuessLimits::new(config.guess_bounds);
        guesses.register_metrics(&server_metrics);
        let access_token = AnnouncedLifetime::new(config.lifetimes.access_token);
        let refusals = RefusalLog::new();
        refusals.register_metrics(&server_metrics);
        let known = Arc::clone(&keys);
        let providers = providers(config.single_sign_on, &keys, &server_metrics);
        let (reset_requests, received) = ResetRequests::new();
        let new_sender = |mail| MailSender::new(store.clone(), writes.clone(), mail);
        let sender = config.mail.map(new_sender);
        let outbox = sender.as_ref().map(MailSender::outbox).unwrap_or_default();
        if let Some(sender) = &sender {
            sender.register_metrics(&server_metrics);
            reset_requests.register_metrics(&server_metrics);
        }
        let (password_switch, issuers) = (PasswordSwitch::of(&providers), providers.issuers());
        let handlers = Handlers {
            store: store.clone(),
            writes: context.writes.clone(),
            passwords: hashing_pool,
            password_switch: password_switch.clone(),
            providers,
            guesses,
            browser_keys: BrowserKeys(keys.derive("known browsers").into()),
            tokens: TokenIssuer::new(keys, access_token.clone(), config.lifetimes),
            refusals: refusals.clone(),
            outbox: outbox.clone(),
            reset_requests,
        };
        ServiceDefinition {
            server: NAME,
            package: "kreis.auth.v1",
            services: SERVICES,
            routes: routes(handlers),
            background_tasks: Box::pin(async {
                tokio::join!(
                    purge_old_rows(store.clone(), writes.clone()),
                    OptionFuture::from(sender.map(MailSender::run)),
                    password_resets::run(
                        received,
                        store.clone(),
                        writes.clone(),
                        outbox,
                        password_switch
                    ),
                    note_providers(store.clone(), issuers),
                    refusals.write_each_second(store.clone(), writes),
                    expiring_keys.watch(store.clone()),
                    foreign_keys::watch(store, known, access_token)
                );
            }),
        }
    })
    .await?;

    let addresses = AuthAddresses {
        calls: bound.addresses,
        tokens,
    };
    Ok(BoundServer {
        addresses,
        run: Box::pin(serve(bound.run, token_server)),
    })
}

/// Serves calls, and `TokenService` until the last of them has ended.
async fn serve(calls: impl Future<Output = ()>, token_server: TokenServer) {
    let ended = CancellationToken::new();
    let _ends = ended.clone().drop_guard();
    let mut serving = pin!(token_server.spawn(ended.clone()));
    tokio::select! {
        // The other servers need `TokenService` to check tokens, so it ends after the last
        // call.
        () = calls => ended.cancel(),
        // Without `TokenService` no server accepts tokens any more. A visible end is better.
        () = &mut serving => panic!("TokenService ended by itself"),
    }
    serving.await;
}

/// The providers for single sign-on.
fn providers(
    config: Option<SingleSignOnConfig>,
    keys: &SigningKeys,
    metrics: &ServerMetrics,
) -> Providers {
    let providers = Providers::new(config, SignOnKeys(keys.derive("single sign-on").into()));
    providers.register_metrics(metrics);
    providers
}

/// The gRPC services.
fn routes(handlers: Handlers) -> RoutesBuilder {
    let mut routes = Routes::builder();
    routes
        .add_service(
            AuthServiceServer::new(handlers.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES),
        )
        .add_service(
            SingleSignOnServiceServer::new(handlers.clone())
                .max_decoding_message_size(MAX_MESSAGE_BYTES),
        )
        .add_service(
            SignInLogServiceServer::new(handlers).max_decoding_message_size(MAX_MESSAGE_BYTES),
        );
    routes
}

async fn purge_old_rows(store: Store, writes: Writes) {
    tokio::join!(
        purge_revocations(store.clone(), writes.clone()),
        purge_sessions(store.clone(), writes.clone()),
        purge_sign_in_log(store.clone(), writes.clone()),
        purge_spent_tokens(store.clone(), writes.clone()),
        purge_mails(store, writes)
    );
}

async fn purge_sessions(store: Store, writes: Writes) {
    purge::run(SESSIONS, writes, |at_most| {
        let store = store.clone();
        async move { store.purge_sessions(at_most).await }
    })
    .await;
}

async fn purge_sign_in_log(store: Store, writes: Writes) {
    purge::run(SIGN_IN_LOG, writes, |at_most| {
        let store = store.clone();
        async move { store.purge_sign_in_log(at_most).await }
    })
    .await;
}

async fn purge_spent_tokens(store: Store, writes: Writes) {
    purge::run(SPENT_TOKENS, writes, |at_most| {
        let store = store.clone();
        async move { store.purge_spent_tokens(at_most).await }
    })
    .await;
}

async fn purge_mails(store: Store, writes: Writes) {
    purge::run(MAILS, writes, |at_most| {
        let store = store.clone();
        async move { store.purge_mails(at_most).await }
    })
    .await;
}

async fn purge_revocations(store: Store, writes: Writes) {
    purge::run(REVOCATIONS, writes, |at_most| {
        let store = store.clone();
        async move { store.purge_revocations(at_most).await }
    })
    .await;
}
