//! Requests as inputs of the use cases. Each function is named after its RPC.

pub(crate) mod changes;
pub(crate) mod circles;
mod requests;
pub(crate) mod service_accounts;
pub(crate) mod users;
