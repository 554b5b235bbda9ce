//! Logs of a process: one line for each thing worth knowing, as text or JSON,
//! on standard error.

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::config::Settings;

/// How to log.
#[derive(Debug, Clone)]
pub struct Logging {
    /// One JSON object per line instead of text.
    pub json: bool,
    /// What to log, as `tracing_subscriber::EnvFilter` reads it.
    pub filter: String,
}

impl Logging {
    /// Reads `KREIS_LOG_FORMAT` (`text` or `json`) and `KREIS_LOG` (a filter,
    /// `info` by default).
    pub fn from_settings(settings: &mut Settings) -> Self {
        let format = settings.text_or("KREIS_LOG_FORMAT", "text");
        if !["text", "json"].contains(&format.as_str()) {
            settings.fault(format!(
                "KREIS_LOG_FORMAT is `{format}`; it must be text or json"
            ));
        }
        let filter = settings.text_or("KREIS_LOG", "info");
        if let Err(error) = EnvFilter::try_new(&filter) {
            settings.fault(format!(
                "KREIS_LOG is `{filter}`; it is not a filter: {error}"
            ));
        }
        Self {
            json: format == "json",
            filter,
        }
    }

    /// Begins to log. A second call in a process changes nothing.
    pub fn begin(&self) {
        let filter = EnvFilter::try_new(&self.filter).unwrap_or_else(|_| EnvFilter::new("info"));
        let registry = tracing_subscriber::registry().with(filter);
        let lines = fmt::layer().with_writer(std::io::stderr).with_target(true);
        // Fails only where somebody logs already, and then they keep doing so.
        let _ = if self.json {
            registry
                .with(lines.json().flatten_event(true).with_span_list(false))
                .try_init()
        } else {
            registry.with(lines.with_ansi(false)).try_init()
        };
    }
}
