//! Requests as types of the model.

mod due_values;
mod kpis;
mod lists;
mod overview;
mod values;

pub(crate) use due_values::{due_list, due_token};
pub(crate) use kpis::{
    circle_progress, existing_kpi, kpi_id, kpi_progress, new_kpi, new_target, old_target, update,
};
pub(crate) use lists::{change_list, change_token, kpi_list, kpi_token, value_list, value_token};
pub(crate) use overview::overview;
pub(crate) use values::{correction, nothing_to_report, recording, retraction, value_id};
