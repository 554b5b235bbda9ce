//! A queue for a fixed number of slots. It is fair to addresses: they take turns. When it is full
//! and another address calls, the address with the most waiting entries loses its newest one.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kreis_server::network::Network;
use tokio::{sync::oneshot, time::timeout};

/// The queue. Cheap to clone.
#[derive(Clone)]
pub(super) struct Queue {
    inner: Arc<Inner>,
}

struct Inner {
    /// Maximum number of waiting entries.
    capacity: usize,
    state: Mutex<State>,
    refused: AtomicU64,
}

struct State {
    /// Free slots.
    free: usize,
    next_id: u64,
    waiting: usize,
    /// The waiting entries of each address, oldest first. Addresses without entries are absent.
    by_address: HashMap<Network, VecDeque<Waiter>>,
    /// The same addresses; the next one in turn comes first.
    turns: VecDeque<Network>,
}

struct Waiter {
    id: u64,
    grant: oneshot::Sender<()>,
}

/// The queue is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QueueFull;

impl Queue {
    /// `slots` is the number of slots; `for_each` is how many may wait for each of them.
    pub(super) fn new(slots: usize, for_each: usize) -> Self {
        let state = State {
            free: slots,
            next_id: 0,
            waiting: 0,
            by_address: HashMap::new(),
            turns: VecDeque::new(),
        };
        Self {
            inner: Arc::new(Inner {
                capacity: slots * for_each,
                state: Mutex::new(state),
                refused: AtomicU64::new(0),
            }),
        }
    }

    /// Number of waiting entries.
    pub(super) fn waiting(&self) -> usize {
        self.inner.state().waiting
    }

    /// Number of refusals so far.
    pub(super) fn refused(&self) -> u64 {
        self.inner.refused.load(Ordering::Relaxed)
    }

    /// Joins the queue, if it has room for this address.
    pub(super) fn enqueue(&self, address: Network) -> Result<Ticket, QueueFull> {
        let mut state = self.inner.state();
        if state.waiting >= self.inner.capacity {
            self.inner.refused.fetch_add(1, Ordering::Relaxed);
            state.evict_for(address)?;
        }
        let (grant, granted) = oneshot::channel();
        let id = state.next_id;
        state.next_id += 1;
        state.add(address, Waiter { id, grant });
        state.start_next();
        Ok(Ticket {
            queue: Arc::clone(&self.inner),
            address,
            id,
            granted: Some(granted),
        })
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, address: Network, waiter: Waiter) {
        let own = self.by_address.entry(address).or_default();
        if own.is_empty() {
            self.turns.push_back(address);
        }
        own.push_back(waiter);
        self.waiting += 1;
    }

    /// Removes the newest entry of the address with the most entries. Fails if that address would
    /// then have fewer entries than the newcomer with its new one.
    fn evict_for(&mut self, newcomer: Network) -> Result<(), QueueFull> {
        let own = self.by_address.get(&newcomer).map_or(0, VecDeque::len);
        let longest = self.by_address.iter().max_by_key(|(_, all)| all.len());
        let (address, length) = longest.map(|(at, all)| (*at, all.len())).ok_or(QueueFull)?;
        if length < own + 2 {
            return Err(QueueFull);
        }
        self.remove(address, VecDeque::pop_back);
        Ok(())
    }

    /// Gives the free slots to the next entries in turn.
    fn start_next(&mut self) {
        while self.free > 0
            && let Some(address) = self.turns.front().copied()
            && let Some(waiter) = self.remove(address, VecDeque::pop_front)
        {
            if self.by_address.contains_key(&address) {
                self.turns.rotate_left(1);
            }
            // Sending fails if the entry has been dropped; then the slot stays free.
            if waiter.grant.send(()).is_ok() {
                self.free -= 1;
            }
        }
    }

    fn remove(
        &mut self,
        address: Network,
        take: impl FnOnce(&mut VecDeque<Waiter>) -> Option<Waiter>,
    ) -> Option<Waiter> {
        let own = self.by_address.get_mut(&address)?;
        let taken = take(own)?;
        self.waiting -= 1;
        if own.is_empty() {
            self.by_address.remove(&address);
            self.turns.retain(|other| *other != address);
        }
        Some(taken)
    }
}

/// An entry in the queue. Dropping it leaves the queue.
pub(super) struct Ticket {
    queue: Arc<Inner>,
    address: Network,
    id: u64,
    /// Absent once the slot is granted.
    granted: Option<oneshot::Receiver<()>>,
}

