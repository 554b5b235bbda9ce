//! The organisation's thresholds of states.

use chrono::{DateTime, Utc};

use super::{Person, StateThresholds, Version};

/// The thresholds that hold for every KPI without its own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrganisationThresholds {
    /// The thresholds.
    pub thresholds: StateThresholds,
    /// Who set them; absent for the defaults.
    pub set_by: Option<Person>,
    /// When they were set.
    pub set_time: DateTime<Utc>,
    /// Every change raises it.
    pub version: Version,
}
