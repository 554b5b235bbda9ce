//! The values of KPIs.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt};
use kreis_chassis::{
    calendar::TimeZone,
    database::{DatabaseError, retry_broken},
};

use super::{ChangeHeader, Store, Tx, kpis::limits, read};
use crate::model::{
    CircleId, Comment, CurrentValue, FiniteValue, KpiId, KpiScope, KpiValue, KpiValueId,
    MonthOfYear, Period, Person, Reason, ValueContent, ValueCursor, ValueRules, Version, Year,
};

/// A KPI, locked so that it stays as it is while one of its values changes.
#[derive(Debug)]
pub(crate) struct KpiForValue {
    /// Its id.
    pub id: KpiId,
    /// The circle it belongs to.
    pub circle: CircleId,
    /// What it asks of its values.
    pub rules: ValueRules,
    /// Whether the caller is a member of its circle.
    pub caller_is_member: bool,
    /// The organisation's time zone.
    pub zone: TimeZone,
}

struct ValueRow {
    id: i64,
    kpi_id: i64,
    year: i32,
    month: i32,
    value: Option<f64>,
    nothing_to_report: bool,
    comment: String,
    version: i64,
    created_by: i64,
    creator: String,
    create_time: DateTime<Utc>,
    updated_by: i64,
    updater: String,
    update_time: DateTime<Utc>,
}

impl ValueRow {
    fn value(self) -> Result<KpiValue, DatabaseError> {
        Ok(KpiValue {
            id: read(self.id.try_into())?,
            kpi: read(self.kpi_id.try_into())?,
            period: period(self.year, self.month)?,
            content: content(self.value, self.nothing_to_report, &self.comment)?,
            created_by: Person {
                user_id: self.created_by,
                display_name: self.creator,
            },
            create_time: self.create_time,
            updated_by: Person {
                user_id: self.updated_by,
                display_name: self.updater,
            },
            update_time: self.update_time,
            version: Version::stored(self.version),
        })
    }
}

struct CurrentValueRow {
    id: i64,
    value: Option<f64>,
    nothing_to_report: bool,
    comment: String,
    version: i64,
}

impl CurrentValueRow {
    fn value(self) -> Result<CurrentValue, DatabaseError> {
        Ok(CurrentValue {
            id: KpiValueId::stored(self.id),
            content: content(self.value, self.nothing_to_report, &self.comment)?,
            version: Version::stored(self.version),
        })
    }
}

struct KpiForValueRow {
    id: i64,
    circle_id: i64,
    periodicity: String,
    unit: String,
    minimum: Option<f64>,
    maximum: Option<f64>,
    active: bool,
    time_zone: String,
    member: bool,
}

impl KpiForValueRow {
    fn kpi(self) -> Result<KpiForValue, DatabaseError> {
        Ok(KpiForValue {
            id: read(self.id.try_into())?,
            circle: read(self.circle_id.try_into())?,
            rules: ValueRules {
                active: self.active,
                periodicity: read(self.periodicity.parse())?,
                unit: read(self.unit.parse())?,
                limits: limits(self.minimum, self.maximum)?,
            },
            caller_is_member: self.member,
            zone: read(self.time_zone.parse())?,
        })
    }
}

/// A period from its two columns.
pub(super) fn period(year: i32, month: i32) -> Result<Period, DatabaseError> {
    Ok(Period {
        year: read(Year::try_from(year))?,
        month: read(MonthOfYear::try_from(month))?,
    })
}

/// What is known of a period, from its three columns.
pub(super) fn content(
    value: Option<f64>,
    nothing_to_report: bool,
    comment: &str,
) -> Result<ValueContent, DatabaseError> {
    Ok(match number(value)? {
        Some(value) => ValueContent::Number(value, read(Comment::new(comment))?),
        None if nothing_to_report => ValueContent::Nothing(read(Reason::new(comment))?),
        None => ValueContent::Retracted,
    })
}

/// A number from its column.
pub(super) fn number(value: Option<f64>) -> Result<Option<FiniteValue>, DatabaseError> {
    read(value.map(FiniteValue::try_from).transpose())
}

impl Store {
    /// The value with this id, a retracted one too.
    pub(crate) async fn kpi_value(
        &self,
        id: KpiValueId,
    ) -> Result<Option<KpiValue>, DatabaseError> {
        sqlx::query_file_as!(ValueRow, "src/store/sql/kpi_value.sql", id.number())
            .fetch_optional(self.reads())
            .await?
            .map(ValueRow::value)
            .transpose()
    }

    /// The KPI of a value. It never changes. Writes begin with this read, so a broken connection is
    /// replaced.
    pub(crate) async fn kpi_of_value(
        &self,
        id: KpiValueId,
    ) -> Result<Option<KpiId>, DatabaseError> {
        let found = retry_broken(|| async {
            let statement = sqlx::query_scalar!(
                "select kpi_id from kpi.kpi_values where id = $1",
                id.number(),
            );
            Ok(statement.fetch_optional(self.reads()).await?)
        })
        .await?;
        found.map(|kpi| read(kpi.try_into())).transpose()
    }

