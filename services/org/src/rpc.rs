//! The gRPC services of org. Each handler decodes the request, calls the domain, and encodes the
//! response.

mod change_log_service;
mod circle_service;
mod service_account_service;
mod user_service;

use kreis_database::writes::{Row, Writes};
use kreis_server::middleware::with_revocation_seq;
use tonic::{Response, Status};

use crate::{
    domain::Store,
    error::Error,
    model::{CircleId, UserId},
};

/// The row that every write locks that can end the role of a gatekeeper, or is about a service account.
const ORGANISATION: Row = Row {
    of: "organisation",
    id: 1,
};

/// What all handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Handlers {
    pub(crate) store: Store,
    pub(crate) writes: Writes,
}

impl Handlers {
    /// Runs a write to its end, even if the caller disconnects.
    async fn write<T, F>(&self, work: impl FnOnce(Store) -> F) -> Result<T, Status>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.writes.run(work(self.store.clone())).await
    }

    /// Runs a write that locks this row before all other shared rows.
    async fn write_on<T, F>(&self, row: Row, work: impl FnOnce(Store) -> F) -> Result<T, Status>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.writes.run_on(row, work(self.store.clone())).await
    }
}

const fn row_of_circle(id: CircleId) -> Row {
    Row {
        of: "circle",
        id: id.get(),
    }
}

const fn row_of_user(id: UserId) -> Row {
    Row {
        of: "user",
        id: id.get(),
    }
}

/// A response that names the revocation which the gateway waits for, if there is one.
fn with_revocation<T>(message: T, seq: Option<i64>) -> Response<T> {
    match seq {
        Some(seq) => with_revocation_seq(Response::new(message), seq),
        None => Response::new(message),
    }
}
