//! Carries out a plan. Circles come first, one by one. Then come KPIs, several at once. The targets
//! and values of one KPI are written in order, so that its change log has the order of the file.

mod outcome;
mod targets;
mod value;

use std::collections::HashMap;

use indicatif::ProgressBar;
use kreis_proto::{
    kpi::v1::{
        self as kpi, CreateKpiRequest, DeactivateKpiRequest, kpi_service_client::KpiServiceClient,
    },
    org::v1::{CreateCircleRequest, circle_service_client::CircleServiceClient},
};
use tokio::task::JoinSet;
use tonic::{Code, Status};
use uuid::Uuid;

use self::{outcome::Outcome, targets::CurrentTargets};
use super::{
    plan::{KpiPlan, NewCircle, NewKpi, Plan, PlannedKpi, TargetPlan},
    row_error::RowError,
};
use crate::{
    client::{self, Client},
    table::{Column, Limits},
};

const AT_ONCE: usize = 8;

/// Writes the plan until its end, or until the server fails.
pub(super) async fn execute(client: &Client, plan: Plan, bar: &ProgressBar) -> Outcome {
    let mut outcome = Outcome::default();
    let mut created = HashMap::new();
    for circle in plan.circles {
        let id = create_circle(client, &circle, &mut outcome).await;
        if outcome.stopped.is_some() {
            return outcome;
        }
        bar.inc(1);
        created.insert(circle.name.key, id);
    }
    let mut running = JoinSet::new();
    for mut planned in plan.kpis {
        if !assign_circle_id(&mut planned, &created, &mut outcome) {
            continue;
        }
        while running.len() >= AT_ONCE {
            join_next(&mut running, &mut outcome).await;
        }
        if outcome.stopped.is_some() {
            break;
        }
        running.spawn(execute_kpi(client.clone(), planned, bar.clone()));
    }
    while !running.is_empty() {
        join_next(&mut running, &mut outcome).await;
    }
    outcome
}

async fn join_next(running: &mut JoinSet<Outcome>, outcome: &mut Outcome) {
    match running.join_next().await {
        Some(Ok(part)) => outcome.add(part),
        Some(Err(panicked)) => {
            outcome.stopped = Some(Status::unknown(panicked.to_string()));
        }
        None => {}
    }
}

/// Gives a new KPI the id of its new circle. Refuses the KPI if the circle was not created.
fn assign_circle_id(
    planned: &mut KpiPlan,
    created: &HashMap<String, Option<i64>>,
    outcome: &mut Outcome,
) -> bool {
    let PlannedKpi::New(new) = &mut planned.kpi else {
        return true;
    };
    let made = || created.get(&planned.circle.key).copied().flatten();
    new.circle_id = new.circle_id.or_else(made);
    if new.circle_id.is_some() {
        return true;
    }
    let text = "not created, since its circle is refused";
    outcome
        .refusals
        .push(RowError::new(planned.row, Column::Kpi, text));
    outcome.summary.kpis.refused += 1;
    outcome.refuse_contents(planned);
    false
}

async fn create_circle(client: &Client, circle: &NewCircle, outcome: &mut Outcome) -> Option<i64> {
    let question = CreateCircleRequest {
        name: circle.name.text.clone(),
        request_id: Uuid::new_v4().to_string(),
    };
    let answer = client
        .call(question, |channel, request| async move {
            CircleServiceClient::new(channel)
                .create_circle(request)
                .await
        })
        .await;
    match answer {
        Ok(answer) => {
            outcome.summary.circles.created += 1;
            answer.circle.map(|circle| circle.id)
        }
        Err(status) => {
            // Another client has created it since the circles were read.
            let theirs = client::metadata(&status, "circle_id").and_then(|id| id.parse().ok());
            if status.code() == Code::AlreadyExists && theirs.is_some() {
                outcome.summary.circles.unchanged += 1;
                return theirs;
            }
            if outcome.refused(circle.row, Column::Circle, status) {
                outcome.summary.circles.refused += 1;
            }
            None
        }
    }
}

async fn execute_kpi(client: Client, planned: KpiPlan, bar: ProgressBar) -> Outcome {
    let mut outcome = Outcome::default();
    let (kpi_id, unit) = match &planned.kpi {
        PlannedKpi::Existing { id, etag, unit } => {
            let mut current_targets = CurrentTargets::known(*id, etag.clone());
            for target in &planned.targets {
                if outcome.stopped.is_some() {
                    return outcome;
                }
                current_targets.write(&client, target, &mut outcome).await;
                bar.inc(1);
            }
            (*id, *unit)
        }
        PlannedKpi::New(new) => {
            let Some(id) = create_kpi(&client, &planned, new, &mut outcome).await else {
                return outcome;
            };
            bar.inc(1);
            (id, new.unit)
        }
    };
    for value in &planned.values {
        if outcome.stopped.is_some() {
            return outcome;
        }
        value.write(&client, (kpi_id, unit), &mut outcome).await;
        bar.inc(1);
    }
    if let PlannedKpi::New(NewKpi { active: false, .. }) = planned.kpi
        && outcome.stopped.is_none()
    {
        deactivate(&client, kpi_id, planned.row, &mut outcome).await;
        bar.inc(1);
    }
    outcome
}

async fn create_kpi(
    client: &Client,
    planned: &KpiPlan,
    new: &NewKpi,
    outcome: &mut Outcome,
) -> Option<i64> {
    let question = CreateKpiRequest {
        circle_id: new.circle_id?,
        name: planned.name.text.clone(),
        periodicity: kpi::Periodicity::from(new.periodicity).into(),
        unit: kpi::Unit::from(new.unit).into(),
        limits: (new.limits != Limits::default()).then(|| new.limits.into()),
        targets: planned.targets.iter().map(TargetPlan::sent).collect(),
        active: None,
        request_id: Uuid::new_v4().to_string(),
        description: new
            .description
            .as_ref()
            .map_or_else(String::new, |text| text.as_str().to_owned()),
        steward: new.steward.as_ref().map(|steward| kpi::Steward {
            user_id: Some(steward.user_id),
        }),
        active_since: new.active_since.map(Into::into),
        state_thresholds: None,
    };
    let answer = client
        .call(question, |channel, request| async move {
            KpiServiceClient::new(channel).create_kpi(request).await
        })
        .await;
    match answer {
        Ok(answer) => {
            outcome.summary.kpis.created += 1;
            outcome.summary.targets.created += planned.targets.len() as u64;
            answer.kpi.map(|kpi| kpi.id)
        }
        Err(status) => {
            if outcome.refused(planned.row, Column::Kpi, status) {
                outcome.summary.kpis.refused += 1;
                outcome.refuse_contents(planned);
            }
            None
        }
    }
}

/// Deactivates the KPI, whatever its current version is. Without an etag the call may safely run
/// twice.
async fn deactivate(client: &Client, kpi_id: i64, row: u64, outcome: &mut Outcome) {
    let question = DeactivateKpiRequest {
        kpi_id,
        etag: String::new(),
    };
    let answer = client
        .call(question, |channel, request| async move {
            KpiServiceClient::new(channel).deactivate_kpi(request).await
        })
        .await;
    if let Err(status) = answer
        && outcome.refused(row, Column::Active, status)
    {
        outcome.summary.details_refused += 1;
    }
}
