//! What a process says of itself while it runs: logs, one line for each thing
//! worth knowing, as text or JSON, on standard error; and traces, where somebody
//! collects them.

use tracing_subscriber::{EnvFilter, Layer, fmt, prelude::*};

use crate::{
    config::Settings,
    traces::{self, Sending, Statements, Traces},
};

/// How to log.
#[derive(Debug, Clone)]
pub struct Logging {
    /// One JSON object per line instead of text.
    pub json: bool,
    /// What to log, as `tracing_subscriber::EnvFilter` reads it.
    pub filter: String,
    /// Whether calls are traced.
    pub traces: Traces,
}

impl Logging {
    /// Reads `KREIS_LOG_FORMAT` (`text` or `json`), `KREIS_LOG` (a filter,
    /// `info` by default), and whether calls are traced ([`Traces`]).
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
            traces: Traces::from_settings(settings),
        }
    }

    /// Begins to log and to trace. A second call in a process changes nothing.
    /// `service` is what traces call the process; what is still to be sent goes
    /// when the answer is dropped. Call it within a runtime.
    pub fn begin(&self, service: &'static str) -> Sending {
        let sending = self.traces.begin(service);
        let filter = EnvFilter::try_new(&self.filter).unwrap_or_else(|_| EnvFilter::new("info"));
        let lines = fmt::layer().with_writer(std::io::stderr).with_target(true);
        let lines = if self.json {
            lines
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .with_filter(filter)
                .boxed()
        } else {
            lines.with_ansi(false).with_filter(filter).boxed()
        };
        let statements = traces::is_on().then(Statements::layer);
        // Fails only where somebody logs already, and then they keep doing so.
        let _ = tracing_subscriber::registry()
            .with(lines)
            .with(statements)
            .try_init();
        sending
    }
}
