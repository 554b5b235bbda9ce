//! Converts between messages and the model. A request becomes valid types, or one status that lists
//! every error. Results become messages, errors become statuses.

mod answers;
mod due_values;
mod error;
mod fields;
mod overview;
mod requests;

pub(crate) use answers::{
    change, circle_progress, correct_kpi_value, create_kpi, kpi, kpi_value, mark_nothing_to_report,
    point, range, record_kpi_value, retract_kpi_value,
};
pub(crate) use due_values::due_value;
pub(crate) use overview::overview;
pub(crate) use requests::{
    change_list, change_token, circle_progress as progress_of_circle, correction, due_list,
    due_token, existing_kpi, kpi_id, kpi_list, kpi_progress as progress_of_kpi, kpi_token, new_kpi,
    new_target, nothing_to_report, old_target, overview as overview_of, recording, retraction,
    update, value_id, value_list, value_token,
};

#[cfg(test)]
mod tests;
