//! The columns of the table.

use std::fmt;

use kreis_service::names;

/// The columns that a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
// So that a test can compare `ALL` with the variants.
#[cfg_attr(test, derive(clap::ValueEnum))]
pub(crate) enum Column {
    Circle,
    Kpi,
    Description,
    Steward,
    Periodicity,
    Range,
    Unit,
    MinValue,
    MaxValue,
    Active,
    PeriodYear,
    PeriodMonth,
    InitialValue,
    TargetValue,
    Value,
    NothingToReport,
    Comment,
}

impl Column {
    pub(crate) const ALL: [Self; 17] = [
        Self::Circle,
        Self::Kpi,
        Self::Description,
        Self::Steward,
        Self::Periodicity,
        Self::Range,
        Self::Unit,
        Self::MinValue,
        Self::MaxValue,
        Self::Active,
        Self::PeriodYear,
        Self::PeriodMonth,
        Self::InitialValue,
        Self::TargetValue,
        Self::Value,
        Self::NothingToReport,
        Self::Comment,
    ];

    /// Columns that every file needs. It also needs a range or a unit.
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
            Self::Description => "description",
            Self::Steward => "steward",
            Self::Periodicity => "periodicity",
            Self::Range => "range",
            Self::Unit => "unit",
            Self::MinValue => "min_value",
            Self::MaxValue => "max_value",
            Self::Active => "active",
            Self::PeriodYear => "period_year",
            Self::PeriodMonth => "period_month",
            Self::InitialValue => "initial_value",
            Self::TargetValue => "target_value",
            Self::Value => "value",
            Self::NothingToReport => "nothing_to_report",
            Self::Comment => "comment",
        }
    }

    /// The column with this name in a header.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let key = names::key(name);
        Self::ALL.into_iter().find(|column| column.name() == key)
    }

    /// Whether people write its text, which a spreadsheet could run as a formula.
    pub(crate) fn is_free_text(self) -> bool {
        matches!(
            self,
            Self::Circle | Self::Kpi | Self::Description | Self::Steward | Self::Comment
        )
    }

    /// Whether its cells may hold several lines.
    pub(crate) fn has_lines(self) -> bool {
        matches!(self, Self::Description | Self::Comment)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_column_can_be_read_and_written() {
        assert_eq!(Column::value_variants(), Column::ALL);
    }
}
