//! Requests as inputs of the use cases. Each function is named after its RPC.

pub(crate) mod changes;
pub(crate) mod due_values;
mod fields;
pub(crate) mod kpis;
pub(crate) mod overview;
pub(crate) mod values;
