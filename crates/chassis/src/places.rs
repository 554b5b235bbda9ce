//! Limits the number of calls in progress, with a queue for further calls. It keeps the throughput
//! of an overloaded server up.
//!
//! A certain number of calls keeps the processors and the database busy. With more calls at once,
//! each only takes longer. So there is a maximum, and further calls wait in the order of their
//! arrival. The queue may be long during a burst. If it has not become empty for a while, it is
//! kept short, and new calls are refused at once, before any work for them. So the calls that do
//! run end in time.
//!
//! Each service of the contract has its own permits, so that a slow service does not block the
//! others. Reads and writes have separate permits, because writes may wait for each other's locks.

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
    access::Rpc,
    config::Settings,
    log_pace::LogPace,
    metrics::{ServerMetrics, count},
    status,
};

/// Most calls that wait in a burst. Each holds some ten kilobytes.
const MAX_BURST_QUEUE: usize = 4_000;
/// A queue that has not been empty for this long is a standing queue.
const BURST: Duration = Duration::from_millis(500);
/// Most calls in a standing queue, as a multiple of the permits. It suffices to keep all permits in
/// use.
const STANDING: usize = 2;
/// A call waits for at most one part in this many of its time.
const PART_TO_WAIT: u32 = 4;
/// Calls that keep one core busy, including those that wait for the database.
const CALLS_PER_CORE: usize = 32;

/// The permits and queues of a server. Cheap to clone.
#[derive(Clone)]
pub struct CallPlaces {
    by_package: Arc<HashMap<&'static str, OfPackage>>,
}

/// The permits and queues of one service of the contract.
struct OfPackage {
    reads: Places,
    writes: Places,
}

/// Permits of one kind with their queue. Cheap to clone.
#[derive(Clone)]
struct Places {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    refused: AtomicU64,
}

struct State {
    /// Number of permits.
    at_once: usize,
    free: usize,
    /// Oldest first.
    waiting: VecDeque<Waiter>,
    next_id: u64,
    /// Since when at least one call waits.
    stands_since: Option<Instant>,
}

struct Waiter {
    id: u64,
    begin: oneshot::Sender<()>,
}

/// Reads `KREIS_CALLS_AT_ONCE`.
pub fn calls_at_once(settings: &mut Settings) -> usize {
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    let default = (cores * CALLS_PER_CORE) as u64;
    let number = settings.number("KREIS_CALLS_AT_ONCE", default, 1, 100_000);
    usize::try_from(number).unwrap_or(CALLS_PER_CORE)
}

impl CallPlaces {
    /// Gives each service of these packages `at_once` permits for reads and as many for writes.
    #[must_use]
    pub fn new(packages: impl IntoIterator<Item = &'static str>, at_once: usize) -> Self {
        let of_package = || OfPackage {
            reads: Places::new(at_once),
            writes: Places::new(at_once),
        };
        let by_package = packages.into_iter().map(|package| (package, of_package()));
        Self {
            by_package: Arc::new(by_package.collect()),
        }
    }

    /// Refuses a call that would not get a permit in time. Costs next to nothing.
    pub(crate) fn look(&self, rpc: &Rpc) -> Result<(), Status> {
        self.of(rpc).map_or(Ok(()), Places::look)
    }

    /// Waits for a permit for a call that may take `time`. `RESOURCE_EXHAUSTED` (`OVERLOADED`) if
    /// there is none within a quarter of `time`. Absent for calls without a limit.
    pub(crate) async fn take(&self, rpc: &Rpc, time: Duration) -> Result<Option<Place>, Status> {
        match self.of(rpc) {
            Some(places) => places.take(time / PART_TO_WAIT).await.map(Some),
            None => Ok(None),
        }
    }

    fn of(&self, rpc: &Rpc) -> Option<&Places> {
        let of_package = self.by_package.get(&*rpc.package)?;
        Some(if rpc.reads {
            &of_package.reads
        } else {
            &of_package.writes
        })
    }

