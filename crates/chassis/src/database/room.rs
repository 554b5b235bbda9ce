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

/// Whether a write of this process found no room. One for the process, whose servers all
/// use the same Postgres.
static WAS_FULL: AtomicBool = AtomicBool::new(false);

/// A write found no room just now.
pub(super) fn note_full() {
    WAS_FULL.store(true, Ordering::Relaxed);
}

/// Whether there is room, as far as is known: asked only after a write found none.
pub(crate) async fn is_there(database: &Database) -> Result<bool, DatabaseFault> {
    if !WAS_FULL.load(Ordering::Relaxed) {
        return Ok(true);
    }
    match database.writes.execute(TAKE_ROOM).await {
        Ok(_) => {
            WAS_FULL.store(false, Ordering::Relaxed);
            Ok(true)
        }
        Err(error) if is_lack_of_room(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Class 53: a full disk, or a limit that was set for files.
fn is_lack_of_room(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| ["53100", "53400"].contains(&code.as_ref()))
}
