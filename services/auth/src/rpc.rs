//! The gRPC services `AuthService`, `SingleSignOnService` and `SignInLogService`. Each handler decodes the
//! request, calls the domain, and encodes the response.

mod auth_service;
mod sign_in_log_service;
mod single_sign_on_service;

use kreis_database::writes::{Row, Writes};
use kreis_server::client_address::{CLIENT_USER_AGENT, ClientAddress};
use kreis_service::service_key::ServiceKey;
use tonic::{Request, Status};

use crate::{
    domain::{
        Outbox, PasswordSwitch, RefusalLog, Store, TokenIssuer, password_resets::ResetRequests,
    },
    error::Error,
    guess_limits::GuessLimits,
    model::{BrowserKeys, Client, RefreshToken},
    password_hashing::HashingPool,
    single_sign_on::Providers,
};

/// What all handlers share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Handlers {
    pub(crate) store: Store,
    pub(crate) writes: Writes,
    pub(crate) passwords: HashingPool,
    pub(crate) password_switch: PasswordSwitch,
    pub(crate) providers: Providers,
    pub(crate) guesses: GuessLimits,
    pub(crate) browser_keys: BrowserKeys,
    pub(crate) tokens: TokenIssuer,
    pub(crate) refusals: RefusalLog,
    pub(crate) outbox: Outbox,
    pub(crate) reset_requests: ResetRequests,
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

fn client_of<T>(request: &Request<T>) -> Client {
    let user_agent = request.metadata().get(CLIENT_USER_AGENT.as_str());
    let user_agent = user_agent.and_then(|text| text.to_str().ok());
    let address = ClientAddress::of(request).map(|address| address.0);
    Client::new(user_agent.unwrap_or_default(), address)
}

const fn row_of_session(token: &RefreshToken) -> Row {
    Row {
        of: "session",
        id: token.session().number(),
    }
}

fn row_of_service_key(key: &ServiceKey) -> Row {
    let hash = key.hash();
    let first = hash.first_chunk().expect("SHA-256 has 32 bytes");
    Row {
        of: "service key",
        id: i64::from_be_bytes(*first),
    }
}
