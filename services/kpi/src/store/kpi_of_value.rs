//! Which KPI a value belongs to. A write must know it before it takes a connection, because the
//! limit of the writes that wait for one row counts the rows of KPIs.

use std::sync::Arc;

use kreis_database::{DatabaseError, ReadPool, retry_broken};
use kreis_server::metrics::{ServerMetrics, count};
use quick_cache::sync::Cache;

use crate::model::{KpiId, KpiValueId};

/// Maximum number of values whose KPI is cached, some hundred bytes each.
const CACHED_VALUES: usize = 10_000;

/// Looks up the KPI of a value. It never changes, so it is cached. If a restored database uses an id
/// again, the write is only counted for another row. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct KpiOfValue(Arc<Cache<KpiValueId, KpiId>>);

impl Default for KpiOfValue {
    fn default() -> Self {
        Self(Arc::new(Cache::new(CACHED_VALUES)))
    }
}

impl KpiOfValue {
    /// Registers metrics of the cache.
    pub(super) fn register_metrics(&self, metrics: &ServerMetrics) {
        let (size, hits, misses) = (self.0.clone(), self.0.clone(), self.0.clone());
        metrics.gauge(
            "kreis_kpis_of_values",
            "Values whose KPI is known without a read",
            &[],
            move || count(size.len() as u64),
        );
        let (name, help) = (
            "kreis_kpi_of_value_lookups",
            "Looks into the cache of the KPIs of values",
        );
        metrics.counter(name, help, &[("found", "yes")], move || count(hits.hits()));
        metrics.counter(name, help, &[("found", "no")], move || {
            count(misses.misses())
        });
    }

    /// The KPI of a value, if there is such a value. Writes begin with this read, so a broken
    /// connection is replaced.
    pub(super) async fn get(
        &self,
        value: KpiValueId,
        reads: &ReadPool,
    ) -> Result<Option<KpiId>, DatabaseError> {
        if let Some(kpi) = self.0.get(&value) {
            return Ok(Some(kpi));
        }
        let found = retry_broken(|| async {
            let statement = sqlx::query_scalar!(
                "select kpi_id from kpi.kpi_values where id = $1",
                value.get(),
            );
            Ok(statement.fetch_optional(reads).await?)
        })
        .await?;
        let kpi = found.map(KpiId::stored);
        if let Some(kpi) = kpi {
            self.0.insert(value, kpi);
        }
        Ok(kpi)
    }
}
