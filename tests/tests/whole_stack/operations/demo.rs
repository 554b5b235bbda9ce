//! What the demo shows at first sight.

use std::collections::HashMap;

use kreis_proto::kpi::v1::{
    GetOverviewRequest, KpiOverview, KpiState, ListKpiValuesRequest, change::Detail,
};
use kreis_tests::process::{Kreis, open_directory};

use super::standalone::actor;

/// The states of the two newest values, the older one first.
fn newest_states(kpi: &KpiOverview) -> Vec<KpiState> {
    let mut states: Vec<_> = kpi
        .sparkline
        .iter()
        .filter(|point| point.value.is_some())
        .map(kreis_proto::kpi::v1::SparklinePoint::state)
        .collect();
    states.split_off(states.len().saturating_sub(2))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_kpis_in_every_state_one_that_tipped_comments_and_corrections() {
    let directory = open_directory();
    let kreis = Kreis::start(directory.path(), &["--demo"]);
    let greta = actor(&kreis.url, "gatekeeper@example.org", "kreis-demo-only").await;
    let overview = greta.overview(GetOverviewRequest::default()).await.unwrap();
    let counts = overview.state_counts.unwrap();
    assert!(counts.on_track_count() >= 3, "{counts:?}");
    assert!(counts.slightly_behind_count() >= 2, "{counts:?}");
    assert!(counts.behind_count() >= 2, "{counts:?}");
    assert_eq!(counts.no_statement_count(), 1, "{counts:?}");
    assert_eq!(
        counts.due_count() - counts.delivered_count(),
        4,
        "{counts:?}"
    );

    let kpis: HashMap<_, _> = overview
        .circles
        .iter()
        .flat_map(|circle| &circle.kpis)
        .map(|kpi| (kpi.kpi.as_ref().unwrap().name.as_str(), kpi))
        .collect();
    for (name, state) in [
        ("new members", KpiState::OnTrack),
        ("consultations", KpiState::OnTrack),
        ("satisfaction of staff", KpiState::OnTrack),
        ("newsletter open rate", KpiState::SlightlyBehind),
        ("reachability", KpiState::Behind),
        ("sessions on the website", KpiState::NoStatement),
    ] {
        assert_eq!(kpis[name].state(), state, "{name}");
    }
    let tipped = newest_states(kpis["short-term leave"]);
    assert_eq!(tipped, [KpiState::OnTrack, KpiState::Behind]);

    let list = ListKpiValuesRequest {
        page_size: 500,
        ..ListKpiValuesRequest::default()
    };
    let values = greta.values().list_kpi_values(greta.request(list)).await;
    let values = values.unwrap().into_inner().kpi_values;
    let mut corrected = Vec::new();
    let commented: Vec<_> = values
        .iter()
        .filter(|value| !value.comment.is_empty())
        .collect();
    assert_eq!(commented.len(), 6);
    for value in commented {
        let changes = greta.recent_changes(value.id).await.unwrap();
        if changes.len() == 1 {
            continue;
        }
        // The newest change comes first.
        let Some(Detail::Value(change)) = &changes[0].detail else {
            panic!("{changes:?}");
        };
        corrected.push((change.old_value.unwrap(), change.new_value.unwrap()));
    }
    corrected.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(corrected, [(2.1, 2.5), (36.0, 33.0)]);
}
