//! The organisation that keeps its KPIs here.

use chrono::NaiveDate;
use kreis_service::calendar::TimeZone;

use super::User;

/// The organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Organisation {
    /// Empty until it is set.
    pub(crate) name: String,
    /// The time zone in which days and months begin.
    pub(crate) zone: TimeZone,
}

impl Organisation {
    pub(crate) fn today(&self) -> NaiveDate {
        self.zone.today()
    }
}

/// A user who asks about themselves, and their organisation.
#[derive(Debug)]
pub(crate) struct Me {
    pub(crate) user: User,
    pub(crate) organisation: Organisation,
}
