//! Columns that several statements read, as types of the model.

use crate::model::{
    Comment, FiniteValue, KpiThresholds, Limits, Period, Person, Reason, StateThresholds, Target,
    Targets, UserId, ValueContent, Year,
};

/// A person from two columns.
pub(super) const fn person(user_id: i64, display_name: String) -> Person {
    Person {
        user_id: UserId::stored(user_id),
        display_name,
    }
}

/// The content of a period, from its three columns.
pub(super) fn content(
    value: Option<f64>,
    nothing_to_report: bool,
    comment: String,
) -> ValueContent {
    match value {
        Some(value) => ValueContent::Number(FiniteValue::stored(value), Comment::stored(comment)),
        None if nothing_to_report => ValueContent::Nothing(Reason::stored(comment)),
        None => ValueContent::Retracted,
    }
}

/// Limits from two columns.
pub(super) fn limits(minimum: Option<f64>, maximum: Option<f64>) -> Limits {
    Limits::stored(
        minimum.map(FiniteValue::stored),
        maximum.map(FiniteValue::stored),
    )
}

/// A KPI's thresholds from two columns.
pub(super) fn thresholds(
    on_track_from: Option<f64>,
    slightly_behind_from: Option<f64>,
) -> KpiThresholds {
    on_track_from
        .zip(slightly_behind_from)
        .map_or(KpiThresholds::OfOrganisation, |(on_track, slightly)| {
            KpiThresholds::Own(StateThresholds::stored(on_track, slightly))
        })
}

/// Targets from three columns.
pub(super) fn targets(years: &[i32], initials: &[f64], targets: &[f64]) -> Targets {
    let rows = years.iter().zip(initials).zip(targets);
    Targets::new(rows.map(|((year, initial), target)| Target {
        from_year: Year::stored(*year),
        initial: FiniteValue::stored(*initial),
        target: FiniteValue::stored(*target),
    }))
}

/// Numbers by period, from three columns.
pub(super) fn values(years: &[i32], months: &[i32], numbers: &[f64]) -> Vec<(Period, FiniteValue)> {
    let rows = years.iter().zip(months).zip(numbers);
    rows.map(|((year, month), value)| (Period::stored(*year, *month), FiniteValue::stored(*value)))
        .collect()
}
