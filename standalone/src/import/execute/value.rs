//! Writes one value or mark.

use kreis_proto::kpi::v1::{
    self as kpi, GetKpiValueRequest, MarkNothingToReportRequest, RecordKpiValueRequest,
    kpi_value_service_client::KpiValueServiceClient,
};
use tonic::{Code, Status};
use uuid::Uuid;

use super::outcome::Outcome;
use crate::{
    client::{self, Client},
    import::value::FileValue,
    table::{Content, ServerValue, Unit},
};

/// `etag` of a period that was blank when it was read. With it, a value or mark that another client
/// has entered since is not overwritten.
const BLANK: &str = "0";

impl FileValue {
    /// Records the number, in the unit that the KPI had when it was read, or
    /// marks the period.
    pub(super) async fn write(
        &self,
        client: &Client,
        (kpi_id, unit): (i64, Unit),
        outcome: &mut Outcome,
    ) {
        let entered = match self.content {
            Content::Number(number) => self.record(client, (kpi_id, unit), number).await,
            Content::Nothing => self.mark(client, kpi_id).await,
        };
        let Err(status) = entered else {
            outcome.summary.values.created += 1;
            return;
        };
        let there = entered_meanwhile(client, &status).await;
        if there.is_some_and(|there| self.difference(&there).is_none()) {
            outcome.summary.values.unchanged += 1;
        } else if outcome.refused(self.row, self.column(), status) {
            outcome.summary.values.refused += 1;
        }
    }

    async fn record(
        &self,
        client: &Client,
        (kpi_id, unit): (i64, Unit),
        number: f64,
    ) -> Result<(), Status> {
        let question = RecordKpiValueRequest {
            kpi_id,
            period: Some(self.period.into()),
            value: Some(number),
            request_id: Uuid::new_v4().to_string(),
            comment: self.said(),
            etag: BLANK.to_owned(),
            seen_unit: kpi::Unit::from(unit).into(),
        };
        let answer = client
            .call(question, |channel, request| async move {
                KpiValueServiceClient::new(channel)
                    .record_kpi_value(request)
                    .await
            })
            .await;
        answer.map(|_| ())
    }

    async fn mark(&self, client: &Client, kpi_id: i64) -> Result<(), Status> {
        let question = MarkNothingToReportRequest {
            kpi_id,
            period: Some(self.period.into()),
            reason: self.said(),
            request_id: Uuid::new_v4().to_string(),
            etag: BLANK.to_owned(),
        };
        let answer = client
            .call(question, |channel, request| async move {
                KpiValueServiceClient::new(channel)
                    .mark_nothing_to_report(request)
                    .await
            })
            .await;
        answer.map(|_| ())
    }
}

/// The value or mark that another client has entered since the values were read.
async fn entered_meanwhile(client: &Client, status: &Status) -> Option<ServerValue> {
    if status.code() != Code::AlreadyExists {
        return None;
    }
    let kpi_value_id = client::metadata(status, "kpi_value_id")?.parse().ok()?;
    let answer = client
        .call(
            GetKpiValueRequest { kpi_value_id },
            |channel, request| async move {
                KpiValueServiceClient::new(channel)
                    .get_kpi_value(request)
                    .await
            },
        )
        .await;
    let (_, known) = ServerValue::from_message(answer.ok()?.kpi_value?)?;
    Some(known)
}
