//! Limits the number of calls in progress, with a queue for further calls. It keeps the throughput
//! of an overloaded server up.
//!
//! A certain number of calls keeps the processors and the database busy. With more calls at once,
//! each only takes longer. So there is a maximum, and further calls wait in the order of their
//! arrival. The queue may be long during a burst. If it has not been empty for half a second, it is
//! kept short, and new calls are refused at once, before any work for them. So the calls that do
//! run end in time.
//!
//! Each package of the contract (auth, org, kpi) has its own slots, so that a slow service does not
//! block the others. Reads and writes have separate slots, because writes may wait for each other's
//! locks.

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
    time::{Duration, Instant},
};

use tokio::{sync::oneshot, time::timeout};
use tonic::Status;

use crate::{
    access::RpcInfo,
    config::Settings,
    log_rate_limit::LogRateLimit,
    metrics::{ServerMetrics, count},
    status,
};

/// Maximum number of calls that wait in a burst. Each needs about 10 KB.
const MAX_BURST_QUEUE: usize = 4_000;
/// A queue that has not been empty for this long is a standing queue.
const BURST_TIME: Duration = Duration::from_millis(500);
/// Maximum number of calls in a standing queue, as a multiple of the slots. It suffices to keep all
/// slots in use.
const MAX_STANDING_QUEUE: usize = 2;
/// A call waits for at most its time divided by this number.
const WAIT_FRACTION: u32 = 4;
/// Calls that keep one core busy, including those that wait for the database.
const CALLS_PER_CORE: usize = 32;

/// The slots and queues of a server. Cheap to clone.
#[derive(Clone)]
pub struct CallQueues {
    by_package: Arc<HashMap<&'static str, PackageQueues>>,
}

/// The slots and queues of one package of the contract.
struct PackageQueues {
    reads: CallQueue,
    writes: CallQueue,
}

/// Slots for reads or for writes, with their queue. Cheap to clone.
#[derive(Clone)]
struct CallQueue {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    refused: AtomicU64,
}

struct State {
    /// Number of slots.
    slots: usize,
    free: usize,
    /// Oldest first.
    waiting: VecDeque<Waiter>,
    next_id: u64,
    /// Since when at least one call waits.
    queued_since: Option<Instant>,
}

struct Waiter {
    id: u64,
    grant: oneshot::Sender<()>,
}

/// Reads `KREIS_CALLS_AT_ONCE`.
pub fn calls_at_once_setting(settings: &mut Settings) -> usize {
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    let default = (cores * CALLS_PER_CORE) as u64;
    let number = settings.number("KREIS_CALLS_AT_ONCE", default, 1, 100_000);
    usize::try_from(number).unwrap_or(CALLS_PER_CORE)
}

impl CallQueues {
    /// Gives each of these packages this many `slots` for reads and as many for writes.
    #[must_use]
    pub fn new(packages: impl IntoIterator<Item = &'static str>, slots: usize) -> Self {
        let package_queues = || PackageQueues {
            reads: CallQueue::new(slots),
            writes: CallQueue::new(slots),
        };
        let by_package = packages
            .into_iter()
            .map(|package| (package, package_queues()));
        Self {
            by_package: Arc::new(by_package.collect()),
        }
    }

    /// Refuses a call that would not get a slot in time. Cheap: takes one lock.
    pub(crate) fn check(&self, rpc: &RpcInfo) -> Result<(), Status> {
        self.queue_of(rpc).map_or(Ok(()), CallQueue::check)
    }

    /// Waits for a slot for a call that may take `time`. `RESOURCE_EXHAUSTED` (`OVERLOADED`) if
    /// there is none within a quarter of `time`. Absent for calls without a limit.
    pub(crate) async fn acquire(
        &self,
        rpc: &RpcInfo,
        time: Duration,
    ) -> Result<Option<CallSlot>, Status> {
        match self.queue_of(rpc) {
            Some(queue) => queue.acquire(time / WAIT_FRACTION).await.map(Some),
            None => Ok(None),
        }
    }

    fn queue_of(&self, rpc: &RpcInfo) -> Option<&CallQueue> {
        let package_queues = self.by_package.get(&*rpc.package)?;
        Some(if rpc.is_read_only {
            &package_queues.reads
        } else {
            &package_queues.writes
        })
    }

    /// Registers the number of waiting calls and of refused calls.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        for (package, package_queues) in &*self.by_package {
            for (kind, queue) in [
                ("reads", &package_queues.reads),
                ("writes", &package_queues.writes),
            ] {
                let labels = [("package", *package), ("kind", kind)];
                let (waiting, refused) = (queue.clone(), queue.clone());
                metrics.gauge(
                    "kreis_calls_waiting",
                    "Calls that wait for a slot",
                    &labels,
                    move || count(waiting.inner.state().waiting.len() as u64),
                );
                metrics.counter(
                    "kreis_calls_refused",
                    "Calls that were refused: all slots are in use and the queue is full",
                    &labels,
                    move || count(refused.inner.refused.load(Ordering::Relaxed)),
                );
            }
        }
    }
}

