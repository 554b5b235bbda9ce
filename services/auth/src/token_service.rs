//! `TokenService`: the public keys, and the long poll that keeps revocation replicas current.
//!
//! It runs on a thread with its own runtime and database connections, so that a flood of sign-ins
//! does not let the leases of the replicas expire.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use kreis_database::{DatabaseConfig, DatabaseError};
use kreis_proto::auth::v1::{
    AwaitRevocationsRequest, AwaitRevocationsResponse, GetSigningKeysRequest,
    GetSigningKeysResponse, SigningKey,
    token_service_server::{SERVICE_NAME, TokenService, TokenServiceServer},
};
use kreis_server::{
    access::AccessPolicy,
    client_limits::{ClientLimiter, ClientLimits},
    connections::{self, ConnectionLimits, Listener},
    health,
    metrics::CallMetrics,
    middleware::{Authentication, Middleware, MiddlewareConfig},
    revocations::MAX_POLL_WAIT,
    server_config::MAX_MESSAGE_BYTES,
    status::{self, Violations},
    timestamps::{from_timestamp, to_timestamp},
    tls::ServerTls,
};
use sqlx::{PgConnection, PgPool};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, service::Routes};
use uuid::Uuid;

use crate::{
    store::revocations::{self, Head, RevocationPage},
    wire::encode,
};

/// Name of the server, for its log lines and metrics.
pub(crate) const NAME: &str = "auth-tokens";

/// How often the head of the list is read while calls wait.
const READ_INTERVAL: Duration = Duration::from_millis(50);
/// Timeout of a read.
const READ_TIMEOUT: Duration = Duration::from_millis(800);
/// Maximum duration of a call, including its wait.
const MAX_CALL_TIME: Duration = Duration::from_secs(2);
/// Maximum number of entries in a response. A longer list comes in several responses.
const PAGE_SIZE: i64 = 5_000;

/// What the server needs.
pub(crate) struct TokenServer {
    pub(crate) listener: TcpListener,
    pub(crate) tls: Option<ServerTls>,
    pub(crate) policy: AccessPolicy,
    pub(crate) keys: Vec<SigningKey>,
    pub(crate) secret: Arc<str>,
    pub(crate) database: DatabaseConfig,
    pub(crate) metrics: CallMetrics,
}

impl TokenServer {
    /// Serves on a thread of its own until `shutdown`. The future ends when the thread ends, also
    /// by a panic.
    pub(crate) fn spawn(self, shutdown: CancellationToken) -> impl Future<Output = ()> {
        let ended = CancellationToken::new();
        let end = ended.clone().drop_guard();
        std::thread::spawn(move || {
            let _end = end;
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a thread can have a runtime");
            runtime.block_on(self.serve(shutdown));
        });
        ended.cancelled_owned()
    }

    async fn serve(self, shutdown: CancellationToken) {
        let listener = Listener {
            tcp: tokio::net::TcpListener::from_std(self.listener)
                .expect("a socket that listens can be served"),
            tls: self.tls,
        };
        let database = DatabaseConfig {
            connections: 2,
            ..self.database
        };
        let head_reader = RevocationHeadReader::new(database.open().reads.pool().clone());
        let (reporter, health_service) = tonic_health::server::health_reporter();
        health::set(&reporter, &[SERVICE_NAME, ""], true).await;
        let rpc = TokenHandlers {
            keys: self.keys,
            head_reader: head_reader.clone(),
        };
        let mut routes = Routes::builder();
        routes
            .add_service(TokenServiceServer::new(rpc).max_decoding_message_size(MAX_MESSAGE_BYTES))
            .add_service(health_service);
        let middleware = MiddlewareConfig {
            server: NAME,
            policy: self.policy,
            authentication: Authentication::SharedSecret(self.secret),
            is_public: false,
            longest_call: MAX_CALL_TIME,
            largest_message: MAX_MESSAGE_BYTES,
            call_queues: None,
            metrics: self.metrics,
        };
        let service = Middleware::new(middleware, routes.routes().prepare());
        let client_limiter = ClientLimiter::new(ClientLimits::INTERNAL);
        tokio::select! {
            () = head_reader.read_while_asked() => {}
            () = connections::serve(listener, service, ConnectionLimits::INTERNAL, client_limiter, shutdown) => {}
        }
    }
}

