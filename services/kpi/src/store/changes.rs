//! The change log.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt};
use kreis_database::DatabaseError;
use kreis_service::page::TimeCursor;

use super::{
    Store, Tx, read,
    rows::{content, person},
};
use crate::model::{
    Activity, Change, ChangeDetail, ChangeHeader, CircleId, Comment, FieldChange, FiniteValue,
    KpiId, KpiName, KpiScope, KpiValueId, Period, ValueChange,
};

struct ChangeRow {
    id: i64,
    create_time: DateTime<Utc>,
    user_id: i64,
    person: String,
    owner_id: Option<i64>,
    owner_name: Option<String>,
    kpi_id: i64,
    kpi_name: String,
    unit: String,
    periodicity: String,
    circle_id: i64,
    activity: String,
    kpi_value_id: Option<i64>,
    year: Option<i32>,
    month: Option<i32>,
    old_value: Option<f64>,
    new_value: Option<f64>,
    comment: String,
    field: Option<String>,
    old_text: Option<String>,
    new_text: Option<String>,
    old_comment: String,
}

impl ChangeRow {
    fn change(self) -> Result<Change, DatabaseError> {
        let activity = read(self.activity.parse::<Activity>())?;
        let detail = match (self.kpi_value_id, self.year, self.month) {
            (Some(value), Some(year), Some(month)) => ChangeDetail::Value {
                change: ValueChange {
                    value: KpiValueId::stored(value),
                    period: Period::stored(year, month),
                    old: self.old_value.map(FiniteValue::stored),
                    new: content(
                        self.new_value,
                        activity == Activity::NothingToReport,
                        self.comment,
                    ),
                },
                old_comment: Comment::stored(self.old_comment),
            },
            _ => ChangeDetail::Definition(FieldChange {
                field: self.field.unwrap_or_default(),
                old: self.old_text.unwrap_or_default(),
                new: self.new_text.unwrap_or_default(),
            }),
        };
        Ok(Change {
            id: self.id,
            create_time: self.create_time,
            changed_by: person(self.user_id, self.person),
            owner: self
                .owner_id
                .zip(self.owner_name)
                .map(|(id, name)| person(id, name)),
            kpi: KpiId::stored(self.kpi_id),
            kpi_name: KpiName::stored(self.kpi_name),
            unit: read(self.unit.parse())?,
            periodicity: read(self.periodicity.parse())?,
            circle: CircleId::stored(self.circle_id),
            activity,
            detail,
        })
    }
}

impl Store {
    /// Changes, newest first, from a cursor on, back to `since` inclusive.
    pub(crate) async fn changes(
        &self,
        scope: KpiScope,
        since: DateTime<Utc>,
        before: TimeCursor,
        most: i64,
    ) -> Result<Vec<Change>, DatabaseError> {
        let rows = match scope {
            KpiScope::All => sqlx::query_file_as!(
                ChangeRow,
                "src/store/sql/changes.sql",
                since,
                before.time,
                before.id,
                most,
            )
            .fetch(self.reads()),
            KpiScope::Circle(circle) => sqlx::query_file_as!(
                ChangeRow,
                "src/store/sql/changes_of_circle.sql",
                since,
                before.time,
                before.id,
                most,
                circle.get(),
            )
            .fetch(self.reads()),
            KpiScope::Kpi(kpi) => sqlx::query_file_as!(
                ChangeRow,
                "src/store/sql/changes_of_kpi.sql",
                since,
                before.time,
                before.id,
                most,
                kpi.get(),
            )
            .fetch(self.reads()),
        };
        rows.map(|row| row?.change()).try_collect().await
    }

    /// The three newest changes of a value, newest first; none if the value does not exist.
    pub(crate) async fn recent_changes(
        &self,
        value: KpiValueId,
    ) -> Result<Vec<Change>, DatabaseError> {
        sqlx::query_file_as!(ChangeRow, "src/store/sql/recent_changes.sql", value.get())
            .fetch_all(self.reads())
            .await?
            .into_iter()
            .map(ChangeRow::change)
            .collect()
    }
}

impl Tx {
    /// Appends a change of a value.
    pub(crate) async fn append_value_change(
        &mut self,
        header: ChangeHeader,
        change: &ValueChange,
    ) -> Result<(), DatabaseError> {
        sqlx::query_file!(
            "src/store/sql/log_value_change.sql",
            header.user.get(),
            header.kpi.get(),
            header.circle.get(),
            header.activity.name(),
            change.value.get(),
            i32::from(change.period.year),
            i32::from(change.period.month),
            change.old.map(f64::from),
            change.new.number().map(f64::from),
            change.new.comment(),
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Appends changes of a KPI's fields, in the given order.
    pub(crate) async fn append_field_changes(
        &mut self,
        header: ChangeHeader,
        changes: Vec<FieldChange>,
    ) -> Result<(), DatabaseError> {
        let mut fields = Vec::with_capacity(changes.len());
        let mut old = Vec::with_capacity(changes.len());
        let mut new = Vec::with_capacity(changes.len());
        for change in changes {
            fields.push(change.field);
            old.push(change.old);
            new.push(change.new);
        }
        sqlx::query!(
            "insert into kpi.changes (user_id, kpi_id, circle_id, activity, field, old_text, new_text)
            select $1, $2, $3, $4, field, old_text, new_text
            from unnest($5::text[], $6::text[], $7::text[])
                with ordinality as t (field, old_text, new_text, place)
            order by place",
            header.user.get(),
            header.kpi.get(),
            header.circle.get(),
            header.activity.name(),
            &fields,
            &old,
            &new,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
