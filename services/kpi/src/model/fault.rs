//! Everything that kpi refuses, and why.

use chrono::NaiveDate;
use kreis_chassis::database::DatabaseFault;

use super::{
    CircleId, KpiId, KpiValueId, Limits, Period, Periodicity, Unit, UserId, Version, Year,
};

/// Why a call is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// No KPI has this id.
    #[error("there is no kpi {0}")]
    KpiNotFound(KpiId),
    /// No value has this id.
    #[error("there is no value {0}")]
    KpiValueNotFound(KpiValueId),
    /// No circle has this id.
    #[error("there is no circle {0}")]
    CircleNotFound(CircleId),
    /// No active user has this id, who was to become a steward.
    #[error("there is no active user {0}")]
    StewardNotFound(UserId),
    /// The KPI has no target that begins with this year.
    #[error("kpi {kpi} has no target that begins with {from_year}")]
    TargetNotFound {
        /// The KPI.
        kpi: KpiId,
        /// The year asked for.
        from_year: Year,
    },
    /// The caller is neither a gatekeeper nor a member of the KPI's circle, or there is no
    /// such KPI: which of them it is, is not said.
    #[error("only members of the kpi's circle and gatekeepers may change its values")]
    NotAMember,
    /// The circle has a KPI of this name.
    #[error("the circle has a kpi of this name, kpi {0}")]
    KpiNameTaken(KpiId),
    /// The period has a value.
    #[error("the period has a value already, value {0}")]
    AlreadyRecorded(KpiValueId),
    /// The month does not end a period of the KPI.
    #[error("a period of this kpi is named by its last month, one of {}", .0.month_names())]
    PeriodNotOfKpi(Periodicity),
    /// The value lies outside the KPI's limits.
    #[error("the value must be {0}")]
    ValueOutsideLimits(Limits),
    /// The period's first day is yet to come.
    #[error("the period begins on {0}")]
    PeriodNotBegun(NaiveDate),
    /// The KPI has this unit, and not the one that the caller saw.
    #[error("the unit of the kpi is now {}", .0.name())]
    UnitChanged(Unit),
    /// The KPI takes no values.
    #[error("the kpi is inactive and takes no values")]
    KpiInactive,
    /// The field is frozen because the KPI has values.
    #[error("the kpi has values, so its {} stays", .0.words())]
    FrozenByValues(FrozenField),
    /// Recorded values of these periods lie outside the new limits.
    #[error("recorded values lie outside the new limits: {}", listed(.0))]
    LimitsExcludeValues(Vec<Period>),
    /// The value was taken back.
    #[error("the value is retracted, record its period anew")]
    ValueRetracted,
    /// The value is marked as nothing to report.
    #[error("there is nothing to report for this period, record it to replace that")]
    NothingToReport,
    /// The overview has more circles or KPIs than fit into one answer.
    #[error("the overview has more than {0} circles or kpis, choose fewer circles")]
    OverviewTooLarge(usize),
    /// The caller's token ended after it was let in.
    #[error("the caller's token has ended meanwhile")]
    TokenRevoked,
    /// Only gatekeepers may ask for this.
    #[error("only gatekeepers may ask for what others have to do")]
    GatekeeperRequired,
    /// The caller saw another version than the one there is.
    #[error("the version is now {0}")]
    EtagMismatch(Version),
    /// The caller's `request_id` stands for something else.
    #[error("this request_id was used before with other content")]
    RequestIdReused,
    /// Somebody else was in between; trying again helps.
    #[error("another change got in the way")]
    Conflict,
    /// The database refused or could not be reached.
    #[error(transparent)]
    Database(#[from] DatabaseFault),
}

/// What stays once a KPI has values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrozenField {
    /// How often it has a value.
    Periodicity,
    /// Whether its unit is a flow or a level.
    Unit,
}

impl FrozenField {
    /// The field's name in the contract.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Periodicity => "periodicity",
            Self::Unit => "unit",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Periodicity => "periodicity",
            Self::Unit => "kind of unit (flow or level)",
        }
    }
}

/// How many periods a refusal names before it says that there are more.
pub(crate) const MOST_PERIODS_NAMED: usize = 10;

/// As in `2023-03, 2023-06`, and `…` where there are more.
pub(crate) fn listed(periods: &[Period]) -> String {
    let mut names: Vec<String> = periods
        .iter()
        .take(MOST_PERIODS_NAMED)
        .map(ToString::to_string)
        .collect();
    if periods.len() > MOST_PERIODS_NAMED {
        names.push("…".to_owned());
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_periods_is_cut() {
        let months: Vec<Period> = (0..11).map(|later| Period::FIRST.later(later)).collect();
        assert_eq!(listed(&months[..2]), "1900-01, 1900-02");
        assert!(listed(&months[..10]).ends_with("1900-10"));
        assert!(listed(&months).ends_with("1900-10, …"));
    }
}
