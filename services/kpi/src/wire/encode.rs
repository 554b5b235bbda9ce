//! Results as response messages, errors as statuses. Each function is named after its RPC, or after
//! the message that it makes.

pub(crate) mod changes;
pub(crate) mod due_values;
mod error;
pub(super) mod fields;
pub(crate) mod kpis;
pub(crate) mod overview;
pub(crate) mod values;
