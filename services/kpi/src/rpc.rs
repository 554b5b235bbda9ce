//! The RPCs: each parses, calls and encodes.

mod change_log;
mod kpis;
mod values;

use kreis_chassis::{service::Foundation, writes::Writes};

use crate::{domain, store::Store};

/// What all handlers work with.
#[derive(Debug, Clone)]
pub(crate) struct Handlers {
    store: Store,
    writes: Writes,
}

impl Handlers {
    /// Handlers over a service's foundation.
    pub(crate) fn new(foundation: &Foundation) -> Self {
        Self {
            store: Store::new(foundation.database.clone()),
            writes: foundation.writes.clone(),
        }
    }

    /// Removes the keys of old requests.
    pub(crate) async fn purge_requests(&self) {
        loop {
            let store = self.store.clone();
            let purge = async move { domain::purge_requests(&store).await };
            match self.writes.run(purge).await {
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
