//! What lists select, and the places in their order that pages begin at.

use chrono::{DateTime, Utc};
use kreis_chassis::page::PageFault;
use serde::{Deserialize, Serialize};

use super::{Change, CircleId, KpiId, KpiValue, Period, PeriodPreset, PeriodRange};

/// Which KPIs a list is of; absent for all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct KpiFilter {
    /// Only those of this circle.
    pub circle: Option<CircleId>,
    /// Only those that are, or are not, active.
    pub active: Option<bool>,
}

/// A place in the list of KPIs: the KPI before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KpiPlace {
    /// Key of its name.
    pub name_key: String,
    /// Its id.
    pub id: i64,
}

impl KpiPlace {
    /// A place from outside, if a KPI can stand there.
    pub(crate) fn possible(self) -> Result<Self, PageFault> {
        if self.name_key.contains('\0') {
            return Err(PageFault::ForeignToken);
        }
        Ok(self)
    }
}

/// Whose values or changes a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Scope {
    /// Everybody's.
    All,
    /// Those of a circle's KPIs.
    Circle(CircleId),
    /// Those of a KPI.
    Kpi(KpiId),
}

/// The months that a list of values is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Span {
    /// All there are.
    All,
    /// Those named from today.
    Preset(PeriodPreset),
    /// Those of a range.
    Range(PeriodRange),
}

/// A place in a list of values: the value before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ValuePlace {
    /// The range of the first page, which a change of the day does not move.
    pub range: Option<PeriodRange>,
    /// Its period.
    pub period: Period,
    /// Its id.
    pub id: i64,
}

impl ValuePlace {
    /// The place before the first value of a range.
    pub(crate) fn start_of(range: Option<PeriodRange>) -> Self {
        Self {
            range,
            period: range.map_or(Period::FIRST, PeriodRange::from),
            id: 0,
        }
    }

    /// A place from outside, if a value can stand there.
    pub(crate) fn possible(self) -> Result<Self, PageFault> {
        if self.range.is_some_and(|range| !range.has(self.period)) {
            return Err(PageFault::ForeignToken);
        }
        Ok(self)
    }

    /// The place after a value.
    pub(crate) const fn after(self, value: &KpiValue) -> Self {
        Self {
            range: self.range,
            period: value.period,
            id: value.id.number(),
        }
    }
}

/// The months in which changes were made, both included; absent for no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Months {
    /// First month.
    pub from: Option<Period>,
    /// Last month.
    pub to: Option<Period>,
}

/// A place in the list of changes, newest first: the change before. With an id
/// of zero, just after everything that happened before that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChangePlace {
    /// When the change happened.
    pub create_time: DateTime<Utc>,
    /// Its id.
    pub id: i64,
}

impl ChangePlace {
    /// A place from outside, if a change can stand there.
    pub(crate) fn possible(self) -> Result<Self, PageFault> {
        if self.create_time < DateTime::UNIX_EPOCH {
            return Err(PageFault::ForeignToken);
        }
        Ok(self)
    }

    /// The place after a change.
    pub(crate) const fn of(change: &Change) -> Self {
        Self {
            create_time: change.create_time,
            id: change.id,
        }
    }
}