    /// Values by period, retracted ones left out, from a cursor on, to the last month named.
    pub(crate) async fn kpi_values(
        &self,
        scope: KpiScope,
        after: ValueCursor,
        to: Period,
        most: i64,
    ) -> Result<Vec<KpiValue>, DatabaseError> {
        let (year, month) = (i32::from(after.period.year), i32::from(after.period.month));
        let (last_year, last_month) = (i32::from(to.year), i32::from(to.month));
        let rows = match scope {
            KpiScope::All => sqlx::query_file_as!(
                ValueRow,
                "src/store/sql/kpi_values.sql",
                year,
                month,
                after.id,
                last_year,
                last_month,
                most,
            )
            .fetch(self.reads()),
            KpiScope::Circle(circle) => sqlx::query_file_as!(
                ValueRow,
                "src/store/sql/kpi_values_of_circle.sql",
                year,
                month,
                after.id,
                last_year,
                last_month,
                most,
                circle.number(),
            )
            .fetch(self.reads()),
            KpiScope::Kpi(kpi) => sqlx::query_file_as!(
                ValueRow,
                "src/store/sql/kpi_values_of_kpi.sql",
                year,
                month,
                after.id,
                last_year,
                last_month,
                most,
                kpi.number(),
            )
            .fetch(self.reads()),
        };
        rows.map(|row| row?.value()).try_collect().await
    }
}

impl Tx {
    /// The KPI, locked as it is, and whether the caller is of its circle.
    pub(crate) async fn lock_kpi_for_value(
        &mut self,
        kpi: KpiId,
        caller: i64,
    ) -> Result<Option<KpiForValue>, DatabaseError> {
        sqlx::query_file_as!(
            KpiForValueRow,
            "src/store/sql/writable_kpi.sql",
            kpi.number(),
            caller,
        )
        .fetch_optional(&mut *self.0)
        .await?
        .map(KpiForValueRow::kpi)
        .transpose()
    }

    /// The KPI of a value, locked as it is. Comes before the lock of the value
    /// itself, so that no two callers wait for each other.
    pub(crate) async fn lock_kpi_of_value(
        &mut self,
        value: KpiValueId,
        caller: i64,
    ) -> Result<Option<KpiForValue>, DatabaseError> {
        sqlx::query_file_as!(
            KpiForValueRow,
            "src/store/sql/writable_kpi_of_value.sql",
            value.number(),
            caller,
        )
        .fetch_optional(&mut *self.0)
        .await?
        .map(KpiForValueRow::kpi)
        .transpose()
    }

    /// Locks a value against other changes, until the end of the transaction.
    pub(crate) async fn lock_kpi_value(
        &mut self,
        id: KpiValueId,
    ) -> Result<Option<CurrentValue>, DatabaseError> {
        sqlx::query_file_as!(
            CurrentValueRow,
            "src/store/sql/locked_kpi_value.sql",
            id.number()
        )
        .fetch_optional(&mut *self.0)
        .await?
        .map(CurrentValueRow::value)
        .transpose()
    }

    /// Locks the value of a period, which must exist, against other changes.
    pub(crate) async fn lock_kpi_value_at(
        &mut self,
        kpi: KpiId,
        period: Period,
    ) -> Result<CurrentValue, DatabaseError> {
        sqlx::query_file_as!(
            CurrentValueRow,
            "src/store/sql/locked_kpi_value_at.sql",
            kpi.number(),
            i32::from(period.year),
            i32::from(period.month),
        )
        .fetch_one(&mut *self.0)
        .await?
        .value()
    }

    /// The value with this id, as this transaction left it.
    pub(crate) async fn kpi_value(
        &mut self,
        id: KpiValueId,
    ) -> Result<Option<KpiValue>, DatabaseError> {
        sqlx::query_file_as!(ValueRow, "src/store/sql/kpi_value.sql", id.number())
            .fetch_optional(&mut *self.0)
            .await?
            .map(ValueRow::value)
            .transpose()
    }

    /// Inserts the value of a period. Absent if the period has a value; that value may be retracted.
    pub(crate) async fn insert_kpi_value(
        &mut self,
        header: ChangeHeader,
        period: Period,
        content: &ValueContent,
    ) -> Result<Option<KpiValue>, DatabaseError> {
        sqlx::query_file_as!(
            ValueRow,
            "src/store/sql/insert_kpi_value.sql",
            header.kpi.number(),
            i32::from(period.year),
            i32::from(period.month),
            content.number().map(f64::from),
            matches!(content, ValueContent::Nothing(_)),
            content.comment(),
            header.user,
        )
        .fetch_optional(&mut *self.0)
        .await?
        .map(ValueRow::value)
        .transpose()
    }

    /// Replaces the content of a locked value and raises its version.
    pub(crate) async fn set_kpi_value(
        &mut self,
        id: KpiValueId,
        content: &ValueContent,
        caller: i64,
    ) -> Result<KpiValue, DatabaseError> {
        sqlx::query_file_as!(
            ValueRow,
            "src/store/sql/set_kpi_value.sql",
            id.number(),
            content.number().map(f64::from),
            caller,
            matches!(content, ValueContent::Nothing(_)),
            content.comment(),
        )
        .fetch_one(&mut *self.0)
        .await?
        .value()
    }
}
