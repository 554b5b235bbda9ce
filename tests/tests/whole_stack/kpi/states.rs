//! The states of KPIs: on track, slightly behind, behind, or no statement with its reason.

use kreis_proto::{
    kpi::v1::{
        CreateKpiRequest, GetKpiProgressRequest, GetKpiProgressResponse, GetOverviewRequest,
        GetOverviewResponse, GetStateThresholdsRequest, KpiOverview, KpiState, ListChangesRequest,
        NoStatementReason, OrganisationThresholds, Period, Periodicity, SetStateThresholdsRequest,
        StateCounts, StateThresholds, Target, Unit, UpdateKpiRequest, change::Detail,
        list_changes_request::Scope,
    },
    org::v1::Month,
};
use kreis_tests::{
    Actor, Answered, Stack,
    actor::{in_use_since, new_kpi},
};
use tonic::{Code, Status};

const fn thresholds(on_track_from: f64, slightly_behind_from: f64) -> StateThresholds {
    StateThresholds {
        on_track_from: Some(on_track_from),
        slightly_behind_from: Some(slightly_behind_from),
    }
}

/// A KPI in francs, in use since January 2024, with a baseline and a target.
fn francs(circle: i64, name: &str, from_to: Option<(f64, f64)>) -> CreateKpiRequest {
    let targets = from_to.map(|(initial_value, target_value)| Target {
        from_year: 2024,
        initial_value,
        target_value,
    });
    let new = CreateKpiRequest {
        unit: Unit::Chf.into(),
        targets: targets.into_iter().collect(),
        ..new_kpi(circle, name)
    };
    in_use_since((2024, 1), new)
}

/// Creates a KPI and records values of 2024, beginning with January.
async fn with_values(gatekeeper: &Actor, new: CreateKpiRequest, values: &[f64]) -> i64 {
    let kpi = gatekeeper.create_kpi(new).await.unwrap().id;
    for (month, value) in (1..).zip(values) {
        gatekeeper.record(kpi, (2024, month), *value).await.unwrap();
    }
    kpi
}

async fn overview(actor: &Actor, month: i32) -> GetOverviewResponse {
    let asked = GetOverviewRequest {
        as_of: Some(Month { year: 2024, month }),
        ..GetOverviewRequest::default()
    };
    actor.overview(asked).await.unwrap()
}

fn of<'a>(overview: &'a GetOverviewResponse, name: &str) -> &'a KpiOverview {
    let mut kpis = overview.circles.iter().flat_map(|circle| &circle.kpis);
    kpis.find(|kpi| kpi.kpi.as_ref().unwrap().name == name)
        .unwrap()
}

async fn progress(actor: &Actor, kpi_id: i64, to: (i32, i32)) -> GetKpiProgressResponse {
    let asked = GetKpiProgressRequest {
        kpi_id,
        to: Some(Period {
            year: to.0,
            month: to.1,
        }),
        ..GetKpiProgressRequest::default()
    };
    let answer = actor.kpis().get_kpi_progress(actor.request(asked)).await;
    answer.unwrap().into_inner()
}

async fn organisation_thresholds(actor: &Actor) -> OrganisationThresholds {
    let asked = actor.request(GetStateThresholdsRequest {});
    let answer = actor.kpis().get_state_thresholds(asked).await.unwrap();
    answer.into_inner().organisation_thresholds.unwrap()
}

async fn set_thresholds(
    actor: &Actor,
    thresholds: Option<StateThresholds>,
    etag: &str,
) -> Result<OrganisationThresholds, Status> {
    let set = actor.request(SetStateThresholdsRequest {
        state_thresholds: thresholds,
        etag: etag.to_owned(),
    });
    let answer = actor.kpis().set_state_thresholds(set).await?;
    Ok(answer.into_inner().organisation_thresholds.unwrap())
}

