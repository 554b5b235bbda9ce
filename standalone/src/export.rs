//! `kreis export [FILE]`: circles, KPIs, targets and values as a spreadsheet,
//! through the public API, as the caller who signs in.
//!
//! `kreis import` reads the file. After an import into a system without circles and KPIs, an export
//! from there gives the same file, byte by byte. So rows are sorted by names and periods, and
//! contain no ids or times. The export reads everything before it writes the first byte.

mod error;
mod exported_kpi;
mod file;
mod load;
mod rows;

use std::{collections::BTreeSet, io::Write, path::PathBuf};

use exported_kpi::ExportedKpi;

use crate::{
    client::{Client, Secrets, SignInArgs},
    table::Content,
};

pub use error::ExportError;

/// Where to write, and from which server to read.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// File to write, whole or not at all; without it, standard output
    pub file: Option<PathBuf>,

    /// Which server, and who signs in
    #[command(flatten)]
    pub sign_in: SignInArgs,
}

/// Exports everything from the server to the file or to `out`, and writes the counts to `err`.
/// `secrets` come from the environment.
pub async fn run(
    args: ExportArgs,
    secrets: Secrets,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), ExportError> {
    let client = Client::sign_in(args.sign_in, secrets).await?;
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
