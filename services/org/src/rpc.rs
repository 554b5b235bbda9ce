//! The gRPC services of org. Each handler decodes the request, calls the domain, and encodes the
//! response.

mod change_log_service;
mod circle_service;
mod user_service;

use kreis_chassis::{token::Caller, writes::Writes};
use tonic::{Request, Status};

use crate::{
    domain::Store,
    model::{Actor, OrgFault, UserId},
};

/// What the handlers of all three services share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Org {
    pub(crate) store: Store,
    pub(crate) writes: Writes,
}

impl Org {
    /// Runs a write to its end, even if the caller goes away.
    async fn write<T, F>(&self, work: impl FnOnce(Store) -> F) -> Result<T, Status>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, OrgFault>> + Send + 'static,
    {
        self.writes.run(work(self.store.clone())).await
    }
}

/// The caller.
fn caller<T>(request: &Request<T>) -> Result<Actor, Status> {
    let caller = Caller::of(request)?;
    Ok(Actor {
        id: UserId::stored(caller.user_id),
        gatekeeper: caller.gatekeeper,
        version: caller.version,
    })
}
