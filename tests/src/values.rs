//! What actors do with values: record, correct, retract, mark as nothing to report.

use crate::Actor;
use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, KpiValue, MarkNothingToReportRequest, Period, RecordKpiValueRequest,
    RetractKpiValueRequest,
};
use tonic::Status;

impl Actor {
    /// Records a value.
    pub async fn record(
        &self,
        kpi_id: i64,
        (year, month): (i32, i32),
        value: f64,
    ) -> Result<KpiValue, Status> {
        self.record_as(record_request(kpi_id, (year, month), value))
            .await
    }

    /// Records a value as the request says.
    pub async fn record_as(&self, record: RecordKpiValueRequest) -> Result<KpiValue, Status> {
        let request = self.request(record);
        let recorded = self.values().record_kpi_value(request).await?.into_inner();
        Ok(recorded.kpi_value.expect("the answer has the value"))
    }

    /// Corrects a value; an empty etag matches any version.
    pub async fn correct(
        &self,
        kpi_value_id: i64,
        value: f64,
        etag: &str,
    ) -> Result<KpiValue, Status> {
        self.correct_as(correct_request(kpi_value_id, value, etag))
            .await
    }

    /// Corrects a value as the request says.
    pub async fn correct_as(&self, correct: CorrectKpiValueRequest) -> Result<KpiValue, Status> {
        let request = self.request(correct);
        let corrected = self.values().correct_kpi_value(request).await?.into_inner();
        Ok(corrected.kpi_value.expect("the answer has the value"))
    }

    /// Retracts a value.
    pub async fn retract(&self, kpi_value_id: i64) -> Result<KpiValue, Status> {
        self.retract_as(RetractKpiValueRequest {
            kpi_value_id,
            ..RetractKpiValueRequest::default()
        })
        .await
    }

    /// Retracts a value as the request says.
    pub async fn retract_as(&self, retract: RetractKpiValueRequest) -> Result<KpiValue, Status> {
        let request = self.request(retract);
        let retracted = self.values().retract_kpi_value(request).await?.into_inner();
        Ok(retracted.kpi_value.expect("the answer has the value"))
    }

    /// Marks a period as having nothing to report.
    pub async fn mark(
        &self,
        kpi_id: i64,
        month: (i32, i32),
        reason: &str,
    ) -> Result<KpiValue, Status> {
        self.mark_as(mark_request(kpi_id, month, reason)).await
    }

    /// Marks a period as the request says.
    pub async fn mark_as(&self, mark: MarkNothingToReportRequest) -> Result<KpiValue, Status> {
        let request = self.request(mark);
        let answer = self.values().mark_nothing_to_report(request).await?;
        let value = answer.into_inner().kpi_value;
        Ok(value.expect("the answer has the value"))
    }
}

/// Records a value; the etag and the `request_id` are empty.
#[must_use]
pub fn record_request(kpi_id: i64, (year, month): (i32, i32), value: f64) -> RecordKpiValueRequest {
    RecordKpiValueRequest {
        kpi_id,
        period: Some(Period { year, month }),
        value: Some(value),
        ..RecordKpiValueRequest::default()
    }
}

/// Corrects a value; the `request_id` is empty.
#[must_use]
pub fn correct_request(kpi_value_id: i64, value: f64, etag: &str) -> CorrectKpiValueRequest {
    CorrectKpiValueRequest {
        kpi_value_id,
        value: Some(value),
        etag: etag.to_owned(),
        ..CorrectKpiValueRequest::default()
    }
}

/// Marks a period as having nothing to report; the etag and the `request_id` are empty.
#[must_use]
pub fn mark_request(
    kpi_id: i64,
    (year, month): (i32, i32),
    reason: &str,
) -> MarkNothingToReportRequest {
    MarkNothingToReportRequest {
        kpi_id,
        period: Some(Period { year, month }),
        reason: reason.to_owned(),
        ..MarkNothingToReportRequest::default()
    }
}
