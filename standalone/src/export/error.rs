//! Why an export fails.

use std::{io, path::PathBuf};

use tonic::Status;

use crate::client::ClientError;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The sign-in failed.
    #[error(transparent)]
    SignIn(#[from] ClientError),
    /// The server failed, or is unreachable.
    #[error("{0}; nothing was written")]
    Stopped(ClientError),
    /// KPIs were renamed during the export. A list is read page by page, so a renamed KPI may be
    /// missing.
    #[error("KPIs were renamed while they were read; nothing was written, run the export again")]
    Renamed,
    /// The file cannot be written.
    #[error("{path} cannot be written: {cause}", path = path.display())]
    Unwritable {
        /// Path of the file.
        path: PathBuf,
        /// Cause of the error.
        cause: io::Error,
    },
    /// The output is closed, or cannot be written for another reason.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl From<Status> for ExportError {
    fn from(status: Status) -> Self {
        Self::Stopped(ClientError::from(&status))
    }
}
