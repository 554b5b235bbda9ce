//! Rows as kpi reads them, and the messages they become.

use chrono::{DateTime, Utc};
use kreis_proto::{
    kpi::v1::{
        Activity, Change, Kpi, KpiValue, KpiValueState, Limits, Period, Periodicity,
        StateThresholds, Target, Unit, ValueChange, change::Detail,
    },
    org::v1::Person,
};
use prost_types::Timestamp;

pub(crate) struct KpiRow {
    pub(crate) id: i64,
    pub(crate) circle_id: i64,
    pub(crate) circle_name: String,
    pub(crate) name: String,
    pub(crate) periodicity: String,
    pub(crate) unit: String,
    pub(crate) minimum: Option<f64>,
    pub(crate) maximum: Option<f64>,
    pub(crate) active: bool,
    pub(crate) description: String,
    pub(crate) steward_id: Option<i64>,
    pub(crate) steward: Option<String>,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) update_time: DateTime<Utc>,
    pub(crate) version: i64,
    pub(crate) on_track_from: Option<f64>,
    pub(crate) slightly_behind_from: Option<f64>,
    pub(crate) target_years: Vec<i32>,
    pub(crate) target_initials: Vec<f64>,
    pub(crate) target_values: Vec<f64>,
}

impl From<KpiRow> for Kpi {
    fn from(row: KpiRow) -> Self {
        let targets = row
            .target_years
            .into_iter()
            .zip(row.target_initials)
            .zip(row.target_values);
        Self {
            id: row.id,
            circle_id: row.circle_id,
            circle_name: row.circle_name,
            name: row.name,
            periodicity: periodicity(&row.periodicity).into(),
            unit: unit(&row.unit).into(),
            limits: Some(Limits {
                minimum: row.minimum,
                maximum: row.maximum,
            }),
            targets: targets
                .map(|((from_year, initial_value), target_value)| Target {
                    from_year,
                    initial_value,
                    target_value,
                })
                .collect(),
            active: row.active,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            etag: row.version.to_string(),
            description: row.description,
            steward: row
                .steward_id
                .zip(row.steward)
                .map(|(user_id, name)| person(user_id, name)),
            state_thresholds: row.on_track_from.map(|on_track_from| StateThresholds {
                on_track_from: Some(on_track_from),
                slightly_behind_from: row.slightly_behind_from,
            }),
        }
    }
}

pub(crate) struct ValueRow {
    pub(crate) id: i64,
    pub(crate) kpi_id: i64,
    pub(crate) year: i32,
    pub(crate) month: i32,
    pub(crate) value: Option<f64>,
    #[expect(dead_code, reason = "kpi reads it too")]
    pub(crate) nothing_to_report: bool,
    pub(crate) comment: String,
    pub(crate) version: i64,
    pub(crate) created_by: i64,
    pub(crate) creator: String,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) updated_by: i64,
    pub(crate) updater: String,
    pub(crate) update_time: DateTime<Utc>,
}

impl From<ValueRow> for KpiValue {
    fn from(row: ValueRow) -> Self {
        Self {
            id: row.id,
            kpi_id: row.kpi_id,
            period: Some(Period {
                year: row.year,
                month: row.month,
            }),
            value: row.value,
            state: KpiValueState::Recorded.into(),
            created_by: Some(person(row.created_by, row.creator)),
            create_time: Some(timestamp(row.create_time)),
            updated_by: Some(person(row.updated_by, row.updater)),
            update_time: Some(timestamp(row.update_time)),
            etag: row.version.to_string(),
            comment: row.comment,
        }
    }
}

pub(crate) struct ChangeRow {
    pub(crate) id: i64,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) user_id: i64,
    pub(crate) person: String,
    pub(crate) owner_id: Option<i64>,
    pub(crate) owner_name: Option<String>,
    pub(crate) kpi_id: i64,
    pub(crate) kpi_name: String,
    pub(crate) unit: String,
    pub(crate) periodicity: String,
    pub(crate) circle_id: i64,
    pub(crate) activity: String,
    pub(crate) kpi_value_id: Option<i64>,
    pub(crate) year: Option<i32>,
    pub(crate) month: Option<i32>,
    pub(crate) old_value: Option<f64>,
    pub(crate) new_value: Option<f64>,
    pub(crate) comment: String,
    pub(crate) old_comment: String,
    #[expect(dead_code, reason = "kpi reads it too")]
    pub(crate) field: Option<String>,
    #[expect(dead_code, reason = "kpi reads it too")]
    pub(crate) old_text: Option<String>,
    #[expect(dead_code, reason = "kpi reads it too")]
    pub(crate) new_text: Option<String>,
}

impl From<ChangeRow> for Change {
    fn from(row: ChangeRow) -> Self {
        Self {
            id: row.id,
            create_time: Some(timestamp(row.create_time)),
            changed_by: Some(person(row.user_id, row.person)),
            owner: row
                .owner_id
                .zip(row.owner_name)
                .map(|(id, name)| person(id, name)),
            kpi_id: row.kpi_id,
            kpi_name: row.kpi_name,
            circle_id: row.circle_id,
            activity: match row.activity.as_str() {
                "corrected" => Activity::Corrected,
                _ => Activity::Recorded,
            }
            .into(),
            detail: Some(Detail::Value(ValueChange {
                kpi_value_id: row.kpi_value_id.unwrap_or_default(),
                period: row
                    .year
                    .zip(row.month)
                    .map(|(year, month)| Period { year, month }),
                old_value: row.old_value,
                new_value: row.new_value,
                comment: row.comment,
                old_comment: row.old_comment,
            })),
            kpi_unit: unit(&row.unit).into(),
            kpi_periodicity: periodicity(&row.periodicity).into(),
        }
    }
}

fn periodicity(name: &str) -> Periodicity {
    match name {
        "quarterly" => Periodicity::Quarterly,
        "yearly" => Periodicity::Yearly,
        _ => Periodicity::Monthly,
    }
}

fn unit(name: &str) -> Unit {
    match name {
        "chf" => Unit::Chf,
        "percentage" => Unit::Percentage,
        "score" => Unit::Score,
        _ => Unit::Amount,
    }
}

fn person(user_id: i64, display_name: String) -> Person {
    Person {
        user_id,
        display_name,
    }
}

fn timestamp(moment: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: moment.timestamp(),
        nanos: moment.timestamp_subsec_nanos().cast_signed(),
    }
}
