//! The use cases of kpi. Each write checks the caller's rights, writes its rows in one transaction,
//! and adds the entries of the change log.

pub(crate) mod changes;
pub(crate) mod due_values;
pub(crate) mod kpis;
pub(crate) mod overview;
pub(crate) mod progress;
pub(crate) mod state_thresholds;
mod transaction;
pub(crate) mod values;

pub(crate) use crate::store::Store;
