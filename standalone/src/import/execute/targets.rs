//! Initial values and targets of an existing KPI.

use kreis_proto::kpi::v1::{
    self as kpi, GetKpiRequest, SetKpiTargetRequest, kpi_service_client::KpiServiceClient,
};
use tonic::{Code, Status};

use super::outcome::Outcome;
use crate::{
    client::Client,
    import::{plan::TargetPlan, row_error::RowError},
    table::{Column, Target},
};

/// Maximum number of attempts to set a target while other clients change the KPI.
const ATTEMPTS: u32 = 5;

impl TargetPlan {
    /// The target for the contract.
    pub(super) fn sent(&self) -> kpi::Target {
        kpi::Target {
            from_year: self.year,
            initial_value: self.target.initial,
            target_value: self.target.target,
        }
    }
}

/// The last read version of a KPI. Its etag prevents overwriting a newer change of another client.
pub(super) struct CurrentTargets {
    id: i64,
    etag: String,
    /// Empty until the KPI is read again. The years to set had no targets when the file was
    /// compared.
    targets: Vec<kpi::Target>,
}

impl CurrentTargets {
    /// The version from when the file was compared.
    pub(super) const fn known(id: i64, etag: String) -> Self {
        Self {
            id,
            etag,
            targets: Vec::new(),
        }
    }

    /// Sets the target of a year, unless the year has one meanwhile.
    pub(super) async fn write(
        &mut self,
        client: &Client,
        planned: &TargetPlan,
        outcome: &mut Outcome,
    ) {
        match self.set_unless_there(client, planned).await {
            Ok(None) => outcome.summary.targets.created += 1,
            Ok(Some(there)) => match planned.difference(there) {
                None => outcome.summary.targets.unchanged += 1,
                Some(text) => {
                    outcome
                        .refusals
                        .push(RowError::new(planned.row, Column::TargetValue, text));
                    outcome.summary.targets.refused += 1;
                }
            },
            Err(status) => {
                if outcome.refused(planned.row, Column::TargetValue, status) {
                    outcome.summary.targets.refused += 1;
                }
            }
        }
    }

    /// Returns the existing target, if there is one.
    async fn set_unless_there(
        &mut self,
        client: &Client,
        planned: &TargetPlan,
    ) -> Result<Option<Target>, Status> {
        let mut attempts = 1..ATTEMPTS;
        loop {
            let there = self
                .targets
                .iter()
                .find(|set| set.from_year == planned.year);
            if let Some(there) = there {
                return Ok(Some(Target {
                    initial: there.initial_value,
                    target: there.target_value,
                }));
            }
            match self.set(client, planned).await {
                // Another client has changed it, or we have: the response to our call may have been
                // lost.
                Err(status) if status.code() == Code::Aborted && attempts.next().is_some() => {
                    self.read(client).await?;
                }
                outcome => return outcome.map(|()| None),
            }
        }
    }

    async fn set(&mut self, client: &Client, planned: &TargetPlan) -> Result<(), Status> {
        let question = SetKpiTargetRequest {
            kpi_id: self.id,
            from_year: planned.year,
            initial_value: Some(planned.target.initial),
            target_value: Some(planned.target.target),
            etag: self.etag.clone(),
        };
        let answer = client
            .call(question, |channel, request| async move {
                KpiServiceClient::new(channel).set_kpi_target(request).await
            })
            .await?;
        self.keep(answer.kpi);
        Ok(())
    }

    async fn read(&mut self, client: &Client) -> Result<(), Status> {
        let question = GetKpiRequest { kpi_id: self.id };
        let answer = client
            .call(question, |channel, request| async move {
                KpiServiceClient::new(channel).get_kpi(request).await
            })
            .await?;
        self.keep(answer.kpi);
        Ok(())
    }

    fn keep(&mut self, kpi: Option<kpi::Kpi>) {
        let kpi = kpi.unwrap_or_default();
        self.etag = kpi.etag;
        self.targets = kpi.targets;
    }
}
