//! `kreis import FILE`: circles, KPIs, targets and values from a spreadsheet,
//! through the public API, as the gatekeeper who signs in.
//!
//! The import creates what is missing and changes nothing that exists, so a second run does
//! nothing. It reports each refused cell by row and column, and continues. Reading the file and
//! planning need no network; only [`run`] uses it.

mod compare;
mod dry_run;
mod execute;
mod file;
mod grouping;
mod header;
mod period_values;
mod plan;
mod planning;
mod range;
mod row;
mod row_error;
mod server_state;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod unit_override;
mod value;

use std::{
    collections::HashSet,
    io::{self, IsTerminal, Write},
    path::PathBuf,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kreis_service::names;
use tonic::Status;

use crate::client::{Client, ClientError, Secrets, SignInArgs};
use grouping::FileKpi;
use row_error::RowError;

pub use crate::table::{Unit, number::DecimalSign};
pub use file::FileError;
pub use header::HeaderError;
pub use summary::{Counts, Summary};
pub use unit_override::UnitOverride;

/// What to import, and where.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// A table, as `.csv`, `.tsv`, `.txt`, `.xlsx` or `.ods`, with the columns `circle`, `kpi`,
    /// `periodicity`, `range`, `period_year`, `period_month` and `value`; it may have `unit`,
    /// `min_value`, `max_value`, `initial_value`, `target_value`, `description`, `steward`,
    /// `active`, `nothing_to_report` and `comment`
    ///
    /// Accepted words, in upper or lower case: periodicity: month or monthly,
    /// quarter or quarterly, year or yearly. unit: chf, percentage or %, amount, score;
    /// without it, the unit of the range. range: such as 0 <= % <= 100, 0 <= X, X <= 100, or
    /// blank. `active` and `nothing_to_report`: yes, no, or blank.
    pub file: PathBuf,

    /// Name of the sheet, if a workbook has several
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,

    /// Unit of a KPI, instead of the unit of its range: chf, percentage, amount
    /// or score, such as 'private donations=chf'; may be given several times
    #[arg(long = "unit", value_name = "KPI=UNIT")]
    pub units: Vec<UnitOverride>,

    /// Decimal sign of the file's numbers, `.` or `,`; without it, a number
    /// that can be read in two ways is refused
    #[arg(long, value_name = "SIGN")]
    pub decimal_sign: Option<DecimalSign>,

    /// Show what would be created, and write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Which server, and who signs in
    #[command(flatten)]
    pub sign_in: SignInArgs,
}

/// Why an import did not start or did not finish.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {cause}", path = path.display())]
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// Cause of the error.
        cause: io::Error,
    },
    /// The file as a whole cannot be imported.
    #[error(transparent)]
    File(#[from] FileError),
    /// `--unit` names a KPI that the file does not have.
    #[error("--unit names the KPI `{0}`, which the file does not have")]
    UnitOfNoKpi(String),
    /// The sign-in failed.
    #[error(transparent)]
    SignIn(#[from] ClientError),
    /// The server failed, or is unreachable. What was written stays; another run continues.
    #[error("stopped: {0}; what was written stays, run the import again to go on")]
    Stopped(ClientError),
    /// A service account writes values only.
    #[error(
        "stopped: only a gatekeeper creates circles and KPIs, or changes them; import the file once \
         with KREIS_EMAIL and KREIS_PASSWORD of a gatekeeper, then with the key"
    )]
    NeedsGatekeeper,
    /// The output is closed, or cannot be written for another reason.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl From<&Status> for ImportError {
    fn from(status: &Status) -> Self {
        if crate::client::reason(status) == "GATEKEEPER_REQUIRED" {
            return Self::NeedsGatekeeper;
        }
        Self::Stopped(ClientError::from(status))
    }
}

/// Imports a file. Refusals go to `err`, the summary to `out`. `secrets` are the environment's.
pub async fn run(
    args: ImportArgs,
    secrets: Secrets,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Summary, ImportError> {
    let mut summary = Summary {
        dry_run: args.dry_run,
        ..Summary::default()
    };
    let mut refusals = Vec::new();
    let kpis = read_file(&args, out, &mut summary, &mut refusals)?;
    let client = Client::sign_in(args.sign_in, secrets).await?;
    let imported = import(&client, kpis, out, &mut summary, &mut refusals).await;
    client.sign_out().await;

    refusals.sort();
    for refusal in &refusals {
        writeln!(err, "{refusal}")?;
    }
    summary.print(out)?;
    imported.map(|()| summary)
}

/// Reads a file up to the plan's input, for the targets in `fuzz`.
#[cfg(fuzzing)]
pub(crate) fn read_bytes(bytes: &[u8]) {
    let (mut summary, mut refusals) = (Summary::default(), Vec::new());
    if let Ok(sheet) = file::Sheet::read(bytes, None) {
        let rows = row::read(&sheet, None, &mut summary, &mut refusals);
        grouping::group_by_kpi(rows, &[], &mut summary, &mut refusals);
    }
}

fn read_file(
    args: &ImportArgs,
    out: &mut dyn Write,
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> Result<Vec<FileKpi>, ImportError> {
    let bytes = std::fs::read(&args.file).map_err(|cause| ImportError::Unreadable {
        path: args.file.clone(),
        cause,
    })?;
    let sheet = file::Sheet::read(&bytes, args.sheet.as_deref())?;
    writeln!(out, "{}: {}", args.file.display(), sheet.described())?;
    let rows = row::read(&sheet, args.decimal_sign, summary, refusals);
    let named: HashSet<&str> = rows.iter().map(|row| row.kpi.key.as_str()).collect();
    let nameless = |given: &&UnitOverride| !named.contains(names::key(&given.kpi).as_str());
    if let Some(given) = args.units.iter().find(nameless) {
        return Err(ImportError::UnitOfNoKpi(given.kpi.clone()));
    }
    Ok(grouping::group_by_kpi(rows, &args.units, summary, refusals))
}

async fn import(
    client: &Client,
    kpis: Vec<FileKpi>,
    out: &mut dyn Write,
    summary: &mut Summary,
    refusals: &mut Vec<RowError>,
) -> Result<(), ImportError> {
    let server = server_state::read(client, &kpis)
        .await
        .map_err(|status| ImportError::from(&status))?;
    let plan = planning::plan(kpis, &server, summary, refusals);
    let planned = plan.counts();
    if summary.dry_run {
        summary.add(&planned);
        return Ok(dry_run::describe(&plan, out)?);
    }
    let bar = progress_bar(plan.writes());
    let outcome = execute::execute(client, plan, &bar).await;
    bar.finish_and_clear();
    summary.add(&outcome.summary);
    summary.count_left(&planned, &outcome.summary);
    refusals.extend(outcome.refusals);
    match outcome.stopped {
        Some(status) => Err(ImportError::from(&status)),
        None => Ok(()),
    }
}

fn progress_bar(writes: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos} of {len}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(writes), ProgressDrawTarget::stderr()).with_style(style)
}
