//! Decodes messages into model types, encodes model types into messages, and turns each error of
//! org into a status.

pub(crate) mod changes;
pub(crate) mod circles;
mod error;
mod requests;
pub(crate) mod users;
