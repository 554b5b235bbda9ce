//! A clock that is wrong for one process alone, by libfaketime.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::process::tool;

/// A clock that can be set while its process runs, which looks at it every second.
pub struct WrongClock {
    file: PathBuf,
}

impl WrongClock {
    /// A clock that is right so far; it is kept in this directory.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        let clock = Self {
            file: directory.join("clock"),
        };
        clock.set_ahead(0);
        clock
    }

    /// Sets it so many seconds ahead of the machine's clock, or behind it.
    pub fn set_ahead(&self, seconds: i64) {
        let next = self.file.with_extension("next");
        fs::write(&next, format!("{seconds:+}\n")).expect("a file");
        fs::rename(&next, &self.file).expect("a file in its place");
    }

    /// What a process is started with that goes by it.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, PathBuf); 4] {
        [
            ("LD_PRELOAD", tool("faketime/libfaketimeMT.so.1")),
            ("FAKETIME_TIMESTAMP_FILE", self.file.clone()),
            ("FAKETIME_CACHE_DURATION", "1".into()),
            // Time-outs last as long as ever.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
        ]
    }
}
