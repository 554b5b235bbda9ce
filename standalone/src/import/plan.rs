//! Plans an import: compares the file with the server. Nothing here waits or writes. The same file
//! and the same state of the server give the same plan.

use std::{
    collections::{HashMap, HashSet},
    mem,
};

use super::{
    compare::{compare_details, definition_errors, missing_unit, targets, values},
    grouping::FileKpi,
    row_error::RowError,
    summary::Summary,
    text::Text,
    value::FileValue,
};
use crate::table::{
    Column, Limits, Name, Period, Periodicity, ServerKpi, ServerValue, Target, Unit, YesOrNo,
};

/// State of the server, as far as the file needs it.
#[derive(Debug, Default)]
pub(super) struct ServerState {
    /// The current month in the organisation's time zone; absent if the server does not return it.
    pub(super) this_month: Option<Period>,
    /// Ids of circles by folded name.
    pub(super) circles: HashMap<String, i64>,
    /// KPIs by circle and folded name.
    pub(super) kpis: HashMap<(i64, String), ServerKpi>,
    /// Ids of users that can be stewards, by folded e-mail.
    pub(super) active_users: HashMap<String, i64>,
    /// Numbers and marks by KPI and period.
    pub(super) values: HashMap<(i64, Period), ServerValue>,
    /// Periods whose value or mark was retracted, by KPI.
    pub(super) retracted: HashSet<(i64, Period)>,
}

impl ServerState {
    pub(super) fn kpi(&self, kpi: &FileKpi) -> Option<&ServerKpi> {
        let circle = *self.circles.get(&kpi.circle.key)?;
        self.kpis.get(&(circle, kpi.name.key.clone()))
    }

    /// Known KPIs with values in the file that the server does not have. Their change log shows
    /// whether these values were retracted.
    pub(super) fn with_missing_values(&self, kpis: &[FileKpi]) -> Vec<i64> {
        let missing = |kpi: &FileKpi, id: i64| {
            let mut values = kpi.values.iter();
            values.any(|value| !self.values.contains_key(&(id, value.period)))
        };
        kpis.iter()
            .filter_map(|kpi| Some((kpi, self.kpi(kpi)?.id)))
            .filter(|(kpi, id)| missing(kpi, *id))
            .map(|(_, id)| id)
            .collect()
    }
}

/// Everything that the import will do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) circles: Vec<NewCircle>,
    pub(super) kpis: Vec<KpiPlan>,
}

/// A circle to create.
#[derive(Debug)]
pub(super) struct NewCircle {
    pub(super) row: u64,
    pub(super) name: Name,
}

/// The work for one KPI.
#[derive(Debug)]
pub(super) struct KpiPlan {
    pub(super) row: u64,
    pub(super) circle: Name,
    pub(super) name: Name,
    pub(super) kpi: PlannedKpi,
    pub(super) targets: Vec<TargetPlan>,
    pub(super) values: Vec<FileValue>,
}

/// The state of a KPI on the server.
#[derive(Debug)]
pub(super) enum PlannedKpi {
    /// It exists.
    Existing { id: i64, etag: String, unit: Unit },
    /// It does not exist yet. It is created together with its targets.
    New(NewKpi),
}

/// A KPI to create.
#[derive(Debug)]
pub(super) struct NewKpi {
    /// Absent if the circle does not exist yet.
    pub(super) circle_id: Option<i64>,
    pub(super) periodicity: Periodicity,
    pub(super) unit: Unit,
    pub(super) limits: Limits,
    pub(super) description: Option<Text>,
    pub(super) steward: Option<Steward>,
    /// Whether it accepts values. An inactive KPI is deactivated after its values were recorded.
    pub(super) active: bool,
    /// First month of the earliest value's period. Missing values since then are due. Absent
    /// without values, and for an inactive KPI.
    pub(super) active_since: Option<Period>,
}

/// The user who is responsible for a KPI.
#[derive(Debug)]
pub(super) struct Steward {
    pub(super) user_id: i64,
    pub(super) email: String,
}

/// Initial value and target to set.
#[derive(Debug, Clone, Copy)]
pub(super) struct TargetPlan {
    pub(super) row: u64,
    pub(super) year: i32,
    pub(super) target: Target,
}

impl Plan {
    /// Number of calls.
    pub(super) fn writes(&self) -> u64 {
        let of_kpi = |planned: &KpiPlan| {
            let of_itself = match &planned.kpi {
                PlannedKpi::Existing { .. } => planned.targets.len(),
                PlannedKpi::New(new) => 1 + usize::from(!new.active),
            };
            of_itself + planned.values.len()
        };
        let kpis: usize = self.kpis.iter().map(of_kpi).sum();
        (self.circles.len() + kpis) as u64
    }
}

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
