//! `TokenService`: keys, and the long poll that keeps holders in step.
//!
//! It runs on a thread with a runtime and database connections of its own, so
//! that a flood of sign-ins does not make every holder's lease run out.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use kreis_chassis::{
    access::Policy,
    callers::{CallerLimits, Callers},
    database::{DatabaseConfig, DatabaseFault},
    door::{Admission, Door, DoorConfig},
    health,
    metrics::CallMetrics,
    revocations::LONGEST_WAIT,
    server::{self, ConnectionLimits},
    service::LARGEST_MESSAGE,
    status::{self, Violations},
};
use kreis_proto::auth::v1::{
    AwaitRevocationsRequest, AwaitRevocationsResponse, GetSigningKeysRequest,
    GetSigningKeysResponse, SigningKey,
    token_service_server::{SERVICE_NAME, TokenService, TokenServiceServer},
};
use sqlx::{PgConnection, PgPool};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, service::Routes};

use crate::{
    store::{self, Head},
    wire,
};

/// Name of the server, for its log lines and metrics.
pub(crate) const NAME: &str = "auth-tokens";

/// How often the head of the list is read while anybody waits.
const READ_PAUSE: Duration = Duration::from_millis(50);
/// How long a read may take before it counts as failed.
const READ_PATIENCE: Duration = Duration::from_millis(800);
/// Most time a question may take, with its wait.
const LONGEST_QUESTION: Duration = Duration::from_secs(2);
/// Most entries of one answer; a longer list comes in parts.
const ENTRIES: i64 = 5_000;

/// What the server is made of.
pub(crate) struct TokenServer {
    pub(crate) listener: TcpListener,
    pub(crate) policy: Policy,
    pub(crate) keys: Vec<SigningKey>,
    pub(crate) secret: Arc<str>,
    pub(crate) database: DatabaseConfig,
    pub(crate) metrics: CallMetrics,
}

impl TokenServer {
    /// Serves on a thread of its own until told to stop. The answer waits for
    /// its end, which may be a panic.
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
        let listener = tokio::net::TcpListener::from_std(self.listener)
            .expect("a socket that listens can be served");
        let database = DatabaseConfig {
            connections: 2,
            ..self.database
        };
        let feed = Feed::new(database.open().reads.pool().clone());
        let (reporter, health_service) = tonic_health::server::health_reporter();
        health::set(&reporter, &[SERVICE_NAME, ""], true).await;
        let rpc = TokenRpc {
            keys: self.keys,
            feed: feed.clone(),
        };
        let mut routes = Routes::builder();
        routes
            .add_service(TokenServiceServer::new(rpc).max_decoding_message_size(LARGEST_MESSAGE))
            .add_service(health_service);
        let door = DoorConfig {
            server: NAME,
            policy: self.policy,
            admission: Admission::Servers(self.secret),
            public: false,
            longest_call: LONGEST_QUESTION,
            largest_message: LARGEST_MESSAGE,
            metrics: self.metrics,
        };
        let service = Door::new(door, routes.routes().prepare());
        let callers = Callers::new(CallerLimits::INTERNAL);
        tokio::select! {
            () = feed.read_while_asked() => {}
            () = server::serve(listener, service, ConnectionLimits::INTERNAL, callers, shutdown) => {}
        }
    }
}

/// Readings of the head of the list, shared by all who wait.
#[derive(Clone)]
struct Feed {
    pool: PgPool,
    latest: watch::Sender<Option<Reading>>,
    waiting: Arc<AtomicUsize>,
    asked: Arc<Notify>,
}

/// A read of the head, and when it began.
#[derive(Debug, Clone, Copy)]
struct Reading {
    began: Instant,
    head: Option<Head>,
}

impl Feed {
    fn new(pool: PgPool) -> Self {
        Self {
            pool,
            latest: watch::Sender::new(None),
            waiting: Arc::default(),
            asked: Arc::default(),
        }
    }

    /// Reads the head every so often while anybody waits, for ever.
    async fn read_while_asked(&self) {
        loop {
            while self.waiting.load(Ordering::SeqCst) == 0 {
                self.asked.notified().await;
            }
            let began = Instant::now();
            let head = self.read(store::head).await;
            let head = head
                .inspect_err(
                    |fault| tracing::debug!(error.cause = %fault, "the head could not be read"),
                )
                .ok();
            self.latest.send_replace(Some(Reading { began, head }));
            tokio::time::sleep(READ_PAUSE).await;
        }
    }

    /// Reads with one of the connections. One that does not answer in time is
    /// given up, as it may lead nowhere any more.
    async fn read<T>(
        &self,
        reading: impl AsyncFnOnce(&mut PgConnection) -> Result<T, DatabaseFault>,
    ) -> Result<T, DatabaseFault> {
        let mut connection = self.pool.acquire().await?;
        let Ok(read) = timeout(READ_PATIENCE, reading(&mut connection)).await else {
            drop(connection.detach());
            return Err(sqlx::Error::PoolTimedOut.into());
        };
        read
    }

    /// The head by a read that began after now: as soon as it is not the one
    /// the asker knows, otherwise when the wait is over. Absent when the
    /// database does not answer.
    async fn head_after(&self, known: impl Fn(&Head) -> bool, wait: Duration) -> Option<Head> {
        let arrived = Instant::now();
        let mut readings = self.latest.subscribe();
        let _waiting = Waiting::new(self);
        loop {
            let reading = timeout(
                LONGEST_QUESTION,
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

/// Somebody waits, for as long as this lives.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn new(feed: &Feed) -> Self {
        feed.waiting.fetch_add(1, Ordering::SeqCst);
        feed.asked.notify_one();
        Self(Arc::clone(&feed.waiting))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct TokenRpc {
    keys: Vec<SigningKey>,
    feed: Feed,
}

#[tonic::async_trait]
impl TokenService for TokenRpc {
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
        let AwaitRevocationsRequest {
            epoch,
            from_seq,
            max_wait_ms,
        } = request.into_inner();
        let mut violations = Violations::default();
        let wait = u64::try_from(max_wait_ms).ok().map(Duration::from_millis);
        let wait = wait.filter(|wait| *wait <= LONGEST_WAIT);
        if wait.is_none() {
            violations.add("max_wait_ms", "0 to 500");
        }
        let wait = violations.finish(wait)?;

        let known = |head: &Head| head.epoch.to_string() == epoch && head.seq == from_seq;
        let head = self.feed.head_after(known, wait).await;
        let head = head.ok_or_else(status::database_unavailable)?;
        if known(&head) {
            return Ok(Response::new(AwaitRevocationsResponse {
                epoch,
                head_seq: head.seq,
                base_seq: from_seq,
                revocations: Vec::new(),
            }));
        }
        // A copy of another epoch has nothing to go on from.
        let from_seq = if head.epoch.to_string() == epoch {
            from_seq
        } else {
            -1
        };
        let read = self
            .feed
            .read(async |connection| store::entries_after(connection, from_seq, ENTRIES).await);
        let (newer, base_seq, entries) = read.await.map_err(|fault| fault.status())?;
        if newer.epoch != head.epoch {
            // The database was restored between the two reads: ask again.
            return Err(status::database_unavailable());
        }
        Ok(Response::new(AwaitRevocationsResponse {
            epoch: newer.epoch.to_string(),
            head_seq: newer.seq,
            base_seq,
            revocations: entries.into_iter().map(wire::revocation).collect(),
        }))
    }
}
