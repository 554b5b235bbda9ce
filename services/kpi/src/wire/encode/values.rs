//! Values as messages.

use kreis_proto::kpi::v1 as proto;
use kreis_server::timestamps::to_timestamp;

use super::fields::{period, person};
use crate::model::{KpiScope, KpiValue, PeriodRange, TimeFilter, ValueContent, ValuePage};

/// Name of the list in page tokens.
pub(in crate::wire) const VALUES: &str = "ListKpiValues";

pub(crate) fn list_kpi_values(
    values: ValuePage,
    scope: KpiScope,
    time: TimeFilter,
) -> proto::ListKpiValuesResponse {
    let range_of_list = values.range;
    let cursor = |value: &KpiValue| value.cursor(range_of_list);
    proto::ListKpiValuesResponse {
        next_page_token: values.page.next_token(VALUES, &(scope, time), cursor),
        kpi_values: values.page.items.into_iter().map(message).collect(),
        range: values.range.map(range),
    }
}

pub(crate) fn get_kpi_value(value: KpiValue) -> proto::GetKpiValueResponse {
    proto::GetKpiValueResponse {
        kpi_value: Some(message(value)),
    }
}

pub(crate) fn record_kpi_value(value: KpiValue) -> proto::RecordKpiValueResponse {
    proto::RecordKpiValueResponse {
        kpi_value: Some(message(value)),
    }
}

pub(crate) fn correct_kpi_value(value: KpiValue) -> proto::CorrectKpiValueResponse {
    proto::CorrectKpiValueResponse {
        kpi_value: Some(message(value)),
    }
}

pub(crate) fn retract_kpi_value(value: KpiValue) -> proto::RetractKpiValueResponse {
    proto::RetractKpiValueResponse {
        kpi_value: Some(message(value)),
    }
}

pub(crate) fn mark_nothing_to_report(value: KpiValue) -> proto::MarkNothingToReportResponse {
    proto::MarkNothingToReportResponse {
        kpi_value: Some(message(value)),
    }
}

/// A value.
fn message(value: KpiValue) -> proto::KpiValue {
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

/// A range of months.
fn range(range: PeriodRange) -> proto::PeriodRange {
    proto::PeriodRange {
        from: Some(period(range.from())),
        to: Some(period(range.to())),
    }
}
