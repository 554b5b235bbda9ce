//! What an import will do: the file compared with what the server has. Nothing
//! here waits or writes, and the same file and server give the same plan.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    gathered::{FileKpi, FileValue},
    refusal::Refusal,
    summary::Summary,
};
use crate::table::{Column, Limits, Name, Period, Periodicity, Target, Unit};

/// What the server has, as far as the file asks for it.
#[derive(Debug, Default)]
pub(super) struct ServerState {
    /// This month in the organisation's time zone; absent where it has none.
    pub(super) this_month: Option<Period>,
    /// Ids of circles by folded name.
    pub(super) circles: HashMap<String, i64>,
    /// KPIs by circle and folded name.
    pub(super) kpis: HashMap<(i64, String), ServerKpi>,
    /// Numbers by KPI and period.
    pub(super) values: HashMap<(i64, Period), f64>,
    /// Periods whose number was taken back, or that were marked as having
    /// nothing to report, by KPI.
    pub(super) retracted: HashSet<(i64, Period)>,
}

/// A KPI that the server has.
#[derive(Debug, Clone)]
pub(super) struct ServerKpi {
    pub(super) id: i64,
    pub(super) etag: String,
    pub(super) periodicity: Periodicity,
    pub(super) unit: Unit,
    pub(super) limits: Limits,
    pub(super) targets: BTreeMap<i32, Target>,
    pub(super) active: bool,
}

impl ServerState {
    pub(super) fn kpi(&self, kpi: &FileKpi) -> Option<&ServerKpi> {
        let circle = *self.circles.get(&kpi.circle.key)?;
        self.kpis.get(&(circle, kpi.name.key.clone()))
    }

    /// Known KPIs for which the file has numbers that the server has not: their
    /// change log says whether those were retracted.
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

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) circles: Vec<NewCircle>,
    pub(super) kpis: Vec<KpiWork>,
}

/// A circle to create.
#[derive(Debug)]
pub(super) struct NewCircle {
    pub(super) row: u64,
    pub(super) name: Name,
}

/// What is to be done about one KPI.
#[derive(Debug)]
pub(super) struct KpiWork {
    pub(super) row: u64,
    pub(super) circle: Name,
    pub(super) name: Name,
    pub(super) kpi: KpiPlace,
    pub(super) targets: Vec<TargetWork>,
    pub(super) values: Vec<FileValue>,
}

/// Where a KPI is.
#[derive(Debug, Clone)]
pub(super) enum KpiPlace {
    /// On the server.
    Known { id: i64, etag: String },
    /// Nowhere yet; it is created together with its targets.
    New {
        /// Absent for a circle that is to be created.
        circle_id: Option<i64>,
        periodicity: Periodicity,
        unit: Unit,
        limits: Limits,
    },
}

/// Baseline and target to set.
#[derive(Debug, Clone, Copy)]
pub(super) struct TargetWork {
    pub(super) row: u64,
    pub(super) year: i32,
    pub(super) target: Target,
}

impl Plan {
    /// How many calls it takes.
    pub(super) fn writes(&self) -> u64 {
        let of_kpi = |work: &KpiWork| match work.kpi {
            KpiPlace::Known { .. } => work.targets.len() + work.values.len(),
            KpiPlace::New { .. } => 1 + work.values.len(),
        };
        let kpis: usize = self.kpis.iter().map(of_kpi).sum();
        (self.circles.len() + kpis) as u64
    }
}

/// Compares the file with the server. What is unchanged or refused is counted
/// here; what is to be created, by whoever carries the plan out.
pub(super) fn plan(
    kpis: Vec<FileKpi>,
    server: &ServerState,
    summary: &mut Summary,
    refusals: &mut Vec<Refusal>,
) -> Plan {
    let mut plan = Plan::default();
    let mut circles_seen = HashSet::new();
    for kpi in kpis {
        let known = server.kpi(&kpi);
        let faults = match known {
            Some(known) => differences(&kpi, known),
            None => undefined(&kpi),
        };
        if !faults.is_empty() {
            kpi.refuse(faults, summary, refusals);
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
            summary.kpis_without_target.push(described(&kpi));
        }
        let values = values(&kpi, known, server, summary, refusals);
        let place = match known {
            Some(known) => {
                summary.kpis.unchanged += 1;
                if targets.is_empty() && values.is_empty() {
                    continue;
                }
                KpiPlace::Known {
                    id: known.id,
                    etag: known.etag.clone(),
                }
            }
            None => match kpi.unit {
                Some(unit) => KpiPlace::New {
                    circle_id,
                    periodicity: kpi.periodicity.value,
                    unit: unit.value,
                    limits: kpi.limits(),
                },
                None => continue,
            },
        };
        plan.kpis.push(KpiWork {
            row: kpi.row,
            circle: kpi.circle,
            name: kpi.name,
            kpi: place,
            targets,
            values,
        });
    }
    plan
}