/// Reads the head of the list for all waiting calls.
#[derive(Clone)]
struct RevocationHeadReader {
    pool: PgPool,
    latest: watch::Sender<Option<HeadReading>>,
    waiting: Arc<AtomicUsize>,
    asked: Arc<Notify>,
}

/// One read of the head, and when it began. The head is absent if the read failed.
#[derive(Debug, Clone, Copy)]
struct HeadReading {
    began: Instant,
    head: Option<Head>,
}

impl RevocationHeadReader {
    fn new(pool: PgPool) -> Self {
        Self {
            pool,
            latest: watch::Sender::new(None),
            waiting: Arc::default(),
            asked: Arc::default(),
        }
    }

    /// Reads the head every 50 ms while calls wait. Never returns.
    async fn read_while_asked(&self) {
        loop {
            while self.waiting.load(Ordering::SeqCst) == 0 {
                self.asked.notified().await;
            }
            let began = Instant::now();
            let head = self.read(revocations::head).await;
            let head = head
                .inspect_err(
                    |error| tracing::debug!(error.cause = %error, "the head could not be read"),
                )
                .ok();
            self.latest.send_replace(Some(HeadReading { began, head }));
            tokio::time::sleep(READ_INTERVAL).await;
        }
    }

    /// Reads with one of the connections. A connection that does not answer in time is closed,
    /// because the network may have dropped it.
    async fn read<T>(
        &self,
        query: impl AsyncFnOnce(&mut PgConnection) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        let mut connection = self.pool.acquire().await?;
        let Ok(read) = timeout(READ_TIMEOUT, query(&mut connection)).await else {
            drop(connection.detach());
            return Err(sqlx::Error::PoolTimedOut.into());
        };
        read
    }

    /// The head, from a read that began after this call. Returns as soon as `known` is false for
    /// the head, at the latest after `wait`. Absent if the database does not answer.
    async fn head_after(&self, known: impl Fn(&Head) -> bool, wait: Duration) -> Option<Head> {
        let arrived = Instant::now();
        let mut readings = self.latest.subscribe();
        let _waiting = Waiting::new(self);
        loop {
            let reading = timeout(
                MAX_CALL_TIME,
                readings
                    .wait_for(|reading| reading.is_some_and(|reading| reading.began >= arrived)),
            )
            .await
            .ok()?
            .ok()
            .and_then(|reading| *reading)?;
            let head = reading.head?;
            if !known(&head) || arrived.elapsed() >= wait {
                return Some(head);
            }
            readings.mark_unchanged();
            readings.changed().await.ok()?;
        }
    }
}

/// Counts one waiting call until it is dropped.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn new(head_reader: &RevocationHeadReader) -> Self {
        head_reader.waiting.fetch_add(1, Ordering::SeqCst);
        head_reader.asked.notify_one();
        Self(Arc::clone(&head_reader.waiting))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct TokenHandlers {
    keys: Vec<SigningKey>,
    head_reader: RevocationHeadReader,
}

#[tonic::async_trait]
impl TokenService for TokenHandlers {
    async fn get_signing_keys(
        &self,
        _: Request<GetSigningKeysRequest>,
    ) -> Result<Response<GetSigningKeysResponse>, Status> {
        Ok(Response::new(GetSigningKeysResponse {
            keys: self.keys.clone(),
        }))
    }

