//! What the server has, as far as the file asks for it.

use std::collections::{BTreeMap, HashMap, HashSet};

use kreis_chassis::fold;
use kreis_proto::{
    kpi::v1::{
        self as kpi, Activity, ListChangesRequest, ListKpiValuesRequest, PeriodRange,
        change::Detail, list_changes_request, list_kpi_values_request,
    },
    org::v1::{GetMeRequest, user_service_client::UserServiceClient},
};
use tonic::Status;

use super::{
    gathered::FileKpi,
    plan::{ServerKpi, ServerState},
};
use crate::{
    client::Client,
    table::{Limits, Period, Target},
};

/// Reads what the file asks for.
pub(super) async fn read(client: &Client, kpis: &[FileKpi]) -> Result<ServerState, Status> {
    let mut server = ServerState {
        this_month: this_month(client).await?,
        circles: circles(client).await?,
        kpis: known_kpis(client).await?,
        ..ServerState::default()
    };
    for (circle_id, range) in spans(kpis, &server) {
        read_values(client, circle_id, range, &mut server.values).await?;
    }
    for kpi_id in server.with_missing_values(kpis) {
        read_retracted(client, kpi_id, &mut server.retracted).await?;
    }
    Ok(server)
}

async fn this_month(client: &Client) -> Result<Option<Period>, Status> {
    let me = client
        .call(GetMeRequest {}, |channel, request| async move {
            UserServiceClient::new(channel).get_me(request).await
        })
        .await?;
    let today = me.organisation.and_then(|organisation| organisation.today);
    Ok(today.map(|today| Period {
        year: today.year,
        month: today.month,
    }))
}

async fn circles(client: &Client) -> Result<HashMap<String, i64>, Status> {
    let circles = client.circles().await?.into_iter();
    Ok(circles
        .map(|circle| (fold::key(&circle.name), circle.id))
        .collect())
}

async fn known_kpis(client: &Client) -> Result<HashMap<(i64, String), ServerKpi>, Status> {
    let kpis = client.kpis().await?.into_iter();
    kpis.map(|kpi| Ok(((kpi.circle_id, fold::key(&kpi.name)), known(kpi)?)))
        .collect()
}

fn known(kpi: kpi::Kpi) -> Result<ServerKpi, Status> {
    let targets: BTreeMap<i32, Target> = kpi
        .targets
        .iter()
        .map(|row| {
            let target = Target {
                initial: row.initial_value,
                target: row.target_value,
            };
            (row.from_year, target)
        })
        .collect();
    Ok(ServerKpi {
        id: kpi.id,
        periodicity: kpi.periodicity().try_into()?,
        unit: kpi.unit().try_into()?,
        limits: kpi.limits.map(Limits::from).unwrap_or_default(),
        targets,
        active: kpi.active,
        etag: kpi.etag,
    })
}

/// The circles of the file whose KPIs the server has, each with the first and
/// the last period that the file has numbers for.
fn spans(kpis: &[FileKpi], server: &ServerState) -> BTreeMap<i64, PeriodRange> {
    let mut periods: BTreeMap<i64, Vec<Period>> = BTreeMap::new();
    for kpi in kpis {
        if server.kpi(kpi).is_some()
            && let Some(circle_id) = server.circles.get(&kpi.circle.key)
        {
            let of_circle = periods.entry(*circle_id).or_default();
            of_circle.extend(kpi.values.iter().map(|value| value.period));
        }
    }
    periods
        .into_iter()
        .filter_map(|(circle_id, periods)| {
            let range = PeriodRange {
                from: Some((*periods.iter().min()?).into()),
                to: Some((*periods.iter().max()?).into()),
            };
            Some((circle_id, range))
        })
        .collect()
}

async fn read_values(
    client: &Client,
    circle_id: i64,
    range: PeriodRange,
    values: &mut HashMap<(i64, Period), f64>,
) -> Result<(), Status> {
    let asked = ListKpiValuesRequest {
        scope: Some(list_kpi_values_request::Scope::CircleId(circle_id)),
        time: Some(list_kpi_values_request::Time::Range(range)),
        ..ListKpiValuesRequest::default()
    };
    let listed = client.values(asked).await?.into_iter();
    values.extend(
        listed.filter_map(|value| Some(((value.kpi_id, value.period?.into()), value.value?))),
    );
    Ok(())
}

/// Values that were retracted or marked as nothing to report have no number,
/// and recording their period would revive them: the change log tells. The
/// newest change of a value wins.
async fn read_retracted(
    client: &Client,
    kpi_id: i64,
    retracted: &mut HashSet<(i64, Period)>,
) -> Result<(), Status> {
    let asked = ListChangesRequest {
        scope: Some(list_changes_request::Scope::KpiId(kpi_id)),
        ..ListChangesRequest::default()
    };
    let mut seen = HashSet::new();
    for change in client.changes(asked).await? {
        let activity = change.activity();
        let Some(Detail::Value(value)) = change.detail else {
            continue;
        };
        let Some(period) = value.period.map(Period::from) else {
            continue;
        };
        let blank = [Activity::Retracted, Activity::NothingToReport].contains(&activity);
        if seen.insert(period) && blank {
            retracted.insert((kpi_id, period));
        }
    }
    Ok(())
}
