//! Connections that broke, and those that may have broken with them.
//!
//! When Postgres restarts, or gives its place to another server, all connections are
//! worth nothing at once, and each would fail a call before the pool noticed. So the
//! first break tells of the others: connections that are older than it are not used
//! again. One that was idle for a while is asked whether it lives.

use std::{
    cell::Cell,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection, pool::PoolConnectionMetadata};
use tokio::time::timeout;

/// A connection that was in use so lately is taken as alive.
const FRESH: Duration = Duration::from_secs(1);

/// Longest wait for a connection to say that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_millis(200);

static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// When a connection broke last, in microseconds after [`BEGINNING`]; 0 for never. One
/// for the process, whose servers all use the same Postgres.
static LAST_BREAK: AtomicU64 = AtomicU64::new(0);

tokio::task_local! {
    /// Whether a connection broke in the course of this call.
    static BROKE: Cell<bool>;
}

/// Microseconds since the process first asked for them, and 1 more.
pub(super) fn now() -> u64 {
    micros(BEGINNING.elapsed()) + 1
}

/// A connection broke just now.
pub(crate) fn note() {
    LAST_BREAK.fetch_max(now(), Ordering::Relaxed);
    // Outside of a call nobody asks.
    let _ = BROKE.try_with(|broke| broke.set(true));
}

/// Whether a pool may hand out this connection; otherwise it is closed.
pub(super) async fn is_usable(
    connection: &mut PgConnection,
    facts: PoolConnectionMetadata,
) -> Result<bool, sqlx::Error> {
    let born = micros(BEGINNING.elapsed().saturating_sub(facts.age));
    let last_break = LAST_BREAK.load(Ordering::Relaxed);
    if last_break > 0 && born <= last_break {
        return Ok(false);
    }
    if facts.idle_for < FRESH {
        return Ok(true);
    }
    let alive = timeout(SIGN_OF_LIFE, connection.ping()).await;
    Ok(matches!(alive, Ok(Ok(()))))
}

/// Runs a call: its outcome, and whether a connection broke meanwhile.
pub(crate) async fn noticed<T>(call: impl Future<Output = T>) -> (T, bool) {
    let with_notice = async {
        let outcome = call.await;
        (outcome, BROKE.with(Cell::get))
    };
    BROKE.scope(Cell::new(false), with_notice).await
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
