//! The use cases of org: what is checked, what is written together, and what
//! the change log says about it.

mod begin;
pub(crate) mod changes;
pub(crate) mod circles;
pub(crate) mod members;
mod requests;
pub(crate) mod users;

pub(crate) use crate::store::Store;
