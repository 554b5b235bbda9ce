//! `kreis export [FILE]`: circles, KPIs, targets and values as a spreadsheet,
//! through the public API, as the gatekeeper who signs in.
//!
//! `kreis import` reads the file. If it is imported into a system without circles and KPIs, an
//! export from there gives the same file, byte by byte. So rows are sorted by names and periods,
//! and contain no ids or times. Everything is read before the first byte is written.

mod file;
mod load;
mod rows;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    path::PathBuf,
};

use tonic::Status;

use crate::{
    client::{Client, ClientError, SignInArgs},
    table::{Content, Period, ServerKpi, ServerValue},
};

/// Where to, and from where.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// File to write, whole or not at all; without it, standard output
    pub file: Option<PathBuf>,

    /// Which server, and who signs in
    #[command(flatten)]
    pub sign_in: SignInArgs,
}

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

/// A KPI with its values and marks by period.
#[derive(Debug)]
struct ExportedKpi {
    kpi: ServerKpi,
    values: BTreeMap<Period, ServerValue>,
}

/// Exports everything from the server to the file or to `out`, and writes the counts to `err`.
/// `password` is the environment's.
pub async fn run(
    args: ExportArgs,
    password: Option<String>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), ExportError> {
    let client = Client::sign_in(args.sign_in, password).await?;
    let read = load::read(&client).await;
    client.sign_out().await;
    let kpis = read?;

    let csv = rows::csv(&kpis);
    if let Some(path) = args.file {
        file::replace(&path, &csv).map_err(|cause| ExportError::Unwritable { path, cause })?;
    } else {
        out.write_all(&csv)?;
        out.flush()?;
    }
    Ok(writeln!(err, "{}", counted(&kpis))?)
}

fn counted(kpis: &[ExportedKpi]) -> String {
    let circles: BTreeSet<i64> = kpis.iter().map(|exported| exported.kpi.circle_id).collect();
    let values = kpis.iter().flat_map(|exported| exported.values.values());
    let (numbers, marks): (Vec<_>, Vec<_>) =
        values.partition(|value| value.content != Content::Nothing);
    format!(
        "exported {} circles, {} KPIs, {} values, {} periods with nothing to report",
        circles.len(),
        kpis.len(),
        numbers.len(),
        marks.len()
    )
}
