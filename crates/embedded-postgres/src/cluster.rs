//! Inspects the cluster, and creates a new one.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::binaries::Binaries;
use crate::os_user::OsUser;
use crate::stop_control::StopControl;
use crate::{Error, process};

/// The database's superuser. Its name is the same on every machine.
pub(crate) const SUPERUSER: &str = "postgres";

/// Prefix of the names of unfinished clusters.
const PARTIAL: &str = "postgres.partial-";

/// `initdb` takes a second or two; a slow disk may need much longer.
const INITDB_DEADLINE: Duration = Duration::from_mins(5);

/// The major version of the Postgres that created the cluster; `None` if there is none.
pub(crate) fn major_version(cluster: &Path) -> Result<Option<u32>, Error> {
    let path = cluster.join("PG_VERSION");
    match fs::read_to_string(&path) {
        Ok(text) => {
            // "15", or "9.6" in old versions.
            let version = text
                .trim()
                .split('.')
                .next()
                .and_then(|version| version.parse().ok());
            version.map(Some).ok_or_else(|| Error::NotACluster {
                cluster: cluster.to_owned(),
            })
        }
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => {
            let empty = fs::read_dir(cluster).map_or(true, |mut entries| entries.next().is_none());
            if empty {
                Ok(None)
            } else {
                Err(Error::NotACluster {
                    cluster: cluster.to_owned(),
                })
            }
        }
        Err(reason) => Err(Error::io("read", &path)(reason)),
    }
}

/// Creates the cluster under a temporary name in `data_dir` and renames it to `cluster`.
pub(crate) fn create(
    data_dir: &Path,
    cluster: &Path,
    binaries: &Binaries,
    os_user: &OsUser,
    durable: bool,
    control: &StopControl,
) -> Result<(), Error> {
    os_user.check_passwd_entry()?;
    remove_partial(data_dir);
    // A unique name: an `initdb` of a kreis that has ended may still write to its directory.
    let stamp = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    let partial = data_dir.join(format!("{PARTIAL}{}-{stamp}", std::process::id()));
    tracing::info!(
        path = %cluster.display(),
        postgres.version = binaries.version,
        "creating a postgres cluster"
    );
    let mut outcome = Err(String::new());
    // An old libc has no C.UTF-8.
    for locale in ["C.UTF-8", "C"] {
        let _ = fs::remove_dir_all(&partial);
        DirBuilder::new()
            .mode(0o700)
            .create(&partial)
            .map_err(Error::io("create", &partial))?;
        os_user.chown(&partial)?;
        outcome = initdb(&partial, binaries, os_user, locale, durable, control);
        if !outcome
            .as_ref()
            .is_err_and(|reason| reason.contains("invalid locale"))
        {
            break;
        }
    }
    if let Err(reason) = outcome {
        let _ = fs::remove_dir_all(&partial);
        return Err(Error::Initdb {
            cluster: cluster.to_owned(),
            reason,
        });
    }
    // Replaces `cluster` if it is an empty directory; otherwise it fails.
    fs::rename(&partial, cluster).map_err(Error::io("move the new cluster to", cluster))?;
    File::open(data_dir)
        .and_then(|directory| directory.sync_all())
        .map_err(Error::io("sync", data_dir))
}

fn initdb(
    directory: &Path,
    binaries: &Binaries,
    os_user: &OsUser,
    locale: &str,
    durable: bool,
    control: &StopControl,
) -> Result<(), String> {
    let mut command = os_user.command(&binaries.directory.join("initdb"));
    command
        .arg("--pgdata")
        .arg(directory)
        .args([
            "--encoding=UTF8",
            "--data-checksums",
            "--auth=trust",
            "--no-instructions",
        ])
        .arg(format!("--locale={locale}"))
        .arg(format!("--username={SUPERUSER}"));
    if !durable {
        command.arg("--no-sync");
    }
    let output =
        process::run(command, INITDB_DEADLINE, control).map_err(|reason| reason.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        Err(process::stderr_line(&output))
    }
}

/// Removes unfinished clusters of interrupted runs.
fn remove_partial(data_dir: &Path) {
    for entry in fs::read_dir(data_dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
            let path = entry.path();
            tracing::info!(path = %path.display(), "removing an unfinished cluster");
            let _ = fs::remove_dir_all(path);
        }
    }
}
