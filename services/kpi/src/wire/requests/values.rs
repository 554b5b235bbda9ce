//! Requests about values.

use std::mem::take;

use kreis_chassis::status::Violations;
use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, MarkNothingToReportRequest, RecordKpiValueRequest,
    RetractKpiValueRequest,
};
use tonic::Status;

use super::super::fields;
use crate::model::{
    Comment, Correction, Etag, KpiId, KpiValueId, NewMark, NewValue, Reason, RequestKey,
};

/// The id of a value alone.
pub(crate) fn value_id(number: i64) -> Result<KpiValueId, Status> {
    let mut faults = Violations::default();
    let value = faults.check("kpi_value_id", KpiValueId::try_from(number));
    faults.finish(value)
}

/// A value to record.
pub(crate) fn recording(
    mut message: RecordKpiValueRequest,
) -> Result<(NewValue, Etag, Option<RequestKey>), Status> {
    let mut faults = Violations::default();
    let request_id = take(&mut message.request_id);
    let request = fields::request_key(&mut faults, "RecordKpiValue", &request_id, &message);
    let kpi = faults.check("kpi_id", KpiId::try_from(message.kpi_id));
    let period = fields::required_period(&mut faults, "period", message.period);
    let value = fields::required_number(&mut faults, "value", message.value);
    let seen_unit = faults.check("seen_unit", fields::seen_unit(message.seen_unit));
    let comment = faults.check("comment", Comment::new(&message.comment));
    let parsed = || {
        let new = NewValue {
            kpi: kpi?,
            period: period?,
            value: value?,
            seen_unit: seen_unit?,
            comment: comment?,
        };
        Some((new, message.etag.into(), request))
    };
    faults.finish(parsed())
}

/// What to put in place of a number.
pub(crate) fn correction(
    mut message: CorrectKpiValueRequest,
) -> Result<(KpiValueId, Correction, Etag, Option<RequestKey>), Status> {
    let mut faults = Violations::default();
    let request_id = take(&mut message.request_id);
    let request = fields::request_key(&mut faults, "CorrectKpiValue", &request_id, &message);
    let id = faults.check("kpi_value_id", KpiValueId::try_from(message.kpi_value_id));
    let value = fields::required_number(&mut faults, "value", message.value);
    let seen_unit = faults.check("seen_unit", fields::seen_unit(message.seen_unit));
    let comment = message
        .comment
        .and_then(|text| faults.check("comment", Comment::new(&text)));
    let parsed = || {
        let correction = Correction {
            value: value?,
            seen_unit: seen_unit?,
            comment,
        };
        Some((id?, correction, message.etag.into(), request))
    };
    faults.finish(parsed())
}

/// A value to take back.
pub(crate) fn retraction(
    mut message: RetractKpiValueRequest,
) -> Result<(KpiValueId, Etag, Option<RequestKey>), Status> {
    let mut faults = Violations::default();
    let request_id = take(&mut message.request_id);
    let request = fields::request_key(&mut faults, "RetractKpiValue", &request_id, &message);
    let id = faults.check("kpi_value_id", KpiValueId::try_from(message.kpi_value_id));
    faults.finish(id.map(|id| (id, message.etag.into(), request)))
}

/// A period to mark as having nothing to report, and why.
pub(crate) fn nothing_to_report(
    mut message: MarkNothingToReportRequest,
) -> Result<(NewMark, Etag, Option<RequestKey>), Status> {
    let mut faults = Violations::default();
    let request_id = take(&mut message.request_id);
    let request = fields::request_key(&mut faults, "MarkNothingToReport", &request_id, &message);
    let kpi = faults.check("kpi_id", KpiId::try_from(message.kpi_id));
    let period = fields::required_period(&mut faults, "period", message.period);
    let reason = faults.check("reason", Reason::new(&message.reason));
    let parsed = || {
        let mark = NewMark {
            kpi: kpi?,
            period: period?,
            reason: reason?,
        };
        Some((mark, message.etag.into(), request))
    };
    faults.finish(parsed())
}
