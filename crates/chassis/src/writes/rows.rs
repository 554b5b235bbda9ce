//! A bound on the writes of one row. A row may be held for as long as a lock may be waited
//! for, and each write that waits for it keeps a connection meanwhile. So only some of them
//! have one; the others wait for their turn without.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::shares::{Member, Shares};

/// How many writes of a row may wait for each one that is carried out. Those who wait keep
/// a place of [`crate::places`], of which other writes need some.
const WAITING: usize = 4;

/// A row that a write locks, and so may have to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    /// What it stores, such as `kpi`.
    pub of: &'static str,
    /// Its id.
    pub id: i64,
}

/// The rows with a write under way. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    at_once: usize,
    shares: Arc<Shares<Row, Share>>,
}

/// What the writes of one row have.
struct Share {
    carried_out: Arc<Semaphore>,
    /// These, and those that wait for them.
    all: Arc<Semaphore>,
}

/// A write of a row, until it is dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "held until the write has ended")]
pub(super) struct Turn([OwnedSemaphorePermit; 2], Member<Row, Share>);

/// Too many write to the row, or for too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany;

impl Rows {
    /// So many writes of each row at once.
    pub(super) fn new(at_once: usize) -> Self {
        Self {
            at_once,
            shares: Arc::default(),
        }
    }

    /// Waits until the row has fewer writes than it may; refuses at once where too many
    /// wait already.
    pub(super) async fn turn(&self, row: Row, longest: Duration) -> Result<Turn, TooMany> {
        let share = self.shares.member(row, || Share {
            carried_out: Arc::new(Semaphore::new(self.at_once)),
            all: Arc::new(Semaphore::new(self.at_once * (1 + WAITING))),
        });
        let all = Arc::clone(&share.all).try_acquire_owned();
        let all = all.map_err(|_| TooMany)?;
        let carried_out = timeout(longest, Arc::clone(&share.carried_out).acquire_owned());
        let carried_out = carried_out.await.map_err(|_| TooMany)?;
        // Nothing closes it.
        let carried_out = carried_out.map_err(|_| TooMany)?;
        Ok(Turn([all, carried_out], share))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const HELD: Row = Row { of: "kpi", id: 7 };
    const OTHER: Row = Row { of: "kpi", id: 8 };
    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn writes_of_one_row_take_turns_and_leave_other_rows_alone() {
        let rows = Rows::new(2);
        let under_way = [
            rows.turn(HELD, LONG).await.unwrap(),
            rows.turn(HELD, LONG).await.unwrap(),
        ];
        let mut waits = Box::pin(rows.turn(HELD, LONG));
        assert!(waits.as_mut().now_or_never().is_none());
        rows.turn(OTHER, LONG).await.unwrap();
        drop(under_way);
        waits.await.unwrap();
    }

    #[tokio::test]
    async fn a_turn_that_does_not_come_is_not_waited_for_any_longer() {
        let rows = Rows::new(1);
        let _under_way = rows.turn(HELD, LONG).await.unwrap();
        let waited = rows.turn(HELD, Duration::from_millis(1)).await;
        assert_eq!(waited.map(|_| ()), Err(TooMany));
    }

    #[tokio::test]
    async fn no_more_than_a_few_wait_for_a_row() {
        let rows = Rows::new(2);
        let mut writes: Vec<_> = (0..2 * (1 + WAITING))
            .map(|_| Box::pin(rows.turn(HELD, LONG)))
            .collect();
        let begun = writes.iter_mut().map(|write| write.as_mut().now_or_never());
        let begun: Vec<_> = begun.flatten().collect();
        assert_eq!(begun.len(), 2);
        assert!(matches!(rows.turn(HELD, LONG).now_or_never(), Some(Err(_))));
    }

    #[tokio::test]
    async fn a_row_is_forgotten_with_its_last_write() {
        let rows = Rows::new(1);
        let under_way = rows.turn(HELD, LONG).await.unwrap();
        let mut gives_up = Box::pin(rows.turn(HELD, LONG));
        assert!(gives_up.as_mut().now_or_never().is_none());
        drop(gives_up);
        assert_eq!(rows.shares.len(), 1);
        drop(under_way);
        assert_eq!(rows.shares.len(), 0);
    }
}
