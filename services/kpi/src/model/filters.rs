//! Filters of lists, and cursors for their pages.

use super::{CircleId, KpiId, Period, PeriodPreset, PeriodRange};

/// Filter of KPIs; absent fields do not filter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct KpiFilter {
    /// Only KPIs of this circle.
    pub circle: Option<CircleId>,
    /// Only active, or only inactive, KPIs.
    pub active: Option<bool>,
}

/// A cursor in the list of KPIs: the last KPI of the page before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KpiCursor {
    /// Key of its name.
    pub name_key: String,
    /// Its id.
    pub id: i64,
}

/// Which values or changes a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KpiScope {
    /// Those of all KPIs.
    All,
    /// Those of the KPIs of a circle.
    Circle(CircleId),
    /// Those of one KPI.
    Kpi(KpiId),
}

/// The months of a list of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeFilter {
    /// All months.
    All,
    /// Months relative to today.
    Preset(PeriodPreset),
    /// A given range.
    Range(PeriodRange),
}

/// A cursor in the list of values: the last value of the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValueCursor {
    /// The range of the first page. Later pages keep it, even if today changes in between.
    pub range: Option<PeriodRange>,
    /// Its period.
    pub period: Period,
    /// Its id.
    pub id: i64,
}

impl ValueCursor {
    /// The cursor before the first value of a range.
    pub(crate) fn start_of(range: Option<PeriodRange>) -> Self {
        Self {
            range,
            period: range.map_or(Period::FIRST, PeriodRange::from),
            id: 0,
        }
    }
}
