//! Plans an import: compares the file with the server. Nothing here waits or writes. The same file
//! and the same state of the server give the same plan.

use std::{collections::HashSet, mem};

use super::{
    compare::{compare_details, definition_errors, missing_unit, targets, values},
    grouping::FileKpi,
    plan::{KpiPlan, NewCircle, NewKpi, Plan, PlannedKpi},
    row_error::RowError,
    server_state::ServerState,
    summary::Summary,
};
use crate::table::{Column, YesOrNo};

/// Compares the file with the server. Counts here what is unchanged or refused. What is created is
/// counted when the plan is carried out.
pub(super) fn plan(
    kpis: Vec<FileKpi>,
    server: &ServerState,
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> Plan {
    let mut plan = Plan::default();
    let mut circles_seen = HashSet::new();
    let mut circles_of_refused = Vec::new();
    for mut kpi in kpis {
        let known = server.kpi(&kpi);
        let mut errors = mem::take(&mut kpi.errors);
        if errors.is_empty() {
            errors = match known {
                Some(known) => definition_errors(&kpi, known),
                None => missing_unit(&kpi),
            };
        }
        if !errors.is_empty() {
            kpi.refuse(errors, summary, refusals);
            circles_of_refused.push((kpi.row, kpi.circle));
            continue;
        }
        let circle_id = server.circles.get(&kpi.circle.key).copied();
        if circles_seen.insert(kpi.circle.key.clone()) {
            match circle_id {
                Some(_) => summary.circles.unchanged += 1,
                None => plan.circles.push(NewCircle {
                    row: kpi.row,
                    name: kpi.circle.clone(),
                }),
            }
        }
        let targets = targets(&kpi, known, summary, refusals);
        if targets.is_empty() && known.is_none_or(|known| known.targets.is_empty()) {
            summary.kpis_without_target.push(kpi.described());
        }
        let values = values(&kpi, known, server, summary, refusals);
        let steward = compare_details(&kpi, known, server, summary, refusals);
        let planned_kpi = if let Some(known) = known {
            summary.kpis.unchanged += 1;
            if targets.is_empty() && values.is_empty() {
                continue;
            }
            PlannedKpi::Existing {
                id: known.id,
                etag: known.etag.clone(),
                unit: known.unit,
            }
        } else {
            let Some(unit) = kpi.unit else { continue };
            let active = kpi.active.is_none_or(|said| said.value == YesOrNo::Yes);
            let months = values
                .iter()
                .map(|value| kpi.periodicity.value.first_month(value.period));
            PlannedKpi::New(NewKpi {
                circle_id,
                periodicity: kpi.periodicity.value,
                unit: unit.value,
                limits: kpi.limits(),
                description: kpi.description.map(|said| said.value),
                steward,
                active,
                active_since: months.min().filter(|_| active),
            })
        };
        plan.kpis.push(KpiPlan {
            row: kpi.row,
            circle: kpi.circle,
            name: kpi.name,
            kpi: planned_kpi,
            targets,
            values,
        });
    }
    for (row, circle) in circles_of_refused {
        if !server.circles.contains_key(&circle.key) && circles_seen.insert(circle.key) {
            let text = "not created, since none of its KPIs can be";
            refusals.push(RowError::new(row, Column::Circle, text));
            summary.circles.refused += 1;
        }
    }
    plan
}
