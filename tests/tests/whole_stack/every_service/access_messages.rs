//! Messages for the table of access rules.

use std::collections::BTreeMap;

use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, MarkNothingToReportRequest, Period, RetractKpiValueRequest,
};
use kreis_tests::{Actor, Stack, actor::new_kpi, values::record_request};
use prost::Message;

/// Messages that pass every check before the check of membership.
pub(super) async fn messages(stack: &Stack, gatekeeper: &Actor) -> BTreeMap<&'static str, Vec<u8>> {
    let kpi = gatekeeper
        .create_kpi(new_kpi(stack.circle("HR").await, "reachability"))
        .await
        .unwrap();
    let value = gatekeeper.record(kpi.id, (2024, 1), 50.0).await.unwrap();
    let record = record_request(kpi.id, (2024, 2), 1.0);
    let correct = CorrectKpiValueRequest {
        kpi_value_id: value.id,
        value: Some(2.0),
        etag: "stale".into(),
        request_id: String::new(),
        ..CorrectKpiValueRequest::default()
    };
    let retract = RetractKpiValueRequest {
        kpi_value_id: value.id,
        etag: "stale".into(),
        request_id: String::new(),
    };
    let mark = MarkNothingToReportRequest {
        kpi_id: kpi.id,
        period: Some(Period {
            year: 2024,
            month: 3,
        }),
        reason: "closed".into(),
        ..MarkNothingToReportRequest::default()
    };
    [
        (
            "/kreis.kpi.v1.KpiValueService/MarkNothingToReport",
            mark.encode_to_vec(),
        ),
        (
            "/kreis.kpi.v1.KpiValueService/RecordKpiValue",
            record.encode_to_vec(),
        ),
        (
            "/kreis.kpi.v1.KpiValueService/CorrectKpiValue",
            correct.encode_to_vec(),
        ),
        (
            "/kreis.kpi.v1.KpiValueService/RetractKpiValue",
            retract.encode_to_vec(),
        ),
    ]
    .into()
}
