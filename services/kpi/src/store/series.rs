//! Values of KPIs, with the data for computing progress.

use kreis_database::DatabaseError;

use super::{
    Store, read,
    rows::{targets, values},
};
use crate::model::{CircleId, KpiId, Period, StateThresholds, Unit, ValueSeries};

/// A KPI with its targets, its values and the thresholds that hold for it.
struct KpiSeriesRow {
    unit: String,
    periodicity: String,
    target_years: Vec<i32>,
    target_initials: Vec<f64>,
    target_values: Vec<f64>,
    value_years: Vec<i32>,
    value_months: Vec<i32>,
    value_numbers: Vec<f64>,
    on_track_from: f64,
    slightly_behind_from: f64,
}

/// One KPI of a circle with its targets and values. A row without a unit stands for a circle without active
/// KPIs.
struct SeriesRow {
    unit: Option<String>,
    periodicity: Option<String>,
    target_years: Vec<i32>,
    target_initials: Vec<f64>,
    target_values: Vec<f64>,
    value_years: Vec<i32>,
    value_months: Vec<i32>,
    value_numbers: Vec<f64>,
}

impl SeriesRow {
    fn series(self) -> Result<Option<ValueSeries>, DatabaseError> {
        let (Some(unit), Some(periodicity)) = (self.unit, self.periodicity) else {
            return Ok(None);
        };
        Ok(Some(ValueSeries {
            kind: read(unit.parse::<Unit>())?.kind(),
            periodicity: read(periodicity.parse())?,
            targets: targets(
                &self.target_years,
                &self.target_initials,
                &self.target_values,
            ),
            values: values(&self.value_years, &self.value_months, &self.value_numbers),
        }))
    }
}

impl Store {
    /// All values of a KPI, with the thresholds that hold for it; absent if the KPI does not exist.
    pub(crate) async fn series_of_kpi(
        &self,
        kpi: KpiId,
    ) -> Result<Option<(ValueSeries, StateThresholds)>, DatabaseError> {
        let found =
            sqlx::query_file_as!(KpiSeriesRow, "src/store/sql/series_of_kpi.sql", kpi.get())
                .fetch_optional(self.reads())
                .await?;
        found
            .map(|row| {
                let series = ValueSeries {
                    kind: read(row.unit.parse::<Unit>())?.kind(),
                    periodicity: read(row.periodicity.parse())?,
                    targets: targets(&row.target_years, &row.target_initials, &row.target_values),
                    values: values(&row.value_years, &row.value_months, &row.value_numbers),
                };
                let thresholds =
                    StateThresholds::stored(row.on_track_from, row.slightly_behind_from);
                Ok((series, thresholds))
            })
            .transpose()
    }

    /// The values of each active KPI of a circle from January to a month; absent if the circle does
    /// not exist.
    pub(crate) async fn series_of_circle(
        &self,
        circle: CircleId,
        to: Period,
    ) -> Result<Option<Vec<ValueSeries>>, DatabaseError> {
        let rows = sqlx::query_file_as!(
            SeriesRow,
            "src/store/sql/series_of_circle.sql",
            circle.get(),
            i32::from(to.year),
            i32::from(to.month),
        )
        .fetch_all(self.reads())
        .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        rows.into_iter()
            .filter_map(|row| row.series().transpose())
            .collect::<Result<_, _>>()
            .map(Some)
    }
}
