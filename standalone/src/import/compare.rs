//! Compares one KPI of the file with the KPI on the server, if it exists there.

use super::{
    grouping::FileKpi,
    plan::{Steward, TargetPlan},
    row_error::RowError,
    server_state::ServerState,
    summary::Summary,
    text::quoted,
    value::FileValue,
};
use crate::table::{Column, Content, Name, ServerKpi, YesOrNo};

/// Refuses a new KPI without a unit.
pub(super) fn missing_unit(kpi: &FileKpi) -> Vec<RowError> {
    if kpi.unit.is_some() {
        return Vec::new();
    }
    let text = "is blank, and this new KPI needs a unit";
    vec![RowError::new(kpi.row, kpi.unit_column, text)]
}

/// Differences between the file's and the server's definition of a KPI. With another definition its
/// values may mean something else, so nothing of the KPI is imported.
pub(super) fn definition_errors(kpi: &FileKpi, known: &ServerKpi) -> Vec<RowError> {
    let mut errors = Vec::new();
    if kpi.periodicity.value != known.periodicity {
        let text = format!(
            "says {}, while the server has this KPI {}",
            kpi.periodicity.value, known.periodicity
        );
        errors.push(RowError::new(
            kpi.periodicity.row,
            Column::Periodicity,
            text,
        ));
    }
    if let Some(unit) = kpi.unit
        && unit.value != known.unit
    {
        let hint = match unit.column {
            Column::Range => format!(
                "; if that is right, say --unit '{}={}'",
                kpi.name.text, known.unit
            ),
            _ => String::new(),
        };
        let text = format!(
            "makes the unit {}, while the server has this KPI in {}{hint}",
            unit.value, known.unit
        );
        errors.push(RowError::new(unit.row, unit.column, text));
    }
    for (bound, limit) in [
        (kpi.minimum, known.limits.minimum),
        (kpi.maximum, known.limits.maximum),
    ] {
        if let Some(bound) = bound
            && bound.value.limit() != limit
        {
            let text = format!(
                "allows values {}, while the server has this KPI {}",
                kpi.limits(),
                known.limits
            );
            errors.push(RowError::new(bound.row, bound.column, text));
        }
    }
    errors.dedup();
    errors
}

/// Compares the details of a KPI that do not affect its values. Each refused detail is refused
/// alone. Returns the steward of a new KPI.
pub(super) fn compare_details(
    kpi: &FileKpi,
    known: Option<&ServerKpi>,
    server: &ServerState,
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> Option<Steward> {
    let mut steward = None;
    let mut errors = Vec::new();
    if let Some(said) = &kpi.steward
        && known.is_none_or(|known| known.steward.as_ref() != Some(&said.value))
    {
        match new_steward(&said.value, known, server) {
            Ok(found) => steward = Some(found),
            Err(text) => errors.push(RowError::new(said.row, said.column, text)),
        }
    }
    if let (Some(said), Some(known)) = (&kpi.description, known)
        && said.value.as_str() != known.description
    {
        let text = format!(
            "says {}, while the server has {}",
            said.value,
            quoted(&known.description)
        );
        errors.push(RowError::new(said.row, said.column, text));
    }
    if let (Some(said), Some(known)) = (kpi.active, known)
        && said.value != YesOrNo::from(known.active)
    {
        let state = if known.active { "active" } else { "inactive" };
        let text = format!("says {}, while the server has this KPI {state}", said.value);
        errors.push(RowError::new(said.row, said.column, text));
    }
    summary.details_refused += errors.len() as u64;
    refusals.append(&mut errors);
    steward
}

/// The steward of a new KPI, or why it gets none.
fn new_steward(
    email: &Name,
    known: Option<&ServerKpi>,
    server: &ServerState,
) -> Result<Steward, String> {
    let user_id = server.active_users.get(&email.key);
    match (user_id, known) {
        (Some(user_id), None) => Ok(Steward {
            user_id: *user_id,
            email: email.text.clone(),
        }),
        (None, None) => Err(format!(
            "{email} is no active user there; the KPI is created without a steward"
        )),
        (None, Some(_)) => Err(format!("{email} is no active user there")),
        (Some(_), Some(known)) => Err(match &known.steward {
            Some(other) => format!("says {email}, while the server has {other}"),
            None => format!("says {email}, while the server has no steward"),
        }),
    }
}

/// The targets to set: those of years without a target on the server.
pub(super) fn targets(
    kpi: &FileKpi,
    known: Option<&ServerKpi>,
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> Vec<TargetPlan> {
    let mut missing = Vec::new();
    for (year, said) in &kpi.targets {
        let planned = TargetPlan {
            row: said.row,
            year: *year,
            target: said.value,
        };
        let on_server = known.and_then(|known| known.targets.get(year));
        let refused = match (on_server, known) {
            (Some(there), _) => {
                let Some(text) = planned.difference(*there) else {
                    summary.targets.unchanged += 1;
                    continue;
                };
                text
            }
            (None, Some(known)) if !known.active => deactivated(kpi),
            (None, _) => {
                missing.push(planned);
                continue;
            }
        };
        summary.targets.refused += 1;
        refusals.push(RowError::new(said.row, said.column, refused));
    }
    missing
}

fn deactivated(kpi: &FileKpi) -> String {
    format!("the KPI {} is deactivated", kpi.name.text)
}

/// The values to record: those of periods that have no value on the server and never had one.
pub(super) fn values(
    kpi: &FileKpi,
    known: Option<&ServerKpi>,
    server: &ServerState,
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> Vec<FileValue> {
    let mut missing = Vec::new();
    for value in &kpi.values {
        let on_server = known.and_then(|known| server.values.get(&(known.id, value.period)));
        let refused = match on_server {
            Some(there) => match value.difference(there) {
                None => {
                    summary.values.unchanged += 1;
                    continue;
                }
                refused => refused,
            },
            None => unrecordable_reason(kpi, known, value, server),
        };
        match refused {
            None => missing.push(value.clone()),
            Some(refusal) => {
                summary.values.refused += 1;
                refusals.push(refusal);
            }
        }
    }
    missing
}

/// Why the server would refuse a value for a period without one. The server decides in the end;
/// this check makes a dry run accurate.
fn unrecordable_reason(
    kpi: &FileKpi,
    known: Option<&ServerKpi>,
    value: &FileValue,
    server: &ServerState,
) -> Option<RowError> {
    let refusal = |column: Column, text: String| Some(RowError::new(value.row, column, text));
    if known.is_some_and(|known| server.retracted.contains(&(known.id, value.period))) {
        let text = format!(
            "what the server had for {} was retracted; enter it by hand if it holds",
            value.period
        );
        return refusal(value.column(), text);
    }
    let limits = known.map_or_else(|| kpi.limits(), |known| known.limits);
    if let Content::Number(number) = value.content
        && !limits.allow(number)
    {
        let text = format!("{number} lies outside the limits, {limits}");
        return refusal(Column::Value, text);
    }
    let begins = kpi.periodicity.value.first_month(value.period);
    if server
        .this_month
        .is_some_and(|this_month| this_month < begins)
    {
        let text = format!("the period {} has not begun", value.period);
        return refusal(Column::PeriodMonth, text);
    }
    if known.is_some_and(|known| !known.active) {
        return refusal(value.column(), deactivated(kpi));
    }
    None
}