impl CallQueue {
    fn new(slots: usize) -> Self {
        let state = State {
            slots,
            free: slots,
            waiting: VecDeque::new(),
            next_id: 0,
            queued_since: None,
        };
        Self {
            inner: Arc::new(Inner {
                state: Mutex::new(state),
                refused: AtomicU64::new(0),
            }),
        }
    }

    fn check(&self) -> Result<(), Status> {
        let state = self.inner.state();
        if state.free > 0 || state.waiting.len() < state.max_length() {
            return Ok(());
        }
        drop(state);
        Err(self.inner.refuse())
    }

    async fn acquire(&self, longest_wait: Duration) -> Result<CallSlot, Status> {
        let mut queued = {
            let mut state = self.inner.state();
            if state.free > 0 {
                state.free -= 1;
                return Ok(CallSlot(Arc::clone(&self.inner)));
            }
            if state.waiting.len() >= state.max_length() {
                drop(state);
                return Err(self.inner.refuse());
            }
            let (id, granted) = state.enqueue();
            QueuedCall {
                queue: Arc::clone(&self.inner),
                id,
                granted: Some(granted),
            }
        };
        let granted = queued.granted.as_mut();
        let granted = granted.expect("set above, taken only after the wait");
        if let Ok(Ok(())) = timeout(longest_wait, granted).await {
            queued.granted = None;
            return Ok(CallSlot(Arc::clone(&self.inner)));
        }
        Err(self.inner.refuse())
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts and logs a refusal, and returns its status.
    fn refuse(&self) -> Status {
        static LOG_LIMIT: LogRateLimit = LogRateLimit::new(1);
        self.refused.fetch_add(1, Ordering::Relaxed);
        if let Some(suppressed) = LOG_LIMIT.allow() {
            tracing::warn!(
                calls = suppressed + 1,
                "calls were refused: all slots are in use and the queue is full"
            );
        }
        status::overloaded()
    }
}

impl State {
    /// Maximum number of calls that may wait now.
    fn max_length(&self) -> usize {
        if self
            .queued_since
            .is_some_and(|at| at.elapsed() > BURST_TIME)
        {
            self.slots * MAX_STANDING_QUEUE
        } else {
            MAX_BURST_QUEUE
        }
    }

    fn enqueue(&mut self) -> (u64, oneshot::Receiver<()>) {
        let (grant, granted) = oneshot::channel();
        let id = self.next_id;
        self.next_id += 1;
        self.waiting.push_back(Waiter { id, grant });
        self.queued_since.get_or_insert_with(Instant::now);
        (id, granted)
    }

    /// Leaves the queue; returns whether the call still waited.
    fn leave(&mut self, id: u64) -> bool {
        let index = self.waiting.binary_search_by_key(&id, |waiter| waiter.id);
        let left = index.ok().and_then(|index| self.waiting.remove(index));
        self.clear_queued_since_if_empty();
        left.is_some()
    }

    /// Passes a slot to the next call in the queue, or keeps it free.
    fn release_to_next(&mut self) {
        // In a standing queue the oldest calls beyond the limit are dropped, because their
        // responses would come too late. Dropping their senders ends their wait.
        let too_many = self.waiting.len().saturating_sub(self.max_length());
        self.waiting.drain(..too_many);
        loop {
            let Some(waiter) = self.waiting.pop_front() else {
                self.free += 1;
                break;
            };
            // A call that gives up leaves the queue before it drops its receiver.
            if waiter.grant.send(()).is_ok() {
                break;
            }
        }
        self.clear_queued_since_if_empty();
    }

    fn clear_queued_since_if_empty(&mut self) {
        if self.waiting.is_empty() {
            self.queued_since = None;
        }
    }
}

/// A slot, until it is dropped.
pub(crate) struct CallSlot(Arc<Inner>);

impl Drop for CallSlot {
    fn drop(&mut self) {
        self.0.state().release_to_next();
    }
}

/// A call in the queue. It leaves the queue when it is dropped.
struct QueuedCall {
    queue: Arc<Inner>,
    id: u64,
    /// Absent after the call has its slot.
    granted: Option<oneshot::Receiver<()>>,
}

impl Drop for QueuedCall {
    fn drop(&mut self) {
        let Some(mut granted) = self.granted.take() else {
            return;
        };
        let mut state = self.queue.state();
        if !state.leave(self.id) && granted.try_recv().is_ok() {
            state.release_to_next();
        }
    }
}
