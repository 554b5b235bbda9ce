//! Fields that more than one message has.

use kreis_proto::{
    kpi::v1 as proto,
    org::v1::{Month, Person as PersonMessage},
};

use crate::model::{
    KpiState, Limits, NoStatementReason, Period, PeriodRange, Periodicity, Person, StateThresholds,
    Target, Unit,
};

pub(super) const fn periodicity(periodicity: Periodicity) -> proto::Periodicity {
    match periodicity {
        Periodicity::Monthly => proto::Periodicity::Monthly,
        Periodicity::Quarterly => proto::Periodicity::Quarterly,
        Periodicity::Yearly => proto::Periodicity::Yearly,
    }
}

pub(super) const fn unit(unit: Unit) -> proto::Unit {
    match unit {
        Unit::Chf => proto::Unit::Chf,
        Unit::Percentage => proto::Unit::Percentage,
        Unit::Amount => proto::Unit::Amount,
        Unit::Score => proto::Unit::Score,
    }
}

pub(super) fn limits(limits: Limits) -> proto::Limits {
    proto::Limits {
        minimum: limits.minimum().map(f64::from),
        maximum: limits.maximum().map(f64::from),
    }
}

pub(super) const fn thresholds(thresholds: StateThresholds) -> proto::StateThresholds {
    proto::StateThresholds {
        on_track_from: Some(thresholds.on_track_from()),
        slightly_behind_from: Some(thresholds.slightly_behind_from()),
    }
}

/// A state, with the reason if there is no statement.
pub(super) fn state(state: KpiState) -> (i32, i32) {
    let (state, reason) = match state {
        KpiState::OnTrack => (proto::KpiState::OnTrack, None),
        KpiState::SlightlyBehind => (proto::KpiState::SlightlyBehind, None),
        KpiState::Behind => (proto::KpiState::Behind, None),
        KpiState::NoStatement(reason) => (proto::KpiState::NoStatement, Some(reason)),
    };
    let reason = match reason {
        None => proto::NoStatementReason::Unspecified,
        Some(NoStatementReason::NoValue) => proto::NoStatementReason::NoValue,
        Some(NoStatementReason::NoTarget) => proto::NoStatementReason::NoTarget,
        Some(NoStatementReason::TooEarly) => proto::NoStatementReason::TooEarly,
        Some(NoStatementReason::TargetIsBaseline) => proto::NoStatementReason::TargetIsBaseline,
        Some(NoStatementReason::PeriodsMissing) => proto::NoStatementReason::PeriodsMissing,
    };
    (state.into(), reason.into())
}

pub(super) fn target(target: &Target) -> proto::Target {
    proto::Target {
        from_year: target.from_year.into(),
        initial_value: target.initial.into(),
        target_value: target.target.into(),
    }
}

/// A month, quarter or year.
pub(in crate::wire) fn period(period: Period) -> proto::Period {
    proto::Period {
        year: period.year.into(),
        month: period.month.into(),
    }
}

/// A range of months.
pub(in crate::wire) fn period_range(range: PeriodRange) -> proto::PeriodRange {
    proto::PeriodRange {
        from: Some(period(range.from())),
        to: Some(period(range.to())),
    }
}

/// A calendar month.
pub(super) fn month(month: Period) -> Month {
    Month {
        year: month.year.into(),
        month: month.month.into(),
    }
}

pub(super) fn person(person: Person) -> PersonMessage {
    PersonMessage {
        user_id: person.user_id.get(),
        display_name: person.display_name,
    }
}

/// How many there are. No list of the organisation is longer than `i32` can say.
pub(super) fn count(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Only what `ALL` lists can be read from the database.

    #[test]
    fn the_names_of_all_units_of_the_contract_can_be_read() {
        let contract = (1..100).filter_map(|number| proto::Unit::try_from(number).ok());
        let mut known = Unit::ALL.map(unit);
        known.sort_unstable();
        assert!(contract.eq(known));
    }

    #[test]
    fn the_names_of_all_periodicities_of_the_contract_can_be_read() {
        let contract = (1..100).filter_map(|number| proto::Periodicity::try_from(number).ok());
        let mut known = Periodicity::ALL.map(periodicity);
        known.sort_unstable();
        assert!(contract.eq(known));
    }
}
