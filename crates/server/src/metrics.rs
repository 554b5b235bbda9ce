//! Metrics of a process for Prometheus: each call with its duration, and gauges and counters that
//! are read at each scrape.
//!
//! All servers of a process share one `Metrics`. The label `server` of each line names its server.

mod observed;
mod process;

use std::{sync::Arc, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use tonic::Code;

pub use self::observed::count;
use self::observed::{MetricKind, ObservedMetrics};

/// Upper bounds of the histogram of durations, in seconds: from the time of a cached read to the
/// time of the longest call.
const DURATIONS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// All metrics of a process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    calls: Family<CallLabels, Histogram, fn() -> Histogram>,
    in_progress: Family<ServerLabels, Gauge>,
    observed: ObservedMetrics,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    server: &'static str,
    rpc: Arc<str>,
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ServerLabels {
    server: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let calls = Family::new_with_constructor((|| Histogram::new(DURATIONS)) as fn() -> _);
        let in_progress = Family::default();
        let observed = ObservedMetrics::default();
        let mut registry = Registry::default();
        registry.register_with_unit(
            "kreis_call_duration",
            "Calls that have ended, from their arrival to the end of their answer",
            Unit::Seconds,
            calls.clone(),
        );
        registry.register(
            "kreis_calls_in_progress",
            "Calls that have not ended yet",
            in_progress.clone(),
        );
        registry.register_collector(Box::new(observed.clone()));
        process::register_metrics(&observed);
        Self {
            registry: Arc::new(registry),
            calls,
            in_progress,
            observed,
        }
    }
}

impl Metrics {
    /// Call metrics of a server, for its middleware.
    #[must_use]
    pub fn calls_for(&self, server: &'static str) -> CallMetrics {
        CallMetrics {
            server,
            in_progress: self
                .in_progress
                .get_or_create_owned(&ServerLabels { server }),
            calls: self.calls.clone(),
        }
    }

    /// Registers further metrics of a server, which are read at each scrape.
    #[must_use]
    pub fn for_server(&self, server: &'static str) -> ServerMetrics {
        ServerMetrics {
            server,
            observed: self.observed.clone(),
        }
    }

    /// All metrics as `OpenMetrics` text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        text::encode(&mut text, &self.registry).expect("a String takes whatever is written");
        text
    }
}

/// Call metrics of one server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CallMetrics {
    server: &'static str,
    in_progress: Gauge,
    calls: Family<CallLabels, Histogram, fn() -> Histogram>,
}

impl CallMetrics {
    /// Counts a call that has arrived. [`CallMetrics::call_ended`] must follow.
    pub fn call_started(&self) {
        self.in_progress.inc();
    }

    /// Counts a call that has ended after `duration`.
    pub fn call_ended(&self, rpc: &Arc<str>, code: Code, duration: Duration) {
        self.in_progress.dec();
        let labels = CallLabels {
            server: self.server,
            rpc: Arc::clone(rpc),
            code: code_name(code),
        };
        self.calls
            .get_or_create(&labels)
            .observe(duration.as_secs_f64());
    }
}

/// Name and value of a label.
type MetricLabel = (&'static str, &'static str);

/// Registers metrics of a server other than its calls. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ServerMetrics {
    server: &'static str,
    observed: ObservedMetrics,
}

impl ServerMetrics {
    /// Registers a value that rises and falls. `labels` separate it from others of this name.
    pub fn gauge(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[MetricLabel],
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        self.add(MetricKind::Gauge, name, help, labels, read);
    }

    /// Registers a value that only rises. Its name gets the suffix `_total`.
    pub fn counter(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[MetricLabel],
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        self.add(MetricKind::Counter, name, help, labels, read);
    }

    fn add(
        &self,
        kind: MetricKind,
        name: &'static str,
        help: &'static str,
        labels: &[MetricLabel],
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        let labels = [&[("server", self.server)], labels].concat();
        self.observed.add(name, help, kind, labels, read);
    }
}

/// Names of the gRPC codes (<https://grpc.io/docs/guides/status-codes/>).
pub(crate) fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
