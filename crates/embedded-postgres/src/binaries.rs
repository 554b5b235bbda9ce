//! Finds the Postgres binaries to run.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::os_user::OsUser;
use crate::stop_control::StopControl;
use crate::{Error, Settings, download, process};

/// The oldest supported major version of Postgres.
pub(crate) const OLDEST: u32 = 15;

/// `postgres --version` answers at once or not at all.
const PROBE_DEADLINE: Duration = Duration::from_secs(30);

/// A directory with a `postgres` and an `initdb` that run on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    /// The directory.
    pub(crate) directory: PathBuf,
    /// The major version, which must equal the cluster's.
    pub(crate) major: u32,
    /// The full version, such as `15.14`.
    pub(crate) version: String,
}

/// The version of Postgres that is needed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RequiredVersion<'a> {
    /// Any supported version: there is no cluster yet.
    Any,
    /// The version that made the cluster.
    Major(u32, &'a Path),
}

impl RequiredVersion<'_> {
    fn is_met_by(self, major: u32) -> bool {
        match self {
            Self::Any => major >= OLDEST,
            Self::Major(required, _) => major == required && major >= OLDEST,
        }
    }
}

impl fmt::Display for RequiredVersion<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => write!(out, "postgres {OLDEST} or newer"),
            Self::Major(major, cluster) if *major < OLDEST => write!(
                out,
                "usable postgres (version {major} made {}, kreis needs {OLDEST} or newer: bring \
                 the cluster up with pg_upgrade)",
                cluster.display()
            ),
            Self::Major(major, cluster) => {
                write!(
                    out,
                    "postgres {major} (the version that made {})",
                    cluster.display()
                )
            }
        }
    }
}

/// The operator's choice, otherwise the newest installed version, otherwise one fetched with npm.
pub(crate) fn find(
    settings: &Settings,
    required: RequiredVersion<'_>,
    os_user: &OsUser,
    control: &StopControl,
) -> Result<Binaries, Error> {
    if let Some(named) = &settings.binaries {
        return find_named(named, required, os_user, control);
    }
    let mut fitting: Vec<_> = settings
        .search
        .iter()
        .filter_map(|directory| probe(directory, os_user, control).ok())
        .filter(|binaries| required.is_met_by(binaries.major))
        .collect();
    fitting.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    if let Some(newest) = fitting.into_iter().next() {
        return Ok(newest);
    }
    let major = match required {
        RequiredVersion::Any => download::NEW_CLUSTER,
        RequiredVersion::Major(major, _) => major,
    };
    match download::fetch_binaries(&settings.downloads, major, control) {
        Ok(directory) => probe(&directory, os_user, control)
            .map_err(|reason| Error::UnusableBinaries { directory, reason }),
        Err(download::Failure::NotAvailable(why)) => Err(Error::NoBinaries {
            required: required.to_string(),
            looked: settings
                .search
                .iter()
                .chain([&settings.downloads])
                .cloned()
                .collect(),
            fetch: Some(why),
        }),
        Err(download::Failure::Failed(error)) => Err(error),
    }
}

/// Uses the operator's directory. It is the `bin` directory or its parent.
fn find_named(
    named: &Path,
    required: RequiredVersion<'_>,
    os_user: &OsUser,
    control: &StopControl,
) -> Result<Binaries, Error> {
    let below = named.join("bin");
    let directory = if below.join("postgres").is_file() {
        below
    } else {
        named.to_owned()
    };
    let binaries =
        probe(&directory, os_user, control).map_err(|reason| Error::UnusableBinaries {
            directory: directory.clone(),
            reason,
        })?;
    if required.is_met_by(binaries.major) {
        return Ok(binaries);
    }
    Err(Error::WrongBinaries {
        required: required.to_string(),
        directory,
        found: binaries.version,
    })
}

/// Asks the `postgres` in a directory for its version. Runs it as the user of the server.
fn probe(directory: &Path, os_user: &OsUser, control: &StopControl) -> Result<Binaries, String> {
    for name in ["postgres", "initdb"] {
        if !directory.join(name).is_file() {
            return Err(format!("there is no {name}"));
        }
    }
    let mut command = os_user.command(&directory.join("postgres"));
    command.arg("--version");
    let output =
        process::run(command, PROBE_DEADLINE, control).map_err(|reason| reason.to_string())?;
    if !output.status.success() {
        return Err(process::stderr_line(&output));
    }
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let (major, version) =
        parse_version(&answer).ok_or_else(|| format!("its version is {}", answer.trim()))?;
    Ok(Binaries {
        directory: directory.to_owned(),
        major,
        version,
    })
}

/// Parses `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` as 15 and `15.14`.
fn parse_version(answer: &str) -> Option<(u32, String)> {
    let version = answer
        .strip_prefix("postgres (PostgreSQL) ")?
        .split_whitespace()
        .next()?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some((digits.parse().ok()?, version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_distributions_and_betas_are_understood() {
        let debian = "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n";
        assert_eq!(parse_version(debian), Some((15, "15.14".to_owned())));
        assert_eq!(
            parse_version("postgres (PostgreSQL) 19beta1\n"),
            Some((19, "19beta1".to_owned()))
        );
        assert_eq!(parse_version("pg_ctl (PostgreSQL) 15.14\n"), None);
    }
}
