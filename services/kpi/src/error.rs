//! The errors of kpi.

use kreis_database::DatabaseError;
use kreis_service::{expected_version::VersionMismatch, idempotency::ReplayError};

use crate::model::{
    CircleId, FrozenField, KpiId, KpiValueId, OccupiedError, Period, UserId, ValueRuleError, Year,
};

/// Why a call is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// No KPI has this id.
    #[error("there is no kpi {0}")]
    KpiNotFound(KpiId),
    /// No value has this id.
    #[error("there is no value {0}")]
    KpiValueNotFound(KpiValueId),
    /// No circle has this id.
    #[error("there is no circle {0}")]
    CircleNotFound(CircleId),
    /// No active user has the id of the new steward.
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
    /// The caller is neither a gatekeeper nor a member of the KPI's circle, or the KPI does not
    /// exist. The caller does not learn which.
    #[error("only members of the kpi's circle and gatekeepers may change its values")]
    NotAMember,
    /// The circle has a KPI of this name.
    #[error("the circle has a kpi of this name, kpi {0}")]
    KpiNameTaken(KpiId),
    /// The value breaks a rule of the KPI.
    #[error(transparent)]
    ValueRule(#[from] ValueRuleError),
    /// The period has something that the caller may not replace.
    #[error(transparent)]
    Occupied(#[from] OccupiedError),
    /// The field is frozen because the KPI has values.
    #[error("the kpi has values, so its {} stays", .0.words())]
    FrozenByValues(FrozenField),
    /// Recorded values of these periods lie outside the new limits.
    #[error("recorded values lie outside the new limits: {}", format_periods(.0))]
    LimitsExcludeValues(Vec<Period>),
    /// The value was taken back.
    #[error("the value is retracted, record its period anew")]
    ValueRetracted,
    /// The value is marked as nothing to report.
    #[error("there is nothing to report for this period, record it to replace that")]
    NothingToReport,
    /// The overview has too many circles or KPIs for one response.
    #[error("the overview has more than {0} circles or kpis, choose fewer circles")]
    OverviewTooLarge(usize),
    /// The token was revoked after the middleware had accepted it.
    #[error("the caller's token has ended meanwhile")]
    TokenRevoked,
    /// Only gatekeepers may ask for this.
    #[error("only gatekeepers may ask for what others have to do")]
    GatekeeperRequired,
    /// The version is not the one that the caller saw.
    #[error(transparent)]
    VersionMismatch(#[from] VersionMismatch),
    /// A repeated call cannot be answered with the response of the first.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Another change came in between. A retry helps.
    #[error("another change came first")]
    Conflict,
    /// The database could not be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The largest number of periods that an error lists.
pub(crate) const MAX_NAMED_PERIODS: usize = 10;

/// For example `2023-03, 2023-06`; ends with `…` if there are more.
pub(crate) fn format_periods(periods: &[Period]) -> String {
    let mut names: Vec<String> = periods
        .iter()
        .take(MAX_NAMED_PERIODS)
        .map(ToString::to_string)
        .collect();
    if periods.len() > MAX_NAMED_PERIODS {
        names.push("…".to_owned());
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_periods_is_cut() {
        let months: Vec<Period> = (0..11)
            .map(|later| Period::FIRST.plus_months(later))
            .collect();
        assert_eq!(format_periods(&months[..2]), "1900-01, 1900-02");
        assert!(format_periods(&months[..10]).ends_with("1900-10"));
        assert!(format_periods(&months).ends_with("1900-10, …"));
    }
}
