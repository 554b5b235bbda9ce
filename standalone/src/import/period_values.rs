//! Collects the values of a KPI from its rows.

use std::collections::BTreeMap;

use super::{row::Row, row_error::RowError, summary::Summary, value::FileValue};
use crate::table::{Column, Period, Periodicity};

/// The values of periods that match the periodicity, each period once.
pub(super) fn values(
    rows: &[Row],
    periodicity: Periodicity,
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> Vec<FileValue> {
    let mut by_period: BTreeMap<Period, Vec<&FileValue>> = BTreeMap::new();
    for value in rows.iter().filter_map(|row| row.value.as_ref()) {
        by_period.entry(value.period).or_default().push(value);
    }
    let mut values = Vec::new();
    for (period, same) in by_period {
        let count = same.len() as u64;
        if !periodicity.ends_in(period.month) {
            let text = format!(
                "a {periodicity} KPI has values for {}",
                periodicity.months()
            );
            summary.values.refused += count;
            refusals.extend(
                same.iter()
                    .map(|value| RowError::new(value.row, Column::PeriodMonth, text.as_str())),
            );
        } else if let Some(contradictions) = contradictions(&same) {
            summary.values.refused += count;
            refusals.extend(contradictions);
        } else {
            // If all rows agree, one of them may have the comment.
            let telling = same.iter().find(|value| value.comment.is_some());
            if let Some(value) = telling.or(same.first()) {
                summary.values.unchanged += count - 1;
                values.push((*value).clone());
            }
        }
    }
    values
}

/// One refusal for each row that another row contradicts.
fn contradictions(same: &[&FileValue]) -> Option<Vec<RowError>> {
    let refusals: Vec<RowError> = same
        .iter()
        .filter_map(|value| same.iter().find_map(|other| value.contradiction(other)))
        .collect();
    (!refusals.is_empty()).then_some(refusals)
}
