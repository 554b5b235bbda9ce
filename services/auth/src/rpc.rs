//! The gRPC service `AuthService`. Each handler decodes the request, calls the domain, and encodes
//! the response.

mod auth_service;

use kreis_database::writes::Writes;
use tonic::Status;

use crate::{
    domain::{Store, TokenIssuer},
    error::Error,
    password_hashing::HashingPool,
};

/// What all handlers share.
pub(crate) struct Handlers {
    pub(crate) store: Store,
    pub(crate) writes: Writes,
    pub(crate) passwords: HashingPool,
    pub(crate) tokens: TokenIssuer,
}

impl Handlers {
    /// Runs a write to its end, even if the caller goes away.
    async fn write<T, F>(&self, work: impl FnOnce(Store) -> F) -> Result<T, Status>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.writes.run(work(self.store.clone())).await
    }
}
