//! A wrong clock for a single process, by libfaketime.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::process::tool;

/// A clock that can be set while its process runs. The process reads the setting every second.
pub struct WrongClock {
    file: PathBuf,
}

impl WrongClock {
    /// A clock that is right at first. Its file is in this directory.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        let clock = Self {
            file: directory.join("clock"),
        };
        clock.set_ahead(0);
        clock
    }

    /// Sets it this many seconds ahead of the machine's clock; negative numbers set it behind.
    pub fn set_ahead(&self, seconds: i64) {
        let next = self.file.with_extension("next");
        fs::write(&next, format!("{seconds:+}\n")).expect("a file");
        fs::rename(&next, &self.file).expect("a file in its place");
    }

    /// The environment variables for a process that uses this clock.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, PathBuf); 4] {
        [
            ("LD_PRELOAD", tool("faketime/libfaketimeMT.so.1")),
            ("FAKETIME_TIMESTAMP_FILE", self.file.clone()),
            ("FAKETIME_CACHE_DURATION", "1".into()),
            // Timeouts keep their real length.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
        ]
    }
}
