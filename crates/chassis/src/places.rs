//! Places for calls that are worked on at once, and a queue before them that does not let
//! a server collapse when more comes than it can do.
//!
//! More calls at once than keep the processors and the database busy take only longer each.
//! So there is a bound, and those beyond it wait, in the order in which they came. A burst
//! is worked off; while a queue stands that is not, it is kept short, and who comes is
//! refused at once, before anything is done for them: then the work that is done is done in
//! time. Each service of the contract has its own places, so that one that is slow leaves
//! the others alone, and those who read have others than those who write, who may have to
//! wait for each other's locks.

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
    metrics::{ServerReadings, count},
    status,
};

/// How many calls of a burst wait at most. Each holds some ten kilobytes.
const MOST_WAITING: usize = 4_000;
/// How long a queue may be without an end before it counts as one that stands.
const BURST: Duration = Duration::from_millis(500);
/// How long a queue that stands may be, in times of the places: enough to keep these taken.
const STANDING: usize = 2;
/// The part of a call's time that it waits at most.
const PART_TO_WAIT: u32 = 4;
/// Calls that keep a core busy, with those that wait for the database meanwhile.
const CALLS_PER_CORE: usize = 32;

/// The places of a server. Cheap to clone.
#[derive(Clone)]
pub struct CallPlaces {
    by_package: Arc<HashMap<&'static str, OfPackage>>,
}

/// The places of one service of the contract.
struct OfPackage {
    reads: Places,
    writes: Places,
}

/// Places of one kind. Cheap to clone.
#[derive(Clone)]
struct Places {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    refused: AtomicU64,
}

struct State {
    /// Places in all.
    at_once: usize,
    free: usize,
    /// Oldest first.
    waiting: VecDeque<Waiter>,
    next_id: u64,
    /// Since when at least one waits.
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
    /// For the services of these packages, so many places for those who read and as many for
    /// those who write.
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

    /// Refuses a call that would not get a place in time. Costs next to nothing.
    pub(crate) fn look(&self, rpc: &Rpc) -> Result<(), Status> {
        self.of(rpc).map_or(Ok(()), Places::look)
    }

    /// A place for a call that has so much time. `RESOURCE_EXHAUSTED` (`OVERLOADED`) where
    /// it has not come in a quarter of that. Absent for calls without places.
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

    /// Registers how many wait, and how many were refused.
    pub fn tell(&self, readings: &ServerReadings) {
        for (package, of_package) in &*self.by_package {
            for (kind, places) in [("reads", &of_package.reads), ("writes", &of_package.writes)] {
                let labels = [("package", *package), ("kind", kind)];
                let (waiting, refused) = (places.clone(), places.clone());
                readings.gauge(
                    "kreis_calls_waiting",
                    "Calls that wait until they are worked on",
                    &labels,
                    move || count(waiting.inner.state().waiting.len() as u64),
                );
                readings.counter(
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
    /// How long the queue may be now.
    fn longest(&self) -> usize {
        if self.stands_since.is_some_and(|at| at.elapsed() > BURST) {
            self.at_once * STANDING
        } else {
            MOST_WAITING
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

    /// Leaves the queue; answers whether it waited still.
    fn leave(&mut self, id: u64) -> bool {
        let place = self.waiting.binary_search_by_key(&id, |waiter| waiter.id);
        let left = place.ok().and_then(|place| self.waiting.remove(place));
        self.note_end();
        left.is_some()
    }

    /// Hands a place on, or keeps it free.
    fn hand_on(&mut self) {
        // The oldest of a queue that was no burst, whose answers would come late. Their
        // receivers learn that nothing comes any more.
        let too_many = self.waiting.len().saturating_sub(self.longest());
        self.waiting.drain(..too_many);
        loop {
            let Some(waiter) = self.waiting.pop_front() else {
                self.free += 1;
                break;
            };
            // One that gives up says so before its receiver is gone.
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

/// A place, until it is dropped.
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
    /// Absent once the place is taken.
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
