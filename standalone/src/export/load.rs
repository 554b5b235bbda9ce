//! Reads everything for an export from the server.

use std::collections::{BTreeMap, HashMap};

use kreis_proto::kpi::v1::ListKpiValuesRequest;

use super::{error::ExportError, exported_kpi::ExportedKpi};
use crate::{
    client::Client,
    table::{ServerKpi, ServerValue},
};

/// Reads all KPIs with their values, sorted by the names of circle and KPI. Reads values first and
/// users last. An object created meanwhile may then be missing, but every object that another one
/// refers to is there.
pub(super) async fn read(client: &Client) -> Result<Vec<ExportedKpi>, ExportError> {
    let values = client.values(ListKpiValuesRequest::default()).await?;
    let kpis = client.kpis().await?;
    let users = client.users().await?;

    let emails = users
        .into_iter()
        .map(|user| (user.id, user.email))
        .collect();
    let mut exported = HashMap::new();
    for kpi in kpis {
        let kpi = ServerKpi::from_message(kpi, &emails)?;
        let values = BTreeMap::new();
        exported.insert(kpi.id, ExportedKpi { kpi, values });
    }
    for value in values {
        let of_kpi = exported
            .get_mut(&value.kpi_id)
            .ok_or(ExportError::Renamed)?;
        of_kpi.values.extend(ServerValue::from_message(value));
    }
    let mut sorted: Vec<ExportedKpi> = exported.into_values().collect();
    sorted.sort_by(|one, other| sort_key(one).cmp(&sort_key(other)));
    Ok(sorted)
}

/// The folded names of circle and KPI. They are unique, so the order is too.
fn sort_key(exported: &ExportedKpi) -> (&str, &str) {
    (&exported.kpi.circle.key, &exported.kpi.name.key)
}