    /// Registers the number of waiting calls and of refused calls.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        for (package, of_package) in &*self.by_package {
            for (kind, places) in [("reads", &of_package.reads), ("writes", &of_package.writes)] {
                let labels = [("package", *package), ("kind", kind)];
                let (waiting, refused) = (places.clone(), places.clone());
                metrics.gauge(
                    "kreis_calls_waiting",
                    "Calls that wait until they are worked on",
                    &labels,
                    move || count(waiting.inner.state().waiting.len() as u64),
                );
                metrics.counter(
                    "kreis_calls_refused",
                    "Calls that were refused because too many were worked on or waited",
                    &labels,
                    move || count(refused.inner.refused.load(Ordering::Relaxed)),
                );
            }
        }
    }
}

impl Places {
    fn new(at_once: usize) -> Self {
        let state = State {
            at_once,
            free: at_once,
            waiting: VecDeque::new(),
            next_id: 0,
            stands_since: None,
        };
        Self {
            inner: Arc::new(Inner {
                state: Mutex::new(state),
                refused: AtomicU64::new(0),
            }),
        }
    }

    fn look(&self) -> Result<(), Status> {
        let state = self.inner.state();
        if state.free > 0 || state.waiting.len() < state.longest() {
            return Ok(());
        }
        drop(state);
        Err(self.inner.refusal())
    }

    async fn take(&self, longest_wait: Duration) -> Result<Place, Status> {
        let mut waiting = {
            let mut state = self.inner.state();
            if state.free > 0 {
                state.free -= 1;
                return Ok(Place(Arc::clone(&self.inner)));
            }
            if state.waiting.len() >= state.longest() {
                drop(state);
                return Err(self.inner.refusal());
            }
            let (id, begun) = state.join();
            Waiting {
                places: Arc::clone(&self.inner),
                id,
                begun: Some(begun),
            }
        };
        let turn = waiting.begun.as_mut().expect("it waits still");
        if let Ok(Ok(())) = timeout(longest_wait, turn).await {
            waiting.begun = None;
            return Ok(Place(Arc::clone(&self.inner)));
        }
        Err(self.inner.refusal())
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusal(&self) -> Status {
        static PACE: LogPace = LogPace::new(1);
        self.refused.fetch_add(1, Ordering::Relaxed);
        if let Some(others) = PACE.due() {
            tracing::warn!(
                calls = others + 1,
                "calls were refused: more come than can be worked on"
            );
        }
        status::overloaded()
    }
}

impl State {
    /// Most calls that may wait now.
    fn longest(&self) -> usize {
        if self.stands_since.is_some_and(|at| at.elapsed() > BURST) {
            self.at_once * STANDING
        } else {
            MAX_BURST_QUEUE
        }
    }

    fn join(&mut self) -> (u64, oneshot::Receiver<()>) {
        let (begin, turn) = oneshot::channel();
        let id = self.next_id;
        self.next_id += 1;
        self.waiting.push_back(Waiter { id, begin });
        self.stands_since.get_or_insert_with(Instant::now);
        (id, turn)
    }

    /// Leaves the queue; returns whether the call still waited.
    fn leave(&mut self, id: u64) -> bool {
        let place = self.waiting.binary_search_by_key(&id, |waiter| waiter.id);
        let left = place.ok().and_then(|place| self.waiting.remove(place));
        self.note_end();
        left.is_some()
    }

    /// Passes a permit to the next call in the queue, or keeps it free.
    fn hand_on(&mut self) {
        // In a standing queue the oldest calls beyond the limit are dropped, because their
        // responses would come too late. Dropping their senders ends their wait.
        let too_many = self.waiting.len().saturating_sub(self.longest());
        self.waiting.drain(..too_many);
        loop {
            let Some(waiter) = self.waiting.pop_front() else {
                self.free += 1;
                break;
            };
            // A call that gives up leaves the queue before it drops its receiver.
            if waiter.begin.send(()).is_ok() {
                break;
            }
        }
        self.note_end();
    }

    fn note_end(&mut self) {
        if self.waiting.is_empty() {
            self.stands_since = None;
        }
    }
}

/// A permit, until it is dropped.
pub(crate) struct Place(Arc<Inner>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.state().hand_on();
    }
}

/// A call in the queue, until it is dropped.
struct Waiting {
    places: Arc<Inner>,
    id: u64,
    /// Absent after the call has its permit.
    begun: Option<oneshot::Receiver<()>>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let Some(mut begun) = self.begun.take() else {
            return;
        };
        let mut state = self.places.state();
        if !state.leave(self.id) && begun.try_recv().is_ok() {
            state.hand_on();
        }
    }
}
