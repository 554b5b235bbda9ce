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

/// The type of a metric.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Rises and falls.
    Gauge,
    /// Only rises.
    Counter,
}

/// All such metrics of a process. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Readings {
    by_name: Arc<Mutex<BTreeMap<&'static str, Reading>>>,
}

struct Reading {
    help: &'static str,
    kind: Kind,
    lines: Vec<(Labels, Read)>,
}

impl Readings {
    pub(super) fn add(
        &self,
        name: &'static str,
        help: &'static str,
        kind: Kind,
        labels: Labels,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = by_name.entry(name).or_insert(Reading {
            help,
            kind,
            lines: Vec::new(),
        });
        reading.lines.push((labels, Box::new(read)));
    }
}

impl fmt::Debug for Readings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Readings")
    }
}

impl Collector for Readings {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, Reading { help, kind, lines }) in &*by_name {
            let kind_told = match kind {
                Kind::Gauge => MetricType::Gauge,
                Kind::Counter => MetricType::Counter,
            };
            let mut family = encoder.encode_descriptor(name, help, None, kind_told)?;
            for (labels, read) in lines {
                let line = family.encode_family(labels)?;
                match kind {
                    Kind::Gauge => ConstGauge::new(read()).encode(line)?,
                    Kind::Counter => ConstCounter::new(read()).encode(line)?,
                }
            }
        }
        Ok(())
    }
}
