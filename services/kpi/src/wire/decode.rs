//! Requests as inputs of the use cases. Each function is named after its RPC.

mod changes;
mod due_values;
mod fields;
mod kpis;
mod overview;
mod values;

pub(crate) use changes::{list_changes, list_recent_changes};
pub(crate) use due_values::list_due_values;
pub(crate) use kpis::{
    activate_kpi, create_kpi, deactivate_kpi, get_circle_progress, get_kpi, get_kpi_progress,
    list_kpis, remove_kpi_target, set_kpi_target, update_kpi,
};
pub(crate) use overview::get_overview;
pub(crate) use values::{
    correct_kpi_value, get_kpi_value, list_kpi_values, mark_nothing_to_report, record_kpi_value,
    retract_kpi_value,
};
