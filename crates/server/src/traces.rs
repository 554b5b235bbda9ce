//! Traces for an `OpenTelemetry` collector: a span for each call at each server, for each call from
//! the gateway to a service, and for each statement. Attributes follow the semantic conventions for
//! RPC and databases (<https://opentelemetry.io/docs/specs/semconv/>).
//!
//! Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector. The id of a trace is the call id in
//! logs, responses and errors.

mod statements;

use std::{sync::OnceLock, time::Duration};

use futures_util::future::Either;
use http::HeaderMap;
use opentelemetry::{
    Context, KeyValue,
    propagation::TextMapPropagator,
    trace::{
        FutureExt, SpanKind, Status as SpanStatus, TraceContextExt, Tracer, TracerProvider,
        WithContext,
    },
};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    resource::EnvResourceDetector,
    trace::{SdkTracer, SdkTracerProvider},
};
use tonic::Code;

pub(crate) use self::statements::StatementSpans;
use crate::{config::Settings, metrics::code_name};

/// How long a stopping process waits until its last spans are sent.
const TRACE_FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// Whether a process traces its calls.
#[derive(Debug, Clone, Default)]
pub struct TraceConfig {
    on: bool,
    /// The operator's name for the process.
    service: Option<String>,
}

impl TraceConfig {
    /// Reads `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_PROTOCOL` and their variants for
    /// traces, and `OTEL_SDK_DISABLED`, `OTEL_TRACES_EXPORTER` and `OTEL_SERVICE_NAME`. The SDK
    /// reads the other `OTEL_*` variables itself.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let endpoint = settings
            .text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
            .or_else(|| settings.text("OTEL_EXPORTER_OTLP_ENDPOINT"));
        let disabled = settings.text_or("OTEL_SDK_DISABLED", "false");
        let exporter = settings.text_or("OTEL_TRACES_EXPORTER", "otlp");
        let on = endpoint.is_some() && !disabled.eq_ignore_ascii_case("true") && exporter != "none";
        if on && let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.starts_with("http://")) {
            settings.add_error(format!(
                "OTEL_EXPORTER_OTLP_ENDPOINT is `{endpoint}`; it must begin with http://, \
                 for kreis sends traces without TLS"
            ));
        }
        let protocol = settings
            .text("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
            .or_else(|| settings.text("OTEL_EXPORTER_OTLP_PROTOCOL"));
        if on && let Some(other) = protocol.filter(|protocol| protocol != "grpc") {
            settings.add_error(format!(
                "OTEL_EXPORTER_OTLP_PROTOCOL is `{other}`; kreis sends traces by grpc"
            ));
        }
        Self {
            on,
            service: settings.text("OTEL_SERVICE_NAME"),
        }
    }

    /// Starts tracing, if it is on. Call it within a runtime, once per process. When the result is
    /// dropped, it sends the remaining spans.
    pub(crate) fn begin(&self, service: &'static str) -> TraceFlushGuard {
        let exporter = self
            .on
            .then(|| SpanExporter::builder().with_tonic().build());
        match exporter {
            None => {}
            Some(Err(error)) => eprintln!("calls are not traced: {error}"),
            Some(Ok(exporter)) => {
                // `OTEL_RESOURCE_ATTRIBUTES` overrides our name, and `OTEL_SERVICE_NAME` overrides
                // both.
                let resource = Resource::builder_empty()
                    .with_service_name(service)
                    .with_detector(Box::new(EnvResourceDetector::new()))
                    .with_attributes(
                        self.service
                            .clone()
                            .map(|name| KeyValue::new("service.name", name)),
                    )
                    .build();
                let provider = SdkTracerProvider::builder()
                    .with_batch_exporter(exporter)
                    .with_resource(resource);
                PROVIDER.get_or_init(|| provider.build());
            }
        }
        TraceFlushGuard
    }
}

/// Whether calls are traced in this process.
pub fn is_on() -> bool {
    PROVIDER.get().is_some()
}

fn tracer(server: &'static str) -> Option<SdkTracer> {
    PROVIDER.get().map(|provider| provider.tracer(server))
}

/// Sends the remaining spans when it is dropped.
#[must_use]
pub struct TraceFlushGuard;

impl Drop for TraceFlushGuard {
    fn drop(&mut self) {
        if let Some(provider) = PROVIDER.get()
            && let Err(error) = provider.shutdown_with_timeout(TRACE_FLUSH_TIMEOUT)
        {
            tracing::warn!(error.cause = %error, "the last spans were not sent");
        }
    }
}

/// The span of a call; empty if calls are not traced.
#[derive(Debug)]
pub struct CallTrace {
    context: Option<Context>,
}

impl CallTrace {
    /// For a call that is not traced.
    pub(crate) const fn none() -> Self {
        Self { context: None }
    }

    /// Begins the span of an incoming call. `from` has its headers if the caller is one of our own
    /// servers. Other clients must not decide what is traced.
    pub(crate) fn begin(server: &'static str, rpc: &str, from: Option<&HeaderMap>) -> Self {
        Self::span(server, rpc, SpanKind::Server, || {
            from.map_or_else(Context::new, |headers| {
                TraceContextPropagator::new().extract(&HeaderExtractor(headers))
            })
        })
    }

    /// Begins the span of a call to another server, as part of the current call.
    #[must_use]
    pub fn client_span(server: &'static str, rpc: &str) -> Self {
        Self::span(server, rpc, SpanKind::Client, Context::current)
    }

    fn span(
        server: &'static str,
        rpc: &str,
        kind: SpanKind,
        parent: impl FnOnce() -> Context,
    ) -> Self {
        let context = tracer(server).map(|tracer| {
            let parent = parent();
            let span = tracer
                .span_builder(rpc.to_owned())
                .with_kind(kind)
                .with_attributes([
                    KeyValue::new("rpc.system.name", "grpc"),
                    KeyValue::new("rpc.method", rpc.to_owned()),
                ])
                .start_with_context(&tracer, &parent);
            parent.with_span(span)
        });
        Self { context }
    }

    /// Id of the trace, in the form of a call id.
    pub(crate) fn id(&self) -> Option<String> {
        let context = self.context.as_ref()?;
        Some(context.span().span_context().trace_id().to_string())
    }

    /// Runs a future within this span.
    pub fn in_span<F: Future>(&self, future: F) -> Either<WithContext<F>, F> {
        match &self.context {
            Some(context) => Either::Left(future.with_context(context.clone())),
            None => Either::Right(future),
        }
    }

    /// Writes the span into the headers for the next server (W3C Trace Context).
    pub fn inject(&self, headers: &mut HeaderMap) {
        if let Some(context) = &self.context {
            TraceContextPropagator::new().inject_context(context, &mut HeaderInjector(headers));
        }
    }

    /// Ends the span of the call.
    pub fn end(&self, code: Code) {
        let Some(context) = &self.context else { return };
        let span = context.span();
        span.set_attribute(KeyValue::new("rpc.response.status_code", code_name(code)));
        // Errors of the server (semantic conventions for gRPC).
        if matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        ) {
            span.set_status(SpanStatus::error(code_name(code)));
        }
        span.end();
    }
}

/// Keeps the current call's span for a future that becomes a task of its own.
pub fn with_current_trace<F: Future>(future: F) -> Either<WithContext<F>, F> {
    if is_on() {
        Either::Left(future.with_current_context())
    } else {
        Either::Right(future)
    }
}
