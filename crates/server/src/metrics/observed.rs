//! Metrics that are read at each scrape, by name.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

type Labels = Vec<(&'static str, &'static str)>;
type Read = Box<dyn Fn() -> f64 + Send + Sync>;

/// A count as a metric value.
#[expect(clippy::cast_precision_loss, reason = "exact up to nine quadrillion")]
#[must_use]
pub fn count(number: u64) -> f64 {
    number as f64
}

/// The type of a metric.
#[derive(Debug, Clone, Copy)]
pub(super) enum MetricKind {
    /// Rises and falls.
    Gauge,
    /// Only rises.
    Counter,
}

/// All such metrics of a process. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct ObservedMetrics {
    by_name: Arc<Mutex<BTreeMap<&'static str, ObservedMetric>>>,
}

struct ObservedMetric {
    help: &'static str,
    kind: MetricKind,
    lines: Vec<(Labels, Read)>,
}

impl ObservedMetrics {
    pub(super) fn add(
        &self,
        name: &'static str,
        help: &'static str,
        kind: MetricKind,
        labels: Labels,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let metric = by_name.entry(name).or_insert(ObservedMetric {
            help,
            kind,
            lines: Vec::new(),
        });
        metric.lines.push((labels, Box::new(read)));
    }
}

impl fmt::Debug for ObservedMetrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ObservedMetrics")
    }
}

impl Collector for ObservedMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, ObservedMetric { help, kind, lines }) in &*by_name {
            let metric_type = match kind {
                MetricKind::Gauge => MetricType::Gauge,
                MetricKind::Counter => MetricType::Counter,
            };
            let mut family = encoder.encode_descriptor(name, help, None, metric_type)?;
            for (labels, read) in lines {
                let line = family.encode_family(labels)?;
                match kind {
                    MetricKind::Gauge => ConstGauge::new(read()).encode(line)?,
                    MetricKind::Counter => ConstCounter::new(read()).encode(line)?,
                }
            }
        }
        Ok(())
    }
}
