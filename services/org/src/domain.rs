//! The use cases of org. Each one checks the rules, writes its rows in one transaction, and adds
//! the entry of the change log.

pub(crate) mod changes;
pub(crate) mod circles;
pub(crate) mod members;
pub(crate) mod service_accounts;
pub(crate) mod service_keys;
mod transaction;
pub(crate) mod users;

pub(crate) use crate::store::Store;
