//! State of the server, as far as the file needs it, and how it is read.

use std::collections::{BTreeMap, HashMap, HashSet};

use kreis_proto::{
    kpi::v1::{
        Activity, ListChangesRequest, ListKpiValuesRequest, PeriodRange, change::Detail,
        list_changes_request, list_kpi_values_request,
    },
    org::v1::{GetMeRequest, UserState, user_service_client::UserServiceClient},
};
use kreis_service::names;
use tonic::Status;

use super::grouping::FileKpi;
use crate::{
    client::Client,
    table::{Period, ServerKpi, ServerValue},
};

/// State of the server, as far as the file needs it.
#[derive(Debug, Default)]
pub(super) struct ServerState {
    /// The current month in the organisation's time zone; absent if the server does not return it.
    pub(super) this_month: Option<Period>,
    /// Ids of circles by folded name.
    pub(super) circles: HashMap<String, i64>,
    /// KPIs by circle and folded name.
    pub(super) kpis: HashMap<(i64, String), ServerKpi>,
    /// Ids of users that can be stewards, by folded e-mail.
    pub(super) active_users: HashMap<String, i64>,
    /// Numbers and marks by KPI and period.
    pub(super) values: HashMap<(i64, Period), ServerValue>,
    /// Periods whose value or mark was retracted, by KPI.
    pub(super) retracted: HashSet<(i64, Period)>,
}

impl ServerState {
    pub(super) fn kpi(&self, kpi: &FileKpi) -> Option<&ServerKpi> {
        let circle = *self.circles.get(&kpi.circle.key)?;
        self.kpis.get(&(circle, kpi.name.key.clone()))
    }

    /// Known KPIs with values in the file that the server does not have. Their change log shows
    /// whether these values were retracted.
    pub(super) fn with_missing_values(&self, kpis: &[FileKpi]) -> Vec<i64> {
        let missing = |kpi: &FileKpi, id: i64| {
            let mut values = kpi.values.iter();
            values.any(|value| !self.values.contains_key(&(id, value.period)))
        };
        kpis.iter()
            .filter_map(|kpi| Some((kpi, self.kpi(kpi)?.id)))
            .filter(|(kpi, id)| missing(kpi, *id))
            .map(|(_, id)| id)
            .collect()
    }
}

/// Reads what the file needs.
pub(super) async fn read(client: &Client, kpis: &[FileKpi]) -> Result<ServerState, Status> {
    let mut server = ServerState {
        this_month: this_month(client).await?,
        circles: circles(client).await?,
        ..ServerState::default()
    };
    read_kpis(client, &mut server).await?;
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
        .map(|circle| (names::key(&circle.name), circle.id))
        .collect())
}

async fn read_kpis(client: &Client, server: &mut ServerState) -> Result<(), Status> {
    let kpis = client.kpis().await?;
    let users = client.users().await?;
    let active = users
        .iter()
        .filter(|user| user.state() != UserState::Inactive);
    server.active_users = active
        .map(|user| (names::key(&user.email), user.id))
        .collect();
    let emails = users
        .into_iter()
        .map(|user| (user.id, user.email))
        .collect();
    for kpi in kpis {
        let known = ServerKpi::from_message(kpi, &emails)?;
        let place = (known.circle_id, known.name.key.clone());
        server.kpis.insert(place, known);
    }
    Ok(())
}

/// The circles with KPIs that both the file and the server have. Each has the first and the last
/// period with values in the file.
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
    values: &mut HashMap<(i64, Period), ServerValue>,
) -> Result<(), Status> {
    let asked = ListKpiValuesRequest {
        scope: Some(list_kpi_values_request::Scope::CircleId(circle_id)),
        time: Some(list_kpi_values_request::Time::Range(range)),
        ..ListKpiValuesRequest::default()
    };
    for value in client.values(asked).await? {
        let kpi_id = value.kpi_id;
        if let Some((period, known)) = ServerValue::from_message(value) {
            values.insert((kpi_id, period), known);
        }
    }
    Ok(())
}

/// Finds the periods whose value was retracted, from the change log. The value list does not show
/// them, and recording a value there would undo the retraction. The newest change of a value
/// counts.
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
        if seen.insert(period) && activity == Activity::Retracted {
            retracted.insert((kpi_id, period));
        }
    }
    Ok(())
}
