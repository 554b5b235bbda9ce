//! Requests about values.

use std::mem::take;

use kreis_chassis::{idempotency::RequestKey, status::Violations};
use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, MarkNothingToReportRequest, RecordKpiValueRequest,
    RetractKpiValueRequest,
};
use tonic::Status;

use super::super::fields;
use crate::model::{
    Comment, Correction, ExpectedVersion, KpiId, KpiValueId, NewValue, NothingToReportMark, Reason,
};

/// The id of a value alone.
pub(crate) fn value_id(number: i64) -> Result<KpiValueId, Status> {
    let mut violations = Violations::default();
    let value = violations.check("kpi_value_id", KpiValueId::parse(number));
    violations.finish(value)
}

/// A value to record.
pub(crate) fn recording(
    mut message: RecordKpiValueRequest,
) -> Result<(NewValue, ExpectedVersion, Option<RequestKey>), Status> {
    let mut violations = Violations::default();
    let request_id = take(&mut message.request_id);
    let request = RequestKey::decode(&mut violations, "RecordKpiValue", &request_id, &message);
    let kpi = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let period = fields::required_period(&mut violations, "period", message.period);
    let value = fields::required_number(&mut violations, "value", message.value);
    let seen_unit = violations.check("seen_unit", fields::seen_unit(message.seen_unit));
    let comment = violations.check("comment", Comment::new(&message.comment));
    let parsed = || {
        let new = NewValue {
            kpi: kpi?,
            period: period?,
            value: value?,
            seen_unit: seen_unit?,
            comment: comment?,
        };
        Some((new, ExpectedVersion::parse(&message.etag), request))
    };
    violations.finish(parsed())
}

/// What to put in place of a number.
pub(crate) fn correction(
    mut message: CorrectKpiValueRequest,
) -> Result<(KpiValueId, Correction, ExpectedVersion, Option<RequestKey>), Status> {
    let mut violations = Violations::default();
    let request_id = take(&mut message.request_id);
    let request = RequestKey::decode(&mut violations, "CorrectKpiValue", &request_id, &message);
    let id = violations.check("kpi_value_id", KpiValueId::parse(message.kpi_value_id));
    let value = fields::required_number(&mut violations, "value", message.value);
    let seen_unit = violations.check("seen_unit", fields::seen_unit(message.seen_unit));
    let comment = message
        .comment
        .and_then(|text| violations.check("comment", Comment::new(&text)));
    let parsed = || {
        let correction = Correction {
            value: value?,
            seen_unit: seen_unit?,
            comment,
        };
        Some((
            id?,
            correction,
            ExpectedVersion::parse(&message.etag),
            request,
        ))
    };
    violations.finish(parsed())
}

/// A value to take back.
pub(crate) fn retraction(
    mut message: RetractKpiValueRequest,
) -> Result<(KpiValueId, ExpectedVersion, Option<RequestKey>), Status> {
    let mut violations = Violations::default();
    let request_id = take(&mut message.request_id);
    let request = RequestKey::decode(&mut violations, "RetractKpiValue", &request_id, &message);
    let id = violations.check("kpi_value_id", KpiValueId::parse(message.kpi_value_id));
    violations.finish(id.map(|id| (id, ExpectedVersion::parse(&message.etag), request)))
}

/// A period to mark as having nothing to report, and why.
pub(crate) fn nothing_to_report(
    mut message: MarkNothingToReportRequest,
) -> Result<(NothingToReportMark, ExpectedVersion, Option<RequestKey>), Status> {
    let mut violations = Violations::default();
    let request_id = take(&mut message.request_id);
    let request = RequestKey::decode(
        &mut violations,
        "MarkNothingToReport",
        &request_id,
        &message,
    );
    let kpi = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let period = fields::required_period(&mut violations, "period", message.period);
    let reason = violations.check("reason", Reason::new(&message.reason));
    let parsed = || {
        let mark = NothingToReportMark {
            kpi: kpi?,
            period: period?,
            reason: reason?,
        };
        Some((mark, ExpectedVersion::parse(&message.etag), request))
    };
    violations.finish(parsed())
}
