//! Whether the database has room on its disk.
//!
//! A full disk does not end the server: reads go on, and so do writes that need no new
//! page. So the first write that found no room tells of it, and after that the database
//! is asked for room until it has some.

use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::Executor;

use super::{Database, DatabaseFault};

/// Has a set of rows spill to the disk, about 2 MB, and leaves nothing behind.
const TAKE_ROOM: &str = "begin; set local work_mem = '64kB'; \
     select count(*) from generate_series(1, 100000); rollback";

/// Whether a statement of this process found no room. One for the process, whose servers all
/// use the same Postgres.
static WAS_FULL: AtomicBool = AtomicBool::new(false);

/// A statement found no room just now.
pub(super) fn note_full() {
    WAS_FULL.store(true, Ordering::Relaxed);
}

/// Refuses while there is no room, as far as is known: asked only after a write found none.
pub(crate) async fn check(database: &Database) -> Result<(), DatabaseFault> {
    if WAS_FULL.load(Ordering::Relaxed) {
        // The pool for writes ends a transaction that a failure leaves open.
        database.writes.execute(TAKE_ROOM).await?;
        WAS_FULL.store(false, Ordering::Relaxed);
    }
    Ok(())
}
