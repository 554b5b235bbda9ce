//! KPIs, values, progress and their change log.

mod change_months;
mod changes;
mod circle_progress;
mod definitions;
mod due_values;
mod earlier_states;
mod lists;
mod nothing_to_report;
mod overview;
mod periods;
mod progress;
mod races;
mod seen_marks;
mod seen_units;
mod states;
mod stewards;
mod stored_responses;
mod targets;
mod updates;
mod value_comments;
mod value_races;
mod value_ranges;
pub(crate) mod value_requests;
mod values;
