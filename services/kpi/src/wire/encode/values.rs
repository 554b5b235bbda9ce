//! Values as messages.

use kreis_proto::kpi::v1 as proto;
use kreis_server::timestamps::to_timestamp;

use super::fields::{period, period_range, person};
use crate::model::{KpiValue, ValueContent, ValuePage};

pub(crate) fn list_kpi_values(values: ValuePage) -> proto::ListKpiValuesResponse {
    let ValuePage { page, range } = values;
    proto::ListKpiValuesResponse {
        next_page_token: page.next_token(|value| value.cursor(range)),
        kpi_values: page.items.into_iter().map(message).collect(),
        range: range.map(period_range),
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
