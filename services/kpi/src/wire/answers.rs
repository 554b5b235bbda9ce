//! Results as messages.

use kreis_chassis::calendar::to_timestamp;
use kreis_proto::{
    kpi::v1::{self as proto, change::Detail as DetailMessage},
    org::v1::Person as PersonMessage,
};

use crate::model::{
    Activity, Change, ChangeDetail, CircleProgress, Kpi, KpiValue, Limits, Period, PeriodRange,
    Periodicity, Person, ProgressPoint, Target, Unit, ValueContent,
};

/// The response to `CreateKpi`.
pub(crate) fn create_kpi(created: Kpi) -> proto::CreateKpiResponse {
    proto::CreateKpiResponse {
        kpi: Some(kpi(created)),
    }
}

/// A KPI with its targets.
pub(crate) fn kpi(kpi: Kpi) -> proto::Kpi {
    let definition = kpi.definition;
    proto::Kpi {
        id: kpi.id.get(),
        circle_id: definition.circle.get(),
        circle_name: kpi.circle_name,
        name: definition.name.as_str().to_owned(),
        periodicity: periodicity(definition.periodicity).into(),
        unit: unit(definition.unit).into(),
        limits: Some(limits(definition.limits)),
        targets: kpi.targets.iter().map(target).collect(),
        active: kpi.active,
        create_time: Some(to_timestamp(kpi.create_time)),
        update_time: Some(to_timestamp(kpi.update_time)),
        etag: kpi.version.etag(),
        description: definition.description.as_str().to_owned(),
        steward: kpi.steward.map(person),
    }
}

pub(super) const fn periodicity(periodicity: Periodicity) -> proto::Periodicity {
    match periodicity {
        Periodicity::Monthly => proto::Periodicity::Monthly,
        Periodicity::Quarterly => proto::Periodicity::Quarterly,
        Periodicity::Yearly => proto::Periodicity::Yearly,
    }
}

pub(super) const fn unit(unit: Unit) -> proto::Unit {
    match unit {
        Unit::Chf => proto::Unit::Chf,
        Unit::Percentage => proto::Unit::Percentage,
        Unit::Amount => proto::Unit::Amount,
        Unit::Score => proto::Unit::Score,
    }
}

pub(super) fn limits(limits: Limits) -> proto::Limits {
    proto::Limits {
        minimum: limits.minimum().map(f64::from),
        maximum: limits.maximum().map(f64::from),
    }
}

fn target(target: &Target) -> proto::Target {
    proto::Target {
        from_year: target.from_year.into(),
        initial_value: target.initial.into(),
        target_value: target.target.into(),
    }
}

/// A month, quarter or year.
pub(crate) fn period(period: Period) -> proto::Period {
    proto::Period {
        year: period.year.into(),
        month: period.month.into(),
    }
}

/// A range of months.
pub(crate) fn range(range: PeriodRange) -> proto::PeriodRange {
    proto::PeriodRange {
        from: Some(period(range.from())),
        to: Some(period(range.to())),
    }
}

fn person(person: Person) -> PersonMessage {
    PersonMessage {
        user_id: person.user_id.get(),
        display_name: person.display_name,
    }
}

/// The response to `RecordKpiValue`.
pub(crate) fn record_kpi_value(value: KpiValue) -> proto::RecordKpiValueResponse {
    proto::RecordKpiValueResponse {
        kpi_value: Some(kpi_value(value)),
    }
}

/// The response to `CorrectKpiValue`.
pub(crate) fn correct_kpi_value(value: KpiValue) -> proto::CorrectKpiValueResponse {
    proto::CorrectKpiValueResponse {
        kpi_value: Some(kpi_value(value)),
    }
}

/// The response to `RetractKpiValue`.
pub(crate) fn retract_kpi_value(value: KpiValue) -> proto::RetractKpiValueResponse {
    proto::RetractKpiValueResponse {
        kpi_value: Some(kpi_value(value)),
    }
}

