//! What a process says of itself while it runs: logs, one line for each thing
//! worth knowing, as text or JSON, on standard error; and traces, where somebody
//! collects them.

use tracing::Subscriber;
use tracing_subscriber::{Layer, filter::Targets, fmt, prelude::*, registry::LookupSpan};

use crate::{
    config::Settings,
    traces::{self, Sending, Statements, Traces},
};

/// How to log.
#[derive(Debug, Clone)]
pub struct Logging {
    /// One JSON object per line instead of text.
    pub json: bool,
    /// What to log.
    pub filter: Targets,
    /// Whether calls are traced.
    pub traces: Traces,
}

impl Logging {
    /// Reads `KREIS_LOG_FORMAT` (`text` or `json`), `KREIS_LOG` (levels, as
    /// [`Targets`] reads them, `info` by default), and whether calls are traced
    /// ([`Traces`]).
    pub fn from_settings(settings: &mut Settings) -> Self {
        let format = settings.text_or("KREIS_LOG_FORMAT", "text");
        if !["text", "json"].contains(&format.as_str()) {
            settings.fault(format!(
                "KREIS_LOG_FORMAT is `{format}`; it must be text or json"
            ));
        }
        let text = settings.text_or("KREIS_LOG", "info");
        let filter = text.parse().unwrap_or_else(|error| {
            settings.fault(format!(
                "KREIS_LOG is `{text}`; it must be a level, or levels by module such as \
                 info,kreis_kpi=debug: {error}"
            ));
            Targets::new()
        });
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
        let filter = self.filter.clone();
        // Either fails only where somebody logs already, and then they keep doing so.
        let _ = if traces::is_on() {
            tracing_subscriber::registry()
                .with(self.lines().with_filter(filter))
                .with(Statements::layer())
                .try_init()
        } else {
            // A filter of one layer alone would be asked at each step of each call.
            tracing_subscriber::registry()
                .with(filter)
                .with(self.lines())
                .try_init()
        };
        sending
    }

    fn lines<S>(&self) -> Box<dyn Layer<S> + Send + Sync>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let lines = fmt::layer().with_writer(std::io::stderr).with_target(true);
        if self.json {
            lines
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .boxed()
        } else {
            lines.with_ansi(false).boxed()
        }
    }
}
