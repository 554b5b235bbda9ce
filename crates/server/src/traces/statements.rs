//! Spans of statements, made from the events that sqlx logs after each one. They do not contain the
//! parameters.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use opentelemetry::{
    Context, KeyValue,
    trace::{Span as _, SpanKind, TraceContextExt, Tracer},
};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, filter::Targets, layer, registry::LookupSpan};

/// Target of the log events of statements.
const TARGET: &str = "sqlx::query";

/// Makes a span of each statement within a traced call.
pub(crate) struct StatementSpans;

impl StatementSpans {
    /// The layer. It receives only the events of statements.
    pub(crate) fn layer<S>() -> impl Layer<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        Self.with_filter(Targets::new().with_target(TARGET, Level::DEBUG))
    }
}

impl<S: Subscriber> Layer<S> for StatementSpans {
    fn on_event(&self, event: &Event<'_>, _: layer::Context<'_, S>) {
        let call = Context::current();
        if !call.span().is_recording() {
            return;
        }
        let Some(tracer) = super::tracer("sqlx") else {
            return;
        };
        let mut statement = Statement::default();
        event.record(&mut statement);
        let ended = SystemTime::now();
        // A short statement is its own summary.
        let text = if statement.text.is_empty() {
            statement.summary.clone()
        } else {
            statement.text
        };
        tracer
            .span_builder(statement.summary)
            .with_kind(SpanKind::Client)
            .with_start_time(ended - statement.elapsed)
            .with_attributes([
                KeyValue::new("db.system.name", "postgresql"),
                KeyValue::new("db.query.text", text),
                KeyValue::new("db.response.returned_rows", statement.rows),
            ])
            .start_with_context(&tracer, &call)
            .end_with_timestamp(ended);
    }
}

#[derive(Default)]
struct Statement {
    summary: String,
    text: String,
    rows: i64,
    elapsed: Duration,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.trim_end_matches(" …").clone_into(&mut self.summary),
            "db.statement" => value.trim().clone_into(&mut self.text),
            _ => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "rows_returned" {
            self.rows = i64::try_from(value).unwrap_or(i64::MAX);
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.elapsed = Duration::try_from_secs_f64(value).unwrap_or_default();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