impl Ticket {
    /// Waits for a slot, at most `longest`. Fails after that time, or if another address took
    /// this position in the queue.
    pub(super) async fn wait_for_slot(
        mut self,
        longest: Duration,
    ) -> Result<HashingSlot, QueueFull> {
        if let Some(granted) = &mut self.granted {
            let Ok(outcome) = timeout(longest, granted).await else {
                self.queue.refused.fetch_add(1, Ordering::Relaxed);
                return Err(QueueFull);
            };
            outcome.map_err(|_| QueueFull)?;
        }
        self.granted = None;
        Ok(HashingSlot {
            queue: Arc::clone(&self.queue),
        })
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let Some(mut granted) = self.granted.take() else {
            return;
        };
        let mut state = self.queue.state();
        let id = self.id;
        let waited = state.remove(self.address, |all| {
            let index = all.iter().position(|waiter| waiter.id == id)?;
            all.remove(index)
        });
        if waited.is_none() && granted.try_recv().is_ok() {
            state.free += 1;
            state.start_next();
        }
    }
}

/// A slot. Dropping it gives it back.
pub(super) struct HashingSlot {
    queue: Arc<Inner>,
}

impl Drop for HashingSlot {
    fn drop(&mut self) {
        let mut state = self.queue.state();
        state.free += 1;
        state.start_next();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn address(last: u8) -> Network {
        Network::of_caller([192, 0, 2, last].into())
    }

    const LONG: Duration = Duration::from_mins(1);

    /// The slot of an entry, if it has been granted.
    fn slot_of(ticket: Ticket) -> Option<HashingSlot> {
        ticket.wait_for_slot(LONG).now_or_never()?.ok()
    }

    #[tokio::test]
    async fn addresses_take_turns() {
        let queue = Queue::new(1, 10);
        let working = slot_of(queue.enqueue(address(1)).unwrap()).unwrap();
        let mut flood: Vec<Ticket> = (0..5).map(|_| queue.enqueue(address(1)).unwrap()).collect();
        let other = queue.enqueue(address(2)).unwrap();
        assert_eq!(queue.waiting(), 6);
        drop(working);
        // An entry of the flood came first.
        drop(slot_of(flood.remove(0)).unwrap());
        drop(slot_of(other).unwrap());
        drop(slot_of(flood.remove(0)).unwrap());
        assert_eq!(queue.waiting(), 2);
    }

    #[tokio::test]
    async fn a_full_queue_makes_room_at_the_cost_of_the_address_with_the_most() {
        let queue = Queue::new(1, 4);
        let _working = slot_of(queue.enqueue(address(1)).unwrap()).unwrap();
        let mut flood: Vec<Ticket> = (0..4).map(|_| queue.enqueue(address(1)).unwrap()).collect();
        assert!(queue.enqueue(address(1)).is_err());
        let _one = queue.enqueue(address(2)).unwrap();
        let _two = queue.enqueue(address(3)).unwrap();
        // The newest two entries of the flood have been removed.
        for _ in 0..2 {
            let sent_away = flood.pop().unwrap().wait_for_slot(LONG).now_or_never();
            assert!(matches!(sent_away, Some(Err(QueueFull))));
        }
        // No address has two entries more than this one.
        assert!(queue.enqueue(address(2)).is_err());
        assert_eq!(queue.waiting(), 4);
    }

    #[tokio::test]
    async fn an_entry_without_a_slot_in_time_leaves_the_queue() {
        let queue = Queue::new(1, 4);
        let _working = slot_of(queue.enqueue(address(1)).unwrap()).unwrap();
        let waited = queue.enqueue(address(2)).unwrap();
        assert!(
            waited
                .wait_for_slot(Duration::from_millis(1))
                .await
                .is_err()
        );
        assert_eq!((queue.waiting(), queue.refused()), (0, 1));
    }

    #[tokio::test]
    async fn an_entry_that_gives_up_leaves_its_place_to_others() {
        let queue = Queue::new(1, 4);
        let working = queue.enqueue(address(1)).unwrap();
        let gives_up = queue.enqueue(address(1)).unwrap();
        let waits = queue.enqueue(address(1)).unwrap();
        drop(gives_up);
        assert_eq!(queue.waiting(), 1);
        // It had a slot already, but had not begun to use it.
        drop(working);
        let works = slot_of(waits).unwrap();
        assert_eq!(queue.waiting(), 0);
        drop(works);
        assert!(slot_of(queue.enqueue(address(2)).unwrap()).is_some());
    }
}
