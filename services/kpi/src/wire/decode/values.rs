//! Requests about values.

use std::mem::take;

use kreis_proto::kpi::v1::{
    self as proto, CorrectKpiValueRequest, GetKpiValueRequest, ListKpiValuesRequest,
    MarkNothingToReportRequest, RecordKpiValueRequest, RetractKpiValueRequest,
    list_kpi_values_request::{Scope, Time},
};
use kreis_server::status::Violations;
use kreis_service::{idempotency::RequestKey, page::PageRequest};
use tonic::Status;

use super::fields::{self, UnknownEnumValue};
use crate::model::{
    Comment, CorrectKpiValue, Correction, ExpectedVersion, KpiId, KpiScope, KpiValueId,
    ListKpiValues, MarkNothingToReport, NewValue, NothingToReportMark, PeriodPreset, PeriodRange,
    Reason, RecordKpiValue, RetractKpiValue, TimeFilter,
};

pub(crate) fn get_kpi_value(message: GetKpiValueRequest) -> Result<KpiValueId, Status> {
    fields::value_id(message.kpi_value_id)
}

pub(crate) fn list_kpi_values(mut message: ListKpiValuesRequest) -> Result<ListKpiValues, Status> {
    let mut violations = Violations::default();
    let page_size = take(&mut message.page_size);
    let page_token = take(&mut message.page_token);
    let scope = match message.scope {
        None => Some(KpiScope::All),
        Some(Scope::CircleId(id)) => fields::circle_scope(&mut violations, id),
        Some(Scope::KpiId(id)) => fields::kpi_scope(&mut violations, id),
    };
    let time = match message.time {
        None => Some(TimeFilter::All),
        Some(Time::Preset(number)) => violations
            .check("preset", preset(number))
            .map(TimeFilter::Preset),
        Some(Time::Range(message)) => range(&mut violations, message).map(TimeFilter::Range),
    };
    let page = PageRequest::decode(
        &mut violations,
        "kreis.kpi.v1.KpiValueService/ListKpiValues",
        page_size,
        &page_token,
        &message,
    );
    let parsed = || {
        Some(ListKpiValues {
            scope: scope?,
            time: time?,
            page: page?,
        })
    };
    violations.finish(parsed())
}

fn range(violations: &mut Violations, message: proto::PeriodRange) -> Option<PeriodRange> {
    let from = fields::required_period(violations, "range.from", message.from);
    let to = fields::required_period(violations, "range.to", message.to);
    violations.check("range.to", PeriodRange::new(from?, to?))
}

fn preset(number: i32) -> Result<PeriodPreset, UnknownEnumValue> {
    match proto::PeriodPreset::try_from(number) {
        Ok(proto::PeriodPreset::ThisMonth) => Ok(PeriodPreset::ThisMonth),
        Ok(proto::PeriodPreset::LastMonth) => Ok(PeriodPreset::LastMonth),
        Ok(proto::PeriodPreset::ThisQuarter) => Ok(PeriodPreset::ThisQuarter),
        Ok(proto::PeriodPreset::LastQuarter) => Ok(PeriodPreset::LastQuarter),
        Ok(proto::PeriodPreset::ThisYear) => Ok(PeriodPreset::ThisYear),
        Ok(proto::PeriodPreset::LastYear) => Ok(PeriodPreset::LastYear),
        Ok(proto::PeriodPreset::Unspecified) | Err(_) => Err(UnknownEnumValue),
    }
}

pub(crate) fn record_kpi_value(
    mut message: RecordKpiValueRequest,
) -> Result<RecordKpiValue, Status> {
    let mut violations = Violations::default();
    let request_id = take(&mut message.request_id);
    let key = RequestKey::decode(&mut violations, "RecordKpiValue", &request_id, &message);
    let kpi = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let period = fields::required_period(&mut violations, "period", message.period);
    let value = fields::required_number(&mut violations, "value", message.value);
    let seen_unit = violations.check("seen_unit", fields::seen_unit(message.seen_unit));
    let comment = violations.check("comment", Comment::new(&message.comment));
    let parsed = || {
        Some(RecordKpiValue {
            new: NewValue {
                kpi: kpi?,
                period: period?,
                value: value?,
                seen_unit: seen_unit?,
                comment: comment?,
            },
            expected: ExpectedVersion::parse(&message.etag),
            key,
        })
    };
    violations.finish(parsed())
}

pub(crate) fn correct_kpi_value(
    mut message: CorrectKpiValueRequest,
) -> Result<CorrectKpiValue, Status> {
    let mut violations = Violations::default();
    let request_id = take(&mut message.request_id);
    let key = RequestKey::decode(&mut violations, "CorrectKpiValue", &request_id, &message);
    let id = violations.check("kpi_value_id", KpiValueId::parse(message.kpi_value_id));
    let value = fields::required_number(&mut violations, "value", message.value);
    let seen_unit = violations.check("seen_unit", fields::seen_unit(message.seen_unit));
    let comment = message
        .comment
        .and_then(|text| violations.check("comment", Comment::new(&text)));
    let parsed = || {
        Some(CorrectKpiValue {
            id: id?,
            correction: Correction {
                value: value?,
                seen_unit: seen_unit?,
                comment,
            },
            expected: ExpectedVersion::parse(&message.etag),
            key,
        })
    };
    violations.finish(parsed())
}

pub(crate) fn retract_kpi_value(
    mut message: RetractKpiValueRequest,
) -> Result<RetractKpiValue, Status> {
    let mut violations = Violations::default();
    let request_id = take(&mut message.request_id);
    let key = RequestKey::decode(&mut violations, "RetractKpiValue", &request_id, &message);
    let id = violations.check("kpi_value_id", KpiValueId::parse(message.kpi_value_id));
    let expected = ExpectedVersion::parse(&message.etag);
    violations.finish(id.map(|id| RetractKpiValue { id, expected, key }))
}

pub(crate) fn mark_nothing_to_report(
    mut message: MarkNothingToReportRequest,
) -> Result<MarkNothingToReport, Status> {
    let mut violations = Violations::default();
    let request_id = take(&mut message.request_id);
    let rpc = "MarkNothingToReport";
    let key = RequestKey::decode(&mut violations, rpc, &request_id, &message);
    let kpi = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let period = fields::required_period(&mut violations, "period", message.period);
    let reason = violations.check("reason", Reason::new(&message.reason));
    let parsed = || {
        Some(MarkNothingToReport {
            mark: NothingToReportMark {
                kpi: kpi?,
                period: period?,
                reason: reason?,
            },
            expected: ExpectedVersion::parse(&message.etag),
            key,
        })
    };
    violations.finish(parsed())
}