    async fn await_revocations(
        &self,
        request: Request<AwaitRevocationsRequest>,
    ) -> Result<Response<AwaitRevocationsResponse>, Status> {
        let request = request.into_inner();
        let mut violations = Violations::default();
        let wait = u64::try_from(request.max_wait_ms).ok();
        let wait = wait
            .map(Duration::from_millis)
            .filter(|wait| *wait <= MAX_POLL_WAIT);
        if wait.is_none() {
            violations.add("max_wait_ms", "0 to 500");
        }
        let wait = violations.finish(wait)?;
        let position = ReplicaPosition::of(&request);

        let head = self
            .head_reader
            .head_after(|head| position.is_at(head), wait)
            .await;
        let head = head.ok_or_else(status::database_unavailable)?;
        if position.is_ahead_of(&head) {
            return Err(self.begin_epoch(&position, &head).await);
        }
        if position.is_at(&head) {
            return Ok(Response::new(AwaitRevocationsResponse {
                epoch: request.epoch,
                head_seq: head.seq,
                base_seq: position.seq,
                revocations: Vec::new(),
                time: Some(to_timestamp(Utc::now())),
            }));
        }
        // A replica of another epoch starts again from the beginning.
        let from_seq = if position.epoch == Some(head.epoch) {
            position.seq
        } else {
            -1
        };
        let read = self.head_reader.read(async |connection| {
            revocations::revocations_after(connection, from_seq, PAGE_SIZE).await
        });
        let page = read.await.map_err(|error| error.status())?;
        if page.head.epoch != head.epoch {
            // A new epoch began between the two reads. The replica retries.
            return Err(status::database_unavailable());
        }
        if position.follows_other_than(&page) {
            return Err(self.begin_epoch(&position, &page.head).await);
        }
        Ok(Response::new(AwaitRevocationsResponse {
            epoch: page.head.epoch.to_string(),
            head_seq: page.head.seq,
            base_seq: page.base_seq,
            revocations: page
                .revocations
                .into_iter()
                .map(encode::revocation)
                .collect(),
            time: Some(to_timestamp(Utc::now())),
        }))
    }
}

impl TokenHandlers {
    /// The list is older than the replica's copy. The database was restored from a backup, and the
    /// revocations since then are unknown. Begins a new epoch, which ends every token, and makes
    /// the replica retry.
    async fn begin_epoch(&self, position: &ReplicaPosition, head: &Head) -> Status {
        let begun = self.head_reader.read(async |connection| {
            revocations::begin_epoch_instead_of(connection, head.epoch).await
        });
        match begun.await {
            Ok(true) => tracing::error!(
                list_ends_at = head.seq,
                was_served_to = position.seq,
                "the database was restored without `--restored`: every session and invitation \
                 has been ended"
            ),
            Ok(false) => {}
            Err(error) => return error.status(),
        }
        status::database_unavailable()
    }
}

/// The position of a replica, from its request.
struct ReplicaPosition {
    /// Absent for a replica that has no entries yet.
    epoch: Option<Uuid>,
    seq: i64,
    /// Creation time of its last entry, if it has one.
    last_create_time: Option<DateTime<Utc>>,
}

impl ReplicaPosition {
    fn of(request: &AwaitRevocationsRequest) -> Self {
        Self {
            epoch: request.epoch.parse().ok(),
            seq: request.from_seq,
            last_create_time: request.from_create_time.and_then(from_timestamp),
        }
    }

    /// Whether the replica has the whole list.
    fn is_at(&self, head: &Head) -> bool {
        self.epoch == Some(head.epoch) && self.seq == head.seq && !self.differs(head.last_made)
    }

    /// Whether the replica has entries that the list does not have: more of them, or another last
    /// one.
    fn is_ahead_of(&self, head: &Head) -> bool {
        let is_other = self.seq == head.seq && self.differs(head.last_made);
        self.epoch == Some(head.epoch) && (self.seq > head.seq || is_other)
    }

    /// Whether the batch follows an entry other than the replica's last one.
    fn follows_other_than(&self, page: &RevocationPage) -> bool {
        let same_place = self.epoch == Some(page.head.epoch) && self.seq == page.base_seq;
        same_place && self.differs(page.base_made)
    }

    fn differs(&self, last_create_time: Option<DateTime<Utc>>) -> bool {
        matches!((self.last_create_time, last_create_time), (Some(ours), Some(theirs)) if ours != theirs)
    }
}
