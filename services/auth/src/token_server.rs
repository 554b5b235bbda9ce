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

use chrono::{DateTime, Utc};
use kreis_chassis::{
    access::Policy,
    calendar::{moment, timestamp},
    callers::{CallerLimits, Callers},
    database::{DatabaseConfig, DatabaseFault},
    door::{Admission, Door, DoorConfig},
    health,
    metrics::CallMetrics,
    revocations::LONGEST_WAIT,
    server::{self, ConnectionLimits, Listener},
    service::LARGEST_MESSAGE,
    status::{self, Violations},
    tls::ServerTls,
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
use uuid::Uuid;

use crate::{
    store::{self, Head, Part},
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
    pub(crate) tls: Option<ServerTls>,
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
        let listener = Listener {
            tcp: tokio::net::TcpListener::from_std(self.listener)
                .expect("a socket that listens can be served"),
            tls: self.tls,
        };
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
        let question = request.into_inner();
        let mut violations = Violations::default();
        let wait = u64::try_from(question.max_wait_ms).ok();
        let wait = wait
            .map(Duration::from_millis)
            .filter(|wait| *wait <= LONGEST_WAIT);
        if wait.is_none() {
            violations.add("max_wait_ms", "0 to 500");
        }
        let wait = violations.finish(wait)?;
        let asker = Asker::of(&question);

        let head = self.feed.head_after(|head| asker.is_at(head), wait).await;
        let head = head.ok_or_else(status::database_unavailable)?;
        if asker.is_ahead_of(&head) {
            return Err(self.begin_epoch(&asker, &head).await);
        }
        if asker.is_at(&head) {
            return Ok(Response::new(AwaitRevocationsResponse {
                epoch: question.epoch,
                head_seq: head.seq,
                base_seq: asker.seq,
                revocations: Vec::new(),
                time: Some(timestamp(Utc::now())),
            }));
        }
        // A copy of another epoch has nothing to go on from.
        let from_seq = if asker.epoch == Some(head.epoch) {
            asker.seq
        } else {
            -1
        };
        let read = self
            .feed
            .read(async |connection| store::entries_after(connection, from_seq, ENTRIES).await);
        let part = read.await.map_err(|fault| fault.status())?;
        if part.head.epoch != head.epoch {
            // An epoch began between the two reads: ask again.
            return Err(status::database_unavailable());
        }
        if asker.follows_other_than(&part) {
            return Err(self.begin_epoch(&asker, &part.head).await);
        }
        Ok(Response::new(AwaitRevocationsResponse {
            epoch: part.head.epoch.to_string(),
            head_seq: part.head.seq,
            base_seq: part.base_seq,
            revocations: part.entries.into_iter().map(wire::revocation).collect(),
            time: Some(timestamp(Utc::now())),
        }))
    }
}

impl TokenRpc {
    /// The list is an older one than the asker's copy was made of: the database was
    /// restored, and what was revoked since the backup is not known. Ends every token;
    /// the asker has to ask again.
    async fn begin_epoch(&self, asker: &Asker, head: &Head) -> Status {
        let begun = self
            .feed
            .read(async |connection| store::begin_epoch_instead_of(connection, head.epoch).await);
        match begun.await {
            Ok(true) => tracing::error!(
                list_ends_at = head.seq,
                was_served_to = asker.seq,
                "the database was restored without `--restored`: every session and invitation \
                 has been ended"
            ),
            Ok(false) => {}
            Err(fault) => return fault.status(),
        }
        status::database_unavailable()
    }
}

/// What a question says of the asker's copy of the list.
struct Asker {
    /// Absent for a copy that has not begun.
    epoch: Option<Uuid>,
    seq: i64,
    /// When its last entry was made, if it holds one.
    made: Option<DateTime<Utc>>,
}

impl Asker {
    fn of(question: &AwaitRevocationsRequest) -> Self {
        Self {
            epoch: question.epoch.parse().ok(),
            seq: question.from_seq,
            made: question.from_create_time.and_then(moment),
        }
    }

    /// Whether it holds all of the list.
    fn is_at(&self, head: &Head) -> bool {
        self.epoch == Some(head.epoch) && self.seq == head.seq && !self.differs(head.last_made)
    }

    /// Whether it holds what the list does not: entries after its end, or another last one.
    fn is_ahead_of(&self, head: &Head) -> bool {
        let is_other = self.seq == head.seq && self.differs(head.last_made);
        self.epoch == Some(head.epoch) && (self.seq > head.seq || is_other)
    }

    /// Whether the part would go on from another entry than the copy's last one.
    fn follows_other_than(&self, part: &Part) -> bool {
        let same_place = self.epoch == Some(part.head.epoch) && self.seq == part.base_seq;
        same_place && self.differs(part.base_made)
    }

    fn differs(&self, made: Option<DateTime<Utc>>) -> bool {
        matches!((self.made, made), (Some(ours), Some(theirs)) if ours != theirs)
    }
}