/// The changes of a KPI's fields, newest first.
async fn definition_changes(actor: &Actor, kpi_id: i64) -> Vec<String> {
    let asked = actor.request(ListChangesRequest {
        scope: Some(Scope::KpiId(kpi_id)),
        ..ListChangesRequest::default()
    });
    let answer = actor.kpi_changes().list_changes(asked).await.unwrap();
    let changes = answer.into_inner().changes.into_iter();
    changes
        .filter_map(|change| match change.detail? {
            Detail::Definition(it) => {
                Some(format!("{}: {} > {}", it.field, it.old_text, it.new_text))
            }
            Detail::Value(_) => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_says_how_far_each_kpi_is_from_its_pace() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    // Of 1200 francs, 200 are due in February.
    let fast = francs(hr, "fast", Some((0.0, 1_200.0)));
    with_values(&gatekeeper, fast, &[100.0, 100.0]).await;
    let slow = francs(hr, "slow", Some((0.0, 1_200.0)));
    let slow = with_values(&gatekeeper, slow, &[100.0, 40.0]).await;
    // Where lower is better: 20 are due of 120, on a way of 80.
    let costs = francs(hr, "costs", Some((200.0, 120.0)));
    with_values(&gatekeeper, costs, &[15.0, 20.0]).await;
    let aimless = francs(it, "aimless", None);
    with_values(&gatekeeper, aimless, &[100.0, 40.0]).await;
    let later = CreateKpiRequest {
        targets: vec![Target {
            from_year: 2025,
            initial_value: 0.0,
            target_value: 100.0,
        }],
        ..francs(it, "later", None)
    };
    with_values(&gatekeeper, later, &[1.0]).await;
    let same = francs(it, "same", Some((5.0, 5.0)));
    with_values(&gatekeeper, same, &[1.0]).await;
    with_values(&gatekeeper, francs(it, "blank", Some((0.0, 1.0))), &[]).await;
    let gap = francs(it, "gap", Some((0.0, 1_200.0)));
    let gap = with_values(&gatekeeper, gap, &[]).await;
    gatekeeper.record(gap, (2024, 2), 500.0).await.unwrap();

    let outsider = stack.outsider().await;
    let seen = overview(&outsider, 2).await;
    for (name, state, distance) in [
        ("fast", KpiState::OnTrack, (200.0, 0.0, 0.0)),
        ("slow", KpiState::SlightlyBehind, (200.0, -60.0, -5.0)),
        ("costs", KpiState::Behind, (20.0, -15.0, -18.75)),
    ] {
        let kpi = of(&seen, name);
        let found = kpi.newest.as_ref().unwrap();
        assert_eq!(kpi.state(), state, "{name}");
        assert_eq!(found.state(), state, "{name}");
        assert_eq!(kpi.no_statement_reason(), NoStatementReason::Unspecified);
        let found = found.pace_distance.unwrap();
        let found = (found.pace(), found.amount(), found.points());
        assert_eq!(found, distance, "{name}");
    }
    for (name, reason) in [
        ("aimless", NoStatementReason::NoTarget),
        ("later", NoStatementReason::TooEarly),
        ("same", NoStatementReason::TargetIsBaseline),
        ("blank", NoStatementReason::NoValue),
        ("gap", NoStatementReason::PeriodsMissing),
    ] {
        let kpi = of(&seen, name);
        assert_eq!(kpi.state(), KpiState::NoStatement, "{name}");
        assert_eq!(kpi.no_statement_reason(), reason, "{name}");
        let distance = kpi.newest.as_ref().and_then(|newest| newest.pace_distance);
        assert_eq!(distance, None, "{name}");
    }
    // The sparkline says where the KPI was at each period.
    let course: Vec<_> = of(&seen, "slow").sparkline[10..]
        .iter()
        .map(|point| (point.value, point.state(), point.distance_points))
        .collect();
    assert_eq!(
        course,
        [
            (None, KpiState::Unspecified, None),
            (Some(100.0), KpiState::OnTrack, Some(0.0)),
            (Some(40.0), KpiState::SlightlyBehind, Some(-5.0)),
        ]
    );
    // 140 in two months are 840 in twelve.
    let forecast = of(&seen, "slow").newest.as_ref().unwrap().forecast.unwrap();
    assert_eq!((forecast.low(), forecast.high()), (840.0, 840.0));
    let alone = progress(&outsider, slow, (2024, 2)).await;
    assert_eq!(alone.state(), KpiState::SlightlyBehind);
    assert_eq!(alone.state_thresholds, Some(thresholds(0.0, -10.0)));
    assert_eq!(alone.points.last(), of(&seen, "slow").newest.as_ref());
    let first = &alone.points[0];
    assert_eq!(first.state(), KpiState::OnTrack);
    // A value is old after a year, at the latest when the month of the call is asked for.
    let old = progress(&outsider, slow, (2025, 3)).await;
    assert_eq!(old.no_statement_reason(), NoStatementReason::NoValue);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_counts_states_coverage_and_what_is_delivered() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    let new = |circle, name| francs(circle, name, Some((0.0, 1_200.0)));
    with_values(&gatekeeper, new(hr, "on track"), &[100.0, 100.0]).await;
    with_values(&gatekeeper, new(hr, "late"), &[100.0]).await;
    let marked = with_values(&gatekeeper, new(hr, "marked"), &[10.0]).await;
    let mark = gatekeeper.mark(marked, (2024, 2), "no events").await;
    mark.unwrap();
    let yearly = CreateKpiRequest {
        periodicity: Periodicity::Yearly.into(),
        ..new(it, "yearly")
    };
    gatekeeper.create_kpi(yearly).await.unwrap();
    let inactive = with_values(&gatekeeper, new(it, "inactive"), &[1.0]).await;
    gatekeeper.set_active(inactive, false, "").await.unwrap();

    let seen = overview(&gatekeeper, 2).await;
    let of_hr = StateCounts {
        on_track_count: Some(2),
        slightly_behind_count: Some(1),
        behind_count: Some(0),
        no_statement_count: Some(0),
        coverage: Some(100.0),
        due_count: Some(3),
        delivered_count: Some(2),
    };
    assert_eq!(seen.circles[0].state_counts, Some(of_hr));
    // The first period of the yearly KPI ends in December; the year before, it was not in use.
    let of_it = StateCounts {
        on_track_count: Some(0),
        slightly_behind_count: Some(0),
        behind_count: Some(0),
        no_statement_count: Some(1),
        coverage: Some(0.0),
        due_count: Some(0),
        delivered_count: Some(0),
    };
    assert_eq!(seen.circles[1].state_counts, Some(of_it));
    let all = StateCounts {
        no_statement_count: Some(1),
        coverage: Some(75.0),
        ..of_hr
    };
    assert_eq!(seen.state_counts, Some(all));
    let missing = |name| of(&seen, name).missing_period;
    let february = Period {
        year: 2024,
        month: 2,
    };
    assert_eq!(missing("late"), Some(february));
    for name in ["on track", "marked", "yearly"] {
        assert_eq!(missing(name), None, "{name}");
    }
    let december = overview(&gatekeeper, 12).await;
    let counts = december.circles[1].state_counts.unwrap();
    assert_eq!((counts.due_count(), counts.delivered_count()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gatekeeper_sets_the_organisations_thresholds() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let hr = stack.circle("HR").await;
    let slow = francs(hr, "slow", Some((0.0, 1_200.0)));
    let kpi = with_values(&gatekeeper, slow, &[40.0]).await;
    let state = async || progress(&economist, kpi, (2024, 1)).await.state();

    let first = organisation_thresholds(&economist).await;
    assert_eq!(first.state_thresholds, Some(thresholds(0.0, -10.0)));
    assert_eq!(first.set_by, None);
    assert_eq!(state().await, KpiState::SlightlyBehind);
    let strict = Some(thresholds(2.5, -4.0));
    let set = set_thresholds(&gatekeeper, strict, &first.etag).await;
    let set = set.unwrap();
    assert_eq!(organisation_thresholds(&economist).await, set);
    assert_eq!(set.state_thresholds, strict);
    let set_by = set.set_by.as_ref().unwrap().user_id;
    assert_eq!(set_by, gatekeeper.user_id);
    assert_eq!(state().await, KpiState::Behind);
    assert_eq!(
        of(&overview(&economist, 1).await, "slow").state(),
        KpiState::Behind
    );

    let again = set_thresholds(&gatekeeper, strict, &set.etag).await;
    assert_eq!(again.unwrap(), set, "the same thresholds change nothing");
    let late = set_thresholds(&gatekeeper, Some(thresholds(0.0, 0.0)), &first.etag).await;
    late.refused().with(Code::Aborted, "ETAG_MISMATCH");
    let refused = set_thresholds(&economist, strict, "").await.refused();
    refused.with(Code::PermissionDenied, "GATEKEEPER_REQUIRED");
    let on_track = "state_thresholds.on_track_from";
    let slightly = "state_thresholds.slightly_behind_from";
    for (wrong, fields) in [
        (None, vec![on_track, slightly]),
        (
            Some(StateThresholds {
                on_track_from: Some(0.0),
                slightly_behind_from: None,
            }),
            vec![slightly],
        ),
        (
            Some(thresholds(f64::NAN, 1_000.5)),
            vec![on_track, slightly],
        ),
        (Some(thresholds(-1.0, 0.0)), vec![slightly]),
    ] {
        let refused = set_thresholds(&gatekeeper, wrong, "").await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), fields);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_gatekeepers_who_set_thresholds_at_once_one_wins() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let etag = organisation_thresholds(&gatekeeper).await.etag;
    let (one, other) = tokio::join!(
        set_thresholds(&gatekeeper, Some(thresholds(1.0, -1.0)), &etag),
        set_thresholds(&gatekeeper, Some(thresholds(2.0, -2.0)), &etag),
    );
    let outcomes = [one, other];
    let winners: Vec<_> = outcomes.iter().flatten().collect();
    assert_eq!(winners.len(), 1, "{outcomes:?}");
    assert_eq!(&organisation_thresholds(&gatekeeper).await, winners[0]);
    for refused in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), Code::Aborted, "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_can_have_thresholds_of_its_own_and_the_log_says_so() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let hr = stack.circle("HR").await;
    let mut new = francs(hr, "slow", Some((0.0, 1_200.0)));
    new.state_thresholds = Some(thresholds(-20.0, -30.0));
    let id = with_values(&gatekeeper, new, &[40.0]).await;
    let kpi = gatekeeper.kpi(id).await.unwrap();
    assert_eq!(kpi.state_thresholds, Some(thresholds(-20.0, -30.0)));
    let state = async || {
        let one = progress(&gatekeeper, id, (2024, 1)).await.state();
        let seen = overview(&gatekeeper, 1).await;
        assert_eq!(of(&seen, "slow").state(), one);
        one
    };
    assert_eq!(state().await, KpiState::OnTrack);
    let update = |state_thresholds| UpdateKpiRequest {
        kpi_id: id,
        state_thresholds,
        ..UpdateKpiRequest::default()
    };
    let kept = gatekeeper.update_kpi(update(None)).await.unwrap();
    assert_eq!(kept, kpi);
    let own = gatekeeper.update_kpi(update(Some(thresholds(0.0, -1.0))));
    let own = own.await.unwrap();
    assert_eq!(own.state_thresholds, Some(thresholds(0.0, -1.0)));
    assert_eq!(state().await, KpiState::Behind);
    let back = gatekeeper
        .update_kpi(update(Some(StateThresholds::default())))
        .await
        .unwrap();
    assert_eq!(back.state_thresholds, None);
    assert_eq!(state().await, KpiState::SlightlyBehind);

    let logged: Vec<String> = definition_changes(&gatekeeper, id)
        .await
        .into_iter()
        .filter(|change| change.contains("_from"))
        .collect();
    assert_eq!(
        logged,
        [
            "slightly_behind_from: -1 > ",
            "on_track_from: 0 > ",
            "slightly_behind_from: -30 > -1",
            "on_track_from: -20 > 0",
        ]
    );
    let wrong = update(Some(thresholds(0.0, 0.5)));
    let refused = gatekeeper.update_kpi(wrong).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["state_thresholds.slightly_behind_from"]);
    let economist = stack.economist("HR").await;
    let refused = economist.update_kpi(update(None)).await.refused();
    refused.with(Code::PermissionDenied, "GATEKEEPER_REQUIRED");
}
