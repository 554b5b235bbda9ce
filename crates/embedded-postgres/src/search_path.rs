//! Lists the directories on this machine that contain a Postgres.

use std::fs;
use std::path::PathBuf;

/// Where package managers install several versions: parent directory, prefix of the version's
/// directory, and the path from there to the binaries.
const PACKAGED: [(&str, &str, &str); 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// The directories on `PATH`, and those of package managers.
pub(crate) fn installed_directories() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<_> = std::env::split_paths(&path).collect();
    for (parent, start, rest) in PACKAGED {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(start) {
                found.push(if rest.is_empty() {
                    entry.path()
                } else {
                    entry.path().join(rest)
                });
            }
        }
    }
    found.retain(|directory| directory.is_absolute() && directory.join("postgres").is_file());
    found
}
