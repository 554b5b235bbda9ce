//! The columns of a file.

use std::fmt;

use kreis_chassis::fold;

/// The columns that a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Column {
    Circle,
    Kpi,
    Periodicity,
    Range,
    Unit,
    MinValue,
    MaxValue,
    InitialValue,
    TargetValue,
    PeriodYear,
    PeriodMonth,
    Value,
}

impl Column {
    pub(crate) const ALL: [Self; 12] = [
        Self::Circle,
        Self::Kpi,
        Self::Periodicity,
        Self::Range,
        Self::Unit,
        Self::MinValue,
        Self::MaxValue,
        Self::InitialValue,
        Self::TargetValue,
        Self::PeriodYear,
        Self::PeriodMonth,
        Self::Value,
    ];

    /// Those that a file cannot do without; it also needs a range or a unit.
    pub(crate) const REQUIRED: [Self; 6] = [
        Self::Circle,
        Self::Kpi,
        Self::Periodicity,
        Self::PeriodYear,
        Self::PeriodMonth,
        Self::Value,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Kpi => "kpi",
            Self::Periodicity => "periodicity",
            Self::Range => "range",
            Self::Unit => "unit",
            Self::MinValue => "min_value",
            Self::MaxValue => "max_value",
            Self::InitialValue => "initial_value",
            Self::TargetValue => "target_value",
            Self::PeriodYear => "period_year",
            Self::PeriodMonth => "period_month",
            Self::Value => "value",
        }
    }

    /// The column that a header names.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let key = fold::key(name);
        Self::ALL.into_iter().find(|column| column.name() == key)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
