//! The gRPC services of kpi. Each handler decodes the request, calls the domain, and encodes the
//! response.

mod change_log;
mod kpis;
mod values;

use kreis_chassis::{service::Foundation, writes::Writes};
use tonic::Status;

use crate::{
    domain::{self, Store},
    model::Fault,
};

/// What all handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Handlers {
    store: Store,
    writes: Writes,
}

impl Handlers {
    /// Handlers on the pools of a service.
    pub(crate) fn new(foundation: &Foundation) -> Self {
        Self {
            store: Store::new(foundation.database.clone()),
            writes: foundation.writes.clone(),
        }
    }

    /// Runs a write to its end, even if the caller goes away.
    async fn write<T, F>(&self, work: impl FnOnce(Store) -> F) -> Result<T, Status>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Fault>> + Send + 'static,
    {
        self.writes.run(work(self.store.clone())).await
    }

    /// Deletes the keys of old requests.
    pub(crate) async fn purge_requests(&self) {
        loop {
            let purge = |store| async move { domain::purge_requests(&store).await };
            match self.write(purge).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(fault) => {
                    tracing::warn!(
                        error.cause = fault.message(),
                        "old requests were not purged"
                    );
                    return;
                }
            }
        }
    }
}
