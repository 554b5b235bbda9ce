//! Logs and traces of a process. Logs are lines of text or JSON on standard error. Traces go to a
//! collector, if one is set.

use tracing::Subscriber;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    fmt,
    prelude::*,
    registry::LookupSpan,
};

use crate::{
    config::Settings,
    traces::{self, StatementSpans, TraceConfig, TraceFlushGuard},
};

/// Configuration of logs and traces.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// One JSON object per line instead of text.
    pub json: bool,
    /// Log levels, by module.
    pub filter: Targets,
    /// Whether calls are traced.
    pub traces: TraceConfig,
}

impl LogConfig {
    /// Reads `KREIS_LOG_FORMAT` (`text` or `json`), `KREIS_LOG` (levels in the syntax of
    /// [`Targets`], `info` by default), and the settings of [`TraceConfig`].
    pub fn from_settings(settings: &mut Settings) -> Self {
        let format = settings.text_or("KREIS_LOG_FORMAT", "text");
        if !["text", "json"].contains(&format.as_str()) {
            settings.add_error(format!(
                "KREIS_LOG_FORMAT is `{format}`; it must be text or json"
            ));
        }
        let text = settings.text_or("KREIS_LOG", "info");
        let filter = filter(&text).unwrap_or_else(|| {
            settings.add_error(format!(
                "KREIS_LOG is `{text}`; it must be a level, which is off, error, warn, info, \
                 debug or trace, or levels by module such as info,kreis_kpi=debug"
            ));
            Targets::new()
        });
        Self {
            json: format == "json",
            filter,
            traces: TraceConfig::from_settings(settings),
        }
    }

    /// Starts logs and traces; call it within a runtime. Logs start once per process: a second call
    /// changes nothing. `service` is the name of the process in traces. When the result is dropped,
    /// it sends the remaining spans.
    pub fn begin(&self, service: &'static str) -> TraceFlushGuard {
        let flush_guard = self.traces.begin(service);
        let filter = self.filter.clone();
        // Either fails only if the process has a logger already, which then stays.
        let _ = if traces::is_on() {
            tracing_subscriber::registry()
                .with(self.lines().with_filter(filter))
                .with(StatementSpans::layer())
                .try_init()
        } else {
            // A filter on one layer would run at each step of each call.
            tracing_subscriber::registry()
                .with(filter)
                .with(self.lines())
                .try_init()
        };
        flush_guard
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

/// Parses levels, alone or by module. [`Targets`] would take an unknown level for a module, and log
/// nothing else.
fn filter(text: &str) -> Option<Targets> {
    let is_level = |part: &str| {
        part.contains('=') || (!part.is_empty() && part.parse::<LevelFilter>().is_ok())
    };
    let levels = text.split(',').all(|part| is_level(part.trim()));
    levels.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_does_not_exist_is_refused() {
        for right in [
            "info",
            "WARN",
            "off",
            "info,kreis_kpi=debug",
            "kreis_kpi=trace",
        ] {
            assert!(filter(right).is_some(), "{right}");
        }
        for wrong in ["loud", "info,loud", "kreis_kpi=loud", "kreis_kpi", "info,"] {
            assert!(filter(wrong).is_none(), "{wrong}");
        }
    }
}