/// The response to `MarkNothingToReport`.
pub(crate) fn mark_nothing_to_report(value: KpiValue) -> proto::MarkNothingToReportResponse {
    proto::MarkNothingToReportResponse {
        kpi_value: Some(kpi_value(value)),
    }
}

/// A value.
pub(crate) fn kpi_value(value: KpiValue) -> proto::KpiValue {
    let state = match value.content {
        ValueContent::Number(..) => proto::KpiValueState::Recorded,
        ValueContent::Nothing(_) => proto::KpiValueState::NothingToReport,
        ValueContent::Retracted => proto::KpiValueState::Retracted,
    };
    proto::KpiValue {
        id: value.id.get(),
        kpi_id: value.kpi.get(),
        period: Some(period(value.period)),
        value: value.content.number().map(f64::from),
        state: state.into(),
        created_by: Some(person(value.created_by)),
        create_time: Some(to_timestamp(value.create_time)),
        updated_by: Some(person(value.updated_by)),
        update_time: Some(to_timestamp(value.update_time)),
        etag: value.version.etag(),
        comment: value.content.comment().to_owned(),
    }
}

/// The progress of a KPI at one period.
pub(crate) fn point(point: ProgressPoint) -> proto::ProgressPoint {
    proto::ProgressPoint {
        period: Some(period(point.period)),
        value: Some(point.value.into()),
        sum: point.sum,
        progress: point.progress,
        performance: point.performance,
        missing_periods: point.missing.into_iter().map(period).collect(),
        target: point.target.as_ref().map(target),
    }
}

/// The progress of a circle as of a month.
pub(crate) fn circle_progress(
    as_of: Period,
    circle: &CircleProgress,
) -> proto::GetCircleProgressResponse {
    let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    proto::GetCircleProgressResponse {
        progress: circle.progress,
        with_progress_count: Some(count(circle.with_progress)),
        active_count: Some(count(circle.active)),
        oldest_period: circle.oldest_period.map(period),
        as_of: Some(period(as_of)),
    }
}

/// An entry of the change log.
pub(crate) fn change(change: Change) -> proto::Change {
    let detail = match change.detail {
        ChangeDetail::Value {
            change,
            old_comment,
        } => DetailMessage::Value(proto::ValueChange {
            kpi_value_id: change.value.get(),
            period: Some(period(change.period)),
            old_value: change.old.map(f64::from),
            new_value: change.new.number().map(f64::from),
            comment: change.new.comment().to_owned(),
            old_comment: old_comment.as_str().to_owned(),
        }),
        ChangeDetail::Definition(field) => DetailMessage::Definition(proto::DefinitionChange {
            field: field.field,
            old_text: field.old,
            new_text: field.new,
        }),
    };
    proto::Change {
        id: change.id,
        create_time: Some(to_timestamp(change.create_time)),
        changed_by: Some(person(change.changed_by)),
        kpi_id: change.kpi.get(),
        kpi_name: change.kpi_name.as_str().to_owned(),
        kpi_unit: unit(change.unit).into(),
        kpi_periodicity: periodicity(change.periodicity).into(),
        circle_id: change.circle.get(),
        activity: activity(change.activity).into(),
        detail: Some(detail),
    }
}

const fn activity(activity: Activity) -> proto::Activity {
    match activity {
        Activity::Recorded => proto::Activity::Recorded,
        Activity::Corrected => proto::Activity::Corrected,
        Activity::Retracted => proto::Activity::Retracted,
        Activity::NothingToReport => proto::Activity::NothingToReport,
        Activity::KpiCreated => proto::Activity::KpiCreated,
        Activity::KpiUpdated => proto::Activity::KpiUpdated,
        Activity::TargetSet => proto::Activity::TargetSet,
        Activity::TargetRemoved => proto::Activity::TargetRemoved,
        Activity::KpiActivated => proto::Activity::KpiActivated,
        Activity::KpiDeactivated => proto::Activity::KpiDeactivated,
    }
}
