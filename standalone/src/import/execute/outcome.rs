//! The result of carrying out a plan.

use tonic::{Code, Status};

use crate::{
    import::{plan::KpiPlan, row_error::RowError, summary::Summary},
    table::Column,
};

/// The result of a plan, or of a part of it.
#[derive(Debug, Default)]
pub(in crate::import) struct Outcome {
    pub(in crate::import) summary: Summary,
    pub(in crate::import) refusals: Vec<RowError>,
    /// Why the rest was not tried.
    pub(in crate::import) stopped: Option<Status>,
}

impl Outcome {
    pub(super) fn add(&mut self, part: Self) {
        self.summary.add(&part.summary);
        self.refusals.extend(part.refusals);
        if self.stopped.is_none() {
            self.stopped = part.stopped;
        }
    }

    /// Records the server's refusal if it concerns the file; otherwise stops the import. Returns
    /// whether it concerns the file.
    pub(super) fn refused(&mut self, row: u64, column: Column, status: Status) -> bool {
        let about_the_file = matches!(
            status.code(),
            Code::InvalidArgument
                | Code::NotFound
                | Code::AlreadyExists
                | Code::FailedPrecondition
                | Code::Aborted
        );
        if about_the_file {
            self.refusals
                .push(RowError::new(row, column, status.message()));
        } else {
            self.stopped = Some(status);
        }
        about_the_file
    }

    /// Refuses the values and targets of a KPI that was not created.
    pub(super) fn refuse_contents(&mut self, planned: &KpiPlan) {
        let text = format!(
            "not recorded, since its KPI is refused in row {}",
            planned.row
        );
        for value in &planned.values {
            self.refusals
                .push(RowError::new(value.row, value.column(), text.as_str()));
        }
        self.summary.values.refused += planned.values.len() as u64;
        let text = format!("not set, since its KPI is refused in row {}", planned.row);
        for target in &planned.targets {
            self.refusals.push(RowError::new(
                target.row,
                Column::TargetValue,
                text.as_str(),
            ));
        }
        self.summary.targets.refused += planned.targets.len() as u64;
    }
}
