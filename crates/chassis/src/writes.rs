//! Runs the writes of handlers.
//!
//! A handler's future is dropped when its caller goes away, even within a transaction. Its
//! connection could then return to the pool with an open transaction (sqlx issues 4385 and 4393).
//! So each write runs in a task of its own, which always runs to its end. At most as many tasks run
//! at once as the pool has connections. A stopping server waits for them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Semaphore, time::timeout};
use tokio_util::task::TaskTracker;
use tonic::Status;
use tracing::Instrument;

use crate::{
    database::ACQUIRE_TIMEOUT,
    metrics::{ServerReadings, count},
    status, traces,
};

/// Runs writes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Writes {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicU64>,
    tasks: TaskTracker,
}

impl Writes {
    /// Allows this many writes at once: the connections of the pool.
    #[must_use]
    pub fn new(at_once: u32) -> Self {
        let at_once = usize::try_from(at_once).unwrap_or(1);
        Self {
            permits: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Registers gauges of writes in progress and of waiting writes.
    pub fn tell(&self, readings: &ServerReadings) {
        let (under_way, waiting) = (self.clone(), self.clone());
        readings.gauge(
            "kreis_writes_under_way",
            "Writes that are being carried out",
            &[],
            move || count(under_way.tasks.len() as u64),
        );
        readings.gauge(
            "kreis_writes_waiting",
            "Writes that wait until there is room for them",
            &[],
            move || count(waiting.waiting.load(Ordering::Relaxed)),
        );
    }

    /// Runs `work` to its end, even if the caller goes away. `RESOURCE_EXHAUSTED` (`OVERLOADED`) if
    /// no permit is free in time; a panic becomes INTERNAL.
    ///
    /// Do not set a timeout *inside* `work`: a timeout drops futures too. The pool and the
    /// statements have their own timeouts.
    pub async fn run<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, Status>
    where
        T: Send + 'static,
        E: Into<Status> + Send + 'static,
    {
        let waiting = Waiting::begin(&self.waiting);
        let permit = timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| status::overloaded())?
            .map_err(|_| status::overloaded())?;
        drop(waiting);
        let task = async move {
            let outcome = work.await;
            drop(permit);
            outcome
        };
        let task = self.tasks.spawn(traces::carried(task.in_current_span()));
        match task.await {
            Ok(outcome) => outcome.map_err(Into::into),
            Err(stopped) => Err(status::internal(&stopped)),
        }
    }

    /// Waits for the writes in progress, at most for `grace`.
    pub async fn finish(&self, grace: Duration) {
        self.tasks.close();
        if timeout(grace, self.tasks.wait()).await.is_err() {
            tracing::warn!(
                writes = self.tasks.len(),
                "stopped before all writes had ended"
            );
        }
    }
}

/// A write that waits for a permit, until it is dropped.
struct Waiting<'a>(&'a AtomicU64);

impl<'a> Waiting<'a> {
    fn begin(all: &'a AtomicU64) -> Self {
        all.fetch_add(1, Ordering::Relaxed);
        Self(all)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn a_write_comes_to_its_end_though_its_caller_went_away() {
        let writes = Writes::new(1);
        let (go, may_go) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel::<()>();
        let call = writes.run(async move {
            may_go
                .await
                .map_err(|_| Status::cancelled("never told to go"))?;
            done.send(())
                .map_err(|()| Status::cancelled("nobody waits"))
        });
        assert!(timeout(Duration::from_millis(10), call).await.is_err());
        go.send(()).unwrap();
        is_done.await.unwrap();
        writes.finish(Duration::from_secs(1)).await;
    }

    #[tokio::test]
    async fn a_write_that_panics_is_an_internal_fault() {
        let outcome: Result<(), Status> = Writes::new(1)
            .run(async {
                if true {
                    panic!("on purpose")
                } else {
                    Ok::<_, Status>(())
                }
            })
            .await;
        assert_eq!(outcome.unwrap_err().code(), tonic::Code::Internal);
    }
}
