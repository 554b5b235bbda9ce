//! Detects broken connections, and closes connections that broke at the same time.
//!
//! When Postgres restarts, or another server takes over, all connections break at once. Each would
//! fail one call before the pool notices. So after the first break the pool stops using all
//! connections that are older than this break. A connection that was idle for a while is pinged
//! before use.

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

/// A connection that was used this recently counts as alive.
const PING_AFTER_IDLE: Duration = Duration::from_secs(1);

/// Longest wait for the response to a ping.
const PING_TIMEOUT: Duration = Duration::from_millis(200);

static PROCESS_START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Time of the last break, in microseconds after [`PROCESS_START`]; 0 for never. One value for the
/// process, because all its servers use the same Postgres.
static LAST_BREAK: AtomicU64 = AtomicU64::new(0);

tokio::task_local! {
    /// Whether a connection broke during this call.
    static BROKE_IN_CALL: Cell<bool>;
}

/// Microseconds since [`PROCESS_START`], plus 1: 0 means never.
pub(super) fn now() -> u64 {
    micros(PROCESS_START.elapsed()) + 1
}

/// Records that a connection broke now.
pub(crate) fn record_break() {
    LAST_BREAK.fetch_max(now(), Ordering::Relaxed);
    // Fails outside of a call, where the flag is not needed.
    let _ = BROKE_IN_CALL.try_with(|broke| broke.set(true));
}

/// Whether the pool may use this connection; otherwise the pool closes it.
pub(super) async fn is_usable(
    connection: &mut PgConnection,
    facts: PoolConnectionMetadata,
) -> Result<bool, sqlx::Error> {
    let born = micros(PROCESS_START.elapsed().saturating_sub(facts.age));
    let last_break = LAST_BREAK.load(Ordering::Relaxed);
    if last_break > 0 && born <= last_break {
        return Ok(false);
    }
    if facts.idle_for < PING_AFTER_IDLE {
        return Ok(true);
    }
    let alive = timeout(PING_TIMEOUT, connection.ping()).await;
    Ok(matches!(alive, Ok(Ok(()))))
}

/// Runs a call. Returns its outcome, and whether a connection broke during it.
pub async fn track<T>(call: impl Future<Output = T>) -> (T, bool) {
    let with_notice = async {
        let outcome = call.await;
        (outcome, BROKE_IN_CALL.with(Cell::get))
    };
    BROKE_IN_CALL.scope(Cell::new(false), with_notice).await
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
