//! Messages to model types that cannot be wrong, and back; and what each fault
//! of org is to a caller.

pub(crate) mod changes;
pub(crate) mod circles;
mod fault;
mod requests;
pub(crate) mod users;