fn described(kpi: &FileKpi) -> String {
    format!("{} ({})", kpi.name.text, kpi.circle.text)
}

/// A new KPI needs a unit.
fn undefined(kpi: &FileKpi) -> Vec<Refusal> {
    if kpi.unit.is_some() {
        return Vec::new();
    }
    let text = "is blank, and so nothing tells the unit of this new KPI";
    vec![Refusal::new(kpi.row, Column::Range, text)]
}

/// Where the file says something else than the server about what the KPI is.
fn differences(kpi: &FileKpi, known: &ServerKpi) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if kpi.periodicity.value != known.periodicity {
        let text = format!(
            "says {}, while the server has this KPI {}",
            kpi.periodicity.value, known.periodicity
        );
        faults.push(Refusal::new(kpi.periodicity.row, Column::Periodicity, text));
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
        faults.push(Refusal::new(unit.row, unit.column, text));
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
            faults.push(Refusal::new(bound.row, bound.column, text));
        }
    }
    faults.dedup();
    faults
}

/// The targets to set: of years that have none of their own yet.
fn targets(
    kpi: &FileKpi,
    known: Option<&ServerKpi>,
    summary: &mut Summary,
    refusals: &mut Vec<Refusal>,
) -> Vec<TargetWork> {
    let mut missing = Vec::new();
    for (year, said) in &kpi.targets {
        let on_server = known.and_then(|known| known.targets.get(year));
        let refused = match (on_server, known) {
            (Some(target), _) if *target == said.value => {
                summary.targets.unchanged += 1;
                continue;
            }
            (Some(target), _) => format!(
                "says {} for {year}, while the server has {target}",
                said.value
            ),
            (None, Some(known)) if !known.active => deactivated(kpi),
            (None, _) => {
                missing.push(TargetWork {
                    row: said.row,
                    year: *year,
                    target: said.value,
                });
                continue;
            }
        };
        summary.targets.refused += 1;
        refusals.push(Refusal::new(said.row, said.column, refused));
    }
    missing
}

fn deactivated(kpi: &FileKpi) -> String {
    format!("the KPI {} is deactivated", kpi.name.text)
}

/// The values to record: of periods that have none and never had one.
fn values(
    kpi: &FileKpi,
    known: Option<&ServerKpi>,
    server: &ServerState,
    summary: &mut Summary,
    refusals: &mut Vec<Refusal>,
) -> Vec<FileValue> {
    let mut missing = Vec::new();
    for value in &kpi.values {
        let on_server = known.and_then(|known| server.values.get(&(known.id, value.period)));
        if on_server == Some(&value.value) {
            summary.values.unchanged += 1;
            continue;
        }
        let refused = match on_server {
            Some(number) => Some((
                Column::Value,
                format!(
                    "says {} for {}, while the server has {number}",
                    value.value, value.period
                ),
            )),
            None => unrecordable(kpi, known, value, server),
        };
        match refused {
            None => missing.push(*value),
            Some((column, text)) => {
                summary.values.refused += 1;
                refusals.push(Refusal::new(value.row, column, text));
            }
        }
    }
    missing
}

/// Why the server would not take a value for a period that has none. It has
/// the last word; knowing it here lets a dry run tell the truth.
fn unrecordable(
    kpi: &FileKpi,
    known: Option<&ServerKpi>,
    value: &FileValue,
    server: &ServerState,
) -> Option<(Column, String)> {
    if let Some(known) = known {
        if server.retracted.contains(&(known.id, value.period)) {
            let text = format!(
                "the value of {} was retracted or marked as nothing to report; \
                record it by hand if it holds",
                value.period
            );
            return Some((Column::Value, text));
        }
        if !known.active {
            return Some((Column::Value, deactivated(kpi)));
        }
    }
    let limits = known.map_or_else(|| kpi.limits(), |known| known.limits);
    if !limits.allow(value.value) {
        let text = format!("{} lies outside the limits, {limits}", value.value);
        return Some((Column::Value, text));
    }
    let begins = kpi.periodicity.value.first_month(value.period);
    if server
        .this_month
        .is_some_and(|this_month| this_month < begins)
    {
        let text = format!("the period {} has not begun", value.period);
        return Some((Column::PeriodMonth, text));
    }
    None
}
