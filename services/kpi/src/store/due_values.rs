//! Periods that have ended and have no value yet.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use kreis_service::calendar::TimeZone;

use super::{Store, read, rows::limits};
use crate::model::{
    CircleId, DueCursor, DueScope, DueValue, EndedPeriod, FiniteValue, KpiId, KpiName, Period,
};

struct DueRow {
    year: i32,
    month: i32,
    id: i64,
    name: String,
    circle_id: i64,
    circle_name: String,
    periodicity: String,
    unit: String,
    minimum: Option<f64>,
    maximum: Option<f64>,
    previous: Option<f64>,
    last_year: Option<f64>,
}

impl DueRow {
    fn due_value(self) -> Result<DueValue, DatabaseError> {
        Ok(DueValue {
            kpi: KpiId::stored(self.id),
            kpi_name: KpiName::stored(self.name),
            circle: CircleId::stored(self.circle_id),
            circle_name: self.circle_name,
            periodicity: read(self.periodicity.parse())?,
            unit: read(self.unit.parse())?,
            limits: limits(self.minimum, self.maximum),
            period: Period::stored(self.year, self.month),
            previous: self.previous.map(FiniteValue::stored),
            last_year: self.last_year.map(FiniteValue::stored),
        })
    }
}

/// Ended periods as arrays, one for each column.
#[derive(Default)]
struct Columns {
    periodicities: Vec<String>,
    years: Vec<i32>,
    months: Vec<i32>,
    years_before: Vec<i32>,
    months_before: Vec<i32>,
    ends: Vec<DateTime<Utc>>,
}

impl Columns {
    fn of(periods: &[EndedPeriod], zone: TimeZone) -> Self {
        let mut columns = Self::default();
        for ended in periods {
            let (period, before) = (ended.period, ended.before);
            columns
                .periodicities
                .push(ended.periodicity.name().to_owned());
            columns.years.push(period.year.into());
            columns.months.push(period.month.into());
            columns.years_before.push(before.year.into());
            columns.months_before.push(before.month.into());
            columns.ends.push(zone.end_of_month(period.into()));
        }
        columns
    }
}

impl Store {
    /// Which of these periods have no value, oldest first, from a cursor on.
    pub(crate) async fn due_values(
        &self,
        scope: DueScope,
        ended: &[EndedPeriod],
        zone: TimeZone,
        after: &DueCursor,
        most: i64,
    ) -> Result<Vec<DueValue>, DatabaseError> {
        let ended = Columns::of(ended, zone);
        let (year, month) = (i32::from(after.period.year), i32::from(after.period.month));
        let rows = match scope {
            DueScope::WholeOrganisation => {
                sqlx::query_file_as!(
                    DueRow,
                    "src/store/sql/due_values.sql",
                    &ended.periodicities,
                    &ended.years,
                    &ended.months,
                    &ended.years_before,
                    &ended.months_before,
                    &ended.ends,
                    year,
                    month,
                    after.name_key,
                    after.id,
                    most,
                )
                .fetch_all(self.reads())
                .await?
            }
            DueScope::Circle(circle) => {
                sqlx::query_file_as!(
                    DueRow,
                    "src/store/sql/due_values_of_circle.sql",
                    &ended.periodicities,
                    &ended.years,
                    &ended.months,
                    &ended.years_before,
                    &ended.months_before,
                    &ended.ends,
                    year,
                    month,
                    after.name_key,
                    after.id,
                    most,
                    circle.get(),
                )
                .fetch_all(self.reads())
                .await?
            }
            DueScope::User(user) => {
                sqlx::query_file_as!(
                    DueRow,
                    "src/store/sql/due_values_of_user.sql",
                    &ended.periodicities,
                    &ended.years,
                    &ended.months,
                    &ended.years_before,
                    &ended.months_before,
                    &ended.ends,
                    year,
                    month,
                    after.name_key,
                    after.id,
                    most,
                    user.get(),
                )
                .fetch_all(self.reads())
                .await?
            }
            DueScope::UserInCircle(user, circle) => {
                sqlx::query_file_as!(
                    DueRow,
                    "src/store/sql/due_values_of_user_in_circle.sql",
                    &ended.periodicities,
                    &ended.years,
                    &ended.months,
                    &ended.years_before,
                    &ended.months_before,
                    &ended.ends,
                    year,
                    month,
                    after.name_key,
                    after.id,
                    most,
                    user.get(),
                    circle.get(),
                )
                .fetch_all(self.reads())
                .await?
            }
        };
        rows.into_iter().map(DueRow::due_value).collect()
    }
}
