//! One KPI of an export.

use std::collections::BTreeMap;

use crate::table::{Period, ServerKpi, ServerValue};

/// A KPI with its values and marks by period.
#[derive(Debug)]
pub(super) struct ExportedKpi {
    pub(super) kpi: ServerKpi,
    pub(super) values: BTreeMap<Period, ServerValue>,
}
