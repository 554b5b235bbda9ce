//! The gRPC services of kpi. Each handler decodes the request, calls the domain, and encodes the
//! response.

mod change_log_service;
mod kpi_service;
mod kpi_value_service;

use kreis_database::writes::{Row, Writes};
use tonic::Status;

use crate::{
    domain::{self, Store},
    error::Error,
    model::{CircleId, KpiId, KpiValueId},
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

    /// Runs a write that locks this row.
    async fn write_on<T, F>(&self, row: Row, work: impl FnOnce(Store) -> F) -> Result<T, Status>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.writes.run_on(row, work(self.store.clone())).await
    }

    /// Runs a write that changes a value. It locks the KPI of the value first.
    async fn write_to_value<T, F>(
        &self,
        value: KpiValueId,
        work: impl FnOnce(Store) -> F,
    ) -> Result<T, Status>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        match domain::values::kpi_of(&self.store, value).await? {
            Some(kpi) => self.write_on(row_of_kpi(kpi), work).await,
            // There is nothing to lock.
            None => self.write(work).await,
        }
    }
}

/// The row that a new KPI locks.
const fn row_of_circle(id: CircleId) -> Row {
    Row {
        of: "circle",
        id: id.get(),
    }
}

/// The row that a change of a KPI, or of a period of it, locks.
const fn row_of_kpi(id: KpiId) -> Row {
    Row {
        of: "kpi",
        id: id.get(),
    }
}
