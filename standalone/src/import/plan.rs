//! The plan of an import: what it will create.

use super::{summary::Summary, text::Text, value::FileValue};
use crate::table::{Limits, Name, Period, Periodicity, Target, Unit};

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

impl TargetPlan {
    /// The difference from the server's target, if there is one.
    pub(super) fn difference(&self, there: Target) -> Option<String> {
        let Self { year, target, .. } = self;
        (*target != there)
            .then(|| format!("says {target} for {year}, while the server has {there}"))
    }
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

    /// Counts everything that it creates as created.
    pub(super) fn counts(&self) -> Summary {
        let mut summary = Summary::default();
        summary.circles.created = self.circles.len() as u64;
        for planned in &self.kpis {
            if matches!(planned.kpi, PlannedKpi::New(_)) {
                summary.kpis.created += 1;
            }
            summary.targets.created += planned.targets.len() as u64;
            summary.values.created += planned.values.len() as u64;
        }
        summary
    }
}
