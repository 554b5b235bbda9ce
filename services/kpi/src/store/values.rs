//! The values of KPIs.

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use kreis_database::DatabaseError;

use super::{
    Store, Tx, read,
    rows::{content, limits, person},
};
use crate::model::{
    ChangeHeader, CircleId, CurrentValue, KpiForValue, KpiId, KpiScope, KpiValue, KpiValueId,
    Period, UserId, ValueContent, ValueCursor, ValueRules, Version,
};

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
    fn value(self) -> KpiValue {
        KpiValue {
            id: KpiValueId::stored(self.id),
            kpi: KpiId::stored(self.kpi_id),
            period: Period::stored(self.year, self.month),
            content: content(self.value, self.nothing_to_report, self.comment),
            created_by: person(self.created_by, self.creator),
            create_time: self.create_time,
            updated_by: person(self.updated_by, self.updater),
            update_time: self.update_time,
            version: Version::stored(self.version),
        }
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
    fn value(self) -> CurrentValue {
        CurrentValue {
            id: KpiValueId::stored(self.id),
            content: content(self.value, self.nothing_to_report, self.comment),
            version: Version::stored(self.version),
        }
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
            id: KpiId::stored(self.id),
            circle: CircleId::stored(self.circle_id),
            rules: ValueRules {
                active: self.active,
                periodicity: read(self.periodicity.parse())?,
                unit: read(self.unit.parse())?,
                limits: limits(self.minimum, self.maximum),
            },
            caller_is_member: self.member,
            zone: read(self.time_zone.parse())?,
        })
    }
}

impl Store {
    /// The value with this id, a retracted one too.
    pub(crate) async fn kpi_value(
        &self,
        id: KpiValueId,
    ) -> Result<Option<KpiValue>, DatabaseError> {
        Ok(
            sqlx::query_file_as!(ValueRow, "src/store/sql/kpi_value.sql", id.get())
                .fetch_optional(self.reads())
                .await?
                .map(ValueRow::value),
        )
    }

    /// The KPI of a value, if there is such a value.
    pub(crate) async fn kpi_of_value(
        &self,
        id: KpiValueId,
    ) -> Result<Option<KpiId>, DatabaseError> {
        self.kpi_of_value.get(id, self.reads()).await
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
                circle.get(),
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
                kpi.get(),
            )
            .fetch(self.reads()),
        };
        rows.map_ok(ValueRow::value)
            .map_err(DatabaseError::from)
            .try_collect()
            .await
    }
}

impl Tx {
    /// The KPI, locked as it is, and whether the caller is of its circle.
    pub(crate) async fn lock_kpi_for_value(
        &mut self,
        kpi: KpiId,
        caller: UserId,
    ) -> Result<Option<KpiForValue>, DatabaseError> {
        sqlx::query_file_as!(
            KpiForValueRow,
            "src/store/sql/writable_kpi.sql",
            kpi.get(),
            caller.get(),
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
        caller: UserId,
    ) -> Result<Option<KpiForValue>, DatabaseError> {
        sqlx::query_file_as!(
            KpiForValueRow,
            "src/store/sql/writable_kpi_of_value.sql",
            value.get(),
            caller.get(),
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
        Ok(sqlx::query_file_as!(
            CurrentValueRow,
            "src/store/sql/locked_kpi_value.sql",
            id.get()
        )
        .fetch_optional(&mut *self.0)
        .await?
        .map(CurrentValueRow::value))
    }

    /// Locks the value of a period, which must exist, against other changes.
    pub(crate) async fn lock_kpi_value_at(
        &mut self,
        kpi: KpiId,
        period: Period,
    ) -> Result<CurrentValue, DatabaseError> {
        Ok(sqlx::query_file_as!(
            CurrentValueRow,
            "src/store/sql/locked_kpi_value_at.sql",
            kpi.get(),
            i32::from(period.year),
            i32::from(period.month),
        )
        .fetch_one(&mut *self.0)
        .await?
        .value())
    }

    /// The value with this id, as this transaction left it.
    pub(crate) async fn kpi_value(
        &mut self,
        id: KpiValueId,
    ) -> Result<Option<KpiValue>, DatabaseError> {
        Ok(
            sqlx::query_file_as!(ValueRow, "src/store/sql/kpi_value.sql", id.get())
                .fetch_optional(&mut *self.0)
                .await?
                .map(ValueRow::value),
        )
    }

    /// Inserts the value of a period. Absent if the period has a value; that value may be retracted.
    pub(crate) async fn insert_kpi_value(
        &mut self,
        header: ChangeHeader,
        period: Period,
        content: &ValueContent,
    ) -> Result<Option<KpiValue>, DatabaseError> {
        Ok(sqlx::query_file_as!(
            ValueRow,
            "src/store/sql/insert_kpi_value.sql",
            header.kpi.get(),
            i32::from(period.year),
            i32::from(period.month),
            content.number().map(f64::from),
            matches!(content, ValueContent::Nothing(_)),
            content.comment(),
            header.user.get(),
        )
        .fetch_optional(&mut *self.0)
        .await?
        .map(ValueRow::value))
    }

    /// Replaces the content of a locked value and raises its version.
    pub(crate) async fn set_kpi_value(
        &mut self,
        id: KpiValueId,
        content: &ValueContent,
        caller: UserId,
    ) -> Result<KpiValue, DatabaseError> {
        Ok(sqlx::query_file_as!(
            ValueRow,
            "src/store/sql/set_kpi_value.sql",
            id.get(),
            content.number().map(f64::from),
            caller.get(),
            matches!(content, ValueContent::Nothing(_)),
            content.comment(),
        )
        .fetch_one(&mut *self.0)
        .await?
        .value())
    }
}
