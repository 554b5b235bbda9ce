//! Results as response messages, errors as statuses. Each function is named after its RPC.

pub(crate) mod changes;
pub(crate) mod circles;
mod error;
pub(crate) mod service_accounts;
pub(crate) mod users;
