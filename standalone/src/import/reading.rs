//! What the server has, read in pages: so many calls as there are pages, and
//! none for a single row.

use std::collections::{BTreeMap, HashMap, HashSet};

use kreis_chassis::fold;
use kreis_proto::{
    kpi::v1::{
        self as kpi, Activity, ListChangesRequest, ListKpiValuesRequest, ListKpisRequest,
        PeriodRange, change::Detail, change_log_service_client::ChangeLogServiceClient,
        kpi_service_client::KpiServiceClient, kpi_value_service_client::KpiValueServiceClient,
        list_changes_request, list_kpi_values_request,
    },
    org::v1::{
        GetMeRequest, ListCirclesRequest, circle_service_client::CircleServiceClient,
        user_service_client::UserServiceClient,
    },
};
use tonic::Status;

use super::{
    client::Client,
    definition::{Limits, Period, Periodicity, Target, Unit},
    gathered::FileKpi,
    plan::{ServerKpi, ServerState},
};

const PAGE_SIZE: i32 = 500;

/// Reads what the file asks for.
pub(super) async fn read(client: &Client, kpis: &[FileKpi]) -> Result<ServerState, Status> {
    let mut server = ServerState {
        this_month: this_month(client).await?,
        circles: circles(client).await?,
        kpis: known_kpis(client).await?,
        ..ServerState::default()
    };
    for (circle_id, range) in spans(kpis, &server) {
        read_values(client, circle_id, range, &mut server).await?;
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
    let mut circles = HashMap::new();
    let mut question = ListCirclesRequest {
        page_size: PAGE_SIZE,
        page_token: String::new(),
    };
    loop {
        let page = client
            .call(question.clone(), |channel, request| async move {
                CircleServiceClient::new(channel)
                    .list_circles(request)
                    .await
            })
            .await?;
        let named = page.circles.into_iter();
        circles.extend(named.map(|circle| (fold::key(&circle.name), circle.id)));
        if page.next_page_token.is_empty() {
            return Ok(circles);
        }
        question.page_token = page.next_page_token;
    }
}

async fn known_kpis(client: &Client) -> Result<HashMap<(i64, String), ServerKpi>, Status> {
    let mut kpis = HashMap::new();
    let mut question = ListKpisRequest {
        page_size: PAGE_SIZE,
        ..ListKpisRequest::default()
    };
    loop {
        let page = client
            .call(question.clone(), |channel, request| async move {
                KpiServiceClient::new(channel).list_kpis(request).await
            })
            .await?;
        for kpi in page.kpis {
            let place = (kpi.circle_id, fold::key(&kpi.name));
            kpis.insert(place, known(kpi)?);
        }
        if page.next_page_token.is_empty() {
            return Ok(kpis);
        }
        question.page_token = page.next_page_token;
    }
}

fn known(kpi: kpi::Kpi) -> Result<ServerKpi, Status> {
    let periodicity = match kpi.periodicity() {
        kpi::Periodicity::Monthly => Periodicity::Monthly,
        kpi::Periodicity::Quarterly => Periodicity::Quarterly,
        kpi::Periodicity::Yearly => Periodicity::Yearly,
        kpi::Periodicity::Unspecified => return Err(newer_server()),
    };
    let unit = match kpi.unit() {
        kpi::Unit::Chf => Unit::Chf,
        kpi::Unit::Percentage => Unit::Percentage,
        kpi::Unit::Amount => Unit::Amount,
        kpi::Unit::Score => Unit::Score,
        kpi::Unit::Unspecified => return Err(newer_server()),
    };
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
    let limits = kpi.limits.unwrap_or_default();
    Ok(ServerKpi {
        id: kpi.id,
        etag: kpi.etag,
        periodicity,
        unit,
        limits: Limits {
            minimum: limits.minimum,
            maximum: limits.maximum,
        },
        targets,
        active: kpi.active,
    })
}

fn newer_server() -> Status {
    Status::unknown("the server has a kind of KPI that this version of the import does not know")
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
                from: Some(sent(*periods.iter().min()?)),
                to: Some(sent(*periods.iter().max()?)),
            };
            Some((circle_id, range))
        })
        .collect()
}

/// A period as the contract writes it.
pub(super) fn sent(period: Period) -> kpi::Period {
    kpi::Period {
        year: period.year,
        month: period.month,
    }
}

fn received(period: Option<kpi::Period>) -> Option<Period> {
    period.map(|period| Period {
        year: period.year,
        month: period.month,
    })
}

async fn read_values(
    client: &Client,
    circle_id: i64,
    range: PeriodRange,
    server: &mut ServerState,
) -> Result<(), Status> {
    let mut question = ListKpiValuesRequest {
        page_size: PAGE_SIZE,
        page_token: String::new(),
        scope: Some(list_kpi_values_request::Scope::CircleId(circle_id)),
        time: Some(list_kpi_values_request::Time::Range(range)),
    };
    loop {
        let page = client
            .call(question.clone(), |channel, request| async move {
                KpiValueServiceClient::new(channel)
                    .list_kpi_values(request)
                    .await
            })
            .await?;
        for value in page.kpi_values {
            if let (Some(period), Some(number)) = (received(value.period), value.value) {
                server.values.insert((value.kpi_id, period), number);
            }
        }
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        question.page_token = page.next_page_token;
    }
}

/// Values that were retracted or marked as nothing to report have no number,
/// and recording their period would revive them: the change log tells. The
/// newest change of a value wins.
async fn read_retracted(
    client: &Client,
    kpi_id: i64,
    retracted: &mut HashSet<(i64, Period)>,
) -> Result<(), Status> {
    let mut question = ListChangesRequest {
        page_size: PAGE_SIZE,
        scope: Some(list_changes_request::Scope::KpiId(kpi_id)),
        ..ListChangesRequest::default()
    };
    let mut seen = HashSet::new();
    loop {
        let page = client
            .call(question.clone(), |channel, request| async move {
                ChangeLogServiceClient::new(channel)
                    .list_changes(request)
                    .await
            })
            .await?;
        for change in page.changes {
            let activity = change.activity();
            let Some(Detail::Value(value)) = change.detail else {
                continue;
            };
            let Some(period) = received(value.period) else {
                continue;
            };
            let blank = [Activity::Retracted, Activity::NothingToReport].contains(&activity);
            if seen.insert(period) && blank {
                retracted.insert((kpi_id, period));
            }
        }
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        question.page_token = page.next_page_token;
    }
}
