//! Circles and their KPIs, with the data for the overview.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;

use super::{Store, kpis::KpiRow, read, rows::values};
use crate::model::{
    CircleId, FiniteValue, KpiId, KpiWithValues, Period, StateThresholds, ValueSeries,
};

/// A KPI with its values.
struct KpiWithValuesRow {
    id: i64,
    circle_id: i64,
    circle_name: String,
    name: String,
    periodicity: String,
    unit: String,
    minimum: Option<f64>,
    maximum: Option<f64>,
    active: bool,
    description: String,
    steward_id: Option<i64>,
    steward: Option<String>,
    create_time: DateTime<Utc>,
    update_time: DateTime<Utc>,
    version: i64,
    on_track_from: Option<f64>,
    slightly_behind_from: Option<f64>,
    active_since: DateTime<Utc>,
    organisation_on_track_from: f64,
    organisation_slightly_behind_from: f64,
    target_years: Vec<i32>,
    target_initials: Vec<f64>,
    target_values: Vec<f64>,
    value_years: Vec<i32>,
    value_months: Vec<i32>,
    value_numbers: Vec<f64>,
    /// Months since the year 0.
    marks: Vec<i32>,
}

impl KpiWithValuesRow {
    fn kpi_with_values(self) -> Result<KpiWithValues, DatabaseError> {
        let values = values(&self.value_years, &self.value_months, &self.value_numbers);
        let kpi = KpiRow {
            id: self.id,
            circle_id: self.circle_id,
            circle_name: self.circle_name,
            name: self.name,
            periodicity: self.periodicity,
            unit: self.unit,
            minimum: self.minimum,
            maximum: self.maximum,
            active: self.active,
            description: self.description,
            steward_id: self.steward_id,
            steward: self.steward,
            create_time: self.create_time,
            update_time: self.update_time,
            version: self.version,
            on_track_from: self.on_track_from,
            slightly_behind_from: self.slightly_behind_from,
            target_years: self.target_years,
            target_initials: self.target_initials,
            target_values: self.target_values,
        }
        .kpi()?;
        let series = ValueSeries {
            kind: kpi.definition.unit.kind(),
            periodicity: kpi.definition.periodicity,
            targets: kpi.targets.clone(),
            values,
        };
        let organisation = StateThresholds::stored(
            self.organisation_on_track_from,
            self.organisation_slightly_behind_from,
        );
        Ok(KpiWithValues {
            thresholds: kpi.definition.thresholds.own().unwrap_or(organisation),
            kpi,
            series,
            marks: self
                .marks
                .into_iter()
                .map(|months| Period::stored(months / 12, months % 12 + 1))
                .collect(),
            active_since: self.active_since,
        })
    }
}

/// A circle, read before its KPIs are.
pub(crate) struct CircleWithKpiCount {
    /// Its id.
    pub(crate) id: CircleId,
    /// Its name.
    pub(crate) name: String,
    /// Number of its KPIs.
    pub(crate) kpis: usize,
}

struct CircleRow {
    id: i64,
    name: String,
    kpis: i64,
}

impl CircleRow {
    fn circle(self) -> Result<CircleWithKpiCount, DatabaseError> {
        Ok(CircleWithKpiCount {
            id: CircleId::stored(self.id),
            name: self.name,
            kpis: read(self.kpis.try_into())?,
        })
    }
}

struct ReplacedRow {
    kpi_id: i64,
    year: i32,
    month: i32,
    old_value: Option<f64>,
}

impl Store {
    /// All circles, or those of the given ones that exist, with their names and the number of their
    /// KPIs.
    pub(crate) async fn circles_with_kpi_counts(
        &self,
        circles: &[CircleId],
        include_inactive: bool,
        most: usize,
    ) -> Result<Vec<CircleWithKpiCount>, DatabaseError> {
        let active = active(include_inactive);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = if circles.is_empty() {
            sqlx::query_as!(
                CircleRow,
                r#"select c.circle_id as "id!", c.name as "name!", (
                    select count(*) from kpi.kpis k
                    where k.circle_id = c.circle_id and k.active = any($2)
                ) as "kpis!"
                from org.circle_names c
                limit $1"#,
                most,
                &active,
            )
            .fetch_all(self.reads())
            .await?
        } else {
            sqlx::query_as!(
                CircleRow,
                r#"select c.circle_id as "id!", c.name as "name!", (
                    select count(*) from kpi.kpis k
                    where k.circle_id = c.circle_id and k.active = any($3)
                ) as "kpis!"
                from org.circle_names c
                where c.circle_id = any($1)
                limit $2"#,
                &numbers(circles),
                most,
                &active,
            )
            .fetch_all(self.reads())
            .await?
        };
        rows.into_iter().map(CircleRow::circle).collect()
    }

    /// KPIs of these circles, ordered by name, each with its values up to a month.
    pub(crate) async fn kpis_with_values(
        &self,
        circles: &[CircleId],
        include_inactive: bool,
        to: Period,
        most: usize,
    ) -> Result<Vec<KpiWithValues>, DatabaseError> {
        sqlx::query_file_as!(
            KpiWithValuesRow,
            "src/store/sql/kpis_with_values.sql",
            &numbers(circles),
            &active(include_inactive),
            i32::from(to.year),
            i32::from(to.month),
            i64::try_from(most).unwrap_or(i64::MAX),
        )
        .fetch_all(self.reads())
        .await?
        .into_iter()
        .map(KpiWithValuesRow::kpi_with_values)
        .collect()
    }

    /// The values of these KPIs that have changed since a moment, as they were then. Absent values
    /// are those of periods that were blank.
    pub(crate) async fn replaced_values(
        &self,
        kpis: &[KpiWithValues],
        since: DateTime<Utc>,
    ) -> Result<HashMap<KpiId, Vec<(Period, Option<FiniteValue>)>>, DatabaseError> {
        let ids: Vec<_> = kpis.iter().map(|with| with.kpi.id.get()).collect();
        let rows = sqlx::query_as!(
            ReplacedRow,
            r#"select distinct on (kpi_value_id)
                kpi_id, year as "year!", month as "month!", old_value
            from kpi.changes
            where kpi_id = any($1) and create_time >= $2 and kpi_value_id is not null
            order by kpi_value_id, id"#,
            &ids,
            since,
        )
        .fetch_all(self.reads())
        .await?;
        let mut replaced: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            let value = row.old_value.map(FiniteValue::stored);
            replaced
                .entry(KpiId::stored(row.kpi_id))
                .or_default()
                .push((Period::stored(row.year, row.month), value));
        }
        Ok(replaced)
    }
}

fn active(include_inactive: bool) -> Vec<bool> {
    if include_inactive {
        vec![true, false]
    } else {
        vec![true]
    }
}

fn numbers(circles: &[CircleId]) -> Vec<i64> {
    circles.iter().map(|circle| circle.get()).collect()
}
