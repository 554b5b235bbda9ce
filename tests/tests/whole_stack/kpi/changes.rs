//! kpi's change log: who changed values and definitions, and from what to what.

use kreis_proto::kpi::v1::{
    Activity, Change, DeactivateKpiRequest, Limits, ListChangesRequest, ListRecentChangesRequest,
    Periodicity, RemoveKpiTargetRequest, SetKpiTargetRequest, Unit, UpdateKpiRequest,
    change::Detail, list_changes_request::Scope,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::Code;

async fn of(actor: &Actor, scope: Scope) -> Vec<Change> {
    let asked = ListChangesRequest {
        scope: Some(scope),
        ..ListChangesRequest::default()
    };
    let answer = actor.kpi_changes().list_changes(actor.request(asked)).await;
    answer.unwrap().into_inner().changes
}

/// Activity, person, old and new number.
fn numbers(change: &Change) -> (Activity, i64, Option<f64>, Option<f64>) {
    let Some(Detail::Value(value)) = &change.detail else {
        panic!("not of a value: {change:?}");
    };
    let by = change.changed_by.as_ref().unwrap().user_id;
    (change.activity(), by, value.old_value, value.new_value)
}

/// Activity, circle, field, old and new text.
fn texts(change: &Change) -> (Activity, i64, &str, &str, &str) {
    let Some(Detail::Definition(definition)) = &change.detail else {
        panic!("not of a definition: {change:?}");
    };
    (
        change.activity(),
        change.circle_id,
        &definition.field,
        &definition.old_text,
        &definition.new_text,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn each_entry_has_its_editor_and_the_number_as_it_set_it() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(circle_id, "Leave"))
        .await
        .unwrap();
    let value = economist.record(kpi.id, (2024, 1), 1.0).await.unwrap();
    gatekeeper.correct(value.id, 2.0, "").await.unwrap();
    economist.correct(value.id, 0.0, "").await.unwrap();
    gatekeeper.retract(value.id).await.unwrap();
    economist.record(kpi.id, (2024, 1), -3.5).await.unwrap();
    let rename = UpdateKpiRequest {
        kpi_id: kpi.id,
        name: Some("Short-term leave".to_owned()),
        ..UpdateKpiRequest::default()
    };
    gatekeeper
        .kpis()
        .update_kpi(gatekeeper.request(rename))
        .await
        .unwrap();

    let (she, he) = (economist.user_id, gatekeeper.user_id);
    let expected = [
        (Activity::Recorded, she, None, Some(-3.5)),
        (Activity::Retracted, he, Some(0.0), None),
        (Activity::Corrected, she, Some(2.0), Some(0.0)),
        (Activity::Corrected, he, Some(1.0), Some(2.0)),
        (Activity::Recorded, she, None, Some(1.0)),
    ];
    let all = of(&economist, Scope::KpiId(kpi.id)).await;
    assert_eq!(texts(&all[0]).2, "name");
    let of_values: Vec<_> = all[1..6].iter().map(numbers).collect();
    assert_eq!(of_values, expected);
    assert!(
        all.iter()
            .all(|change| change.kpi_name == "Short-term leave"
                && change.kpi_unit() == kpi.unit()
                && change.kpi_periodicity() == kpi.periodicity())
    );
    assert!(all[1..6].iter().all(|change| matches!(
        &change.detail,
        Some(Detail::Value(of)) if of.kpi_value_id == value.id && of.period == value.period
    )));
    assert_eq!(economist.recent_changes(value.id).await.unwrap(), all[1..4]);

    // Among entries of the same time, the larger id comes first.
    sqlx::query!("update kpi.changes set create_time = '2024-02-01T12:00:00Z'")
        .execute(&stack.sql)
        .await
        .unwrap();
    let tied: Vec<_> = economist
        .recent_changes(value.id)
        .await
        .unwrap()
        .iter()
        .map(numbers)
        .collect();
    assert_eq!(tied, expected[..3]);
    // The order stays right when a clock steps back.
    sqlx::query!("update kpi.changes set create_time = create_time - id * interval '1 hour'")
        .execute(&stack.sql)
        .await
        .unwrap();
    let backwards: Vec<_> = economist
        .recent_changes(value.id)
        .await
        .unwrap()
        .iter()
        .map(numbers)
        .collect();
    assert_eq!(backwards, expected[..3]);
    let refused = economist
        .kpi_changes()
        .list_recent_changes(economist.request(ListRecentChangesRequest {
            kpi_value_id: i64::MAX,
        }))
        .await
        .refused();
    refused.with(Code::NotFound, "KPI_VALUE_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_a_definition_stay_with_the_circle_of_their_time() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    let kpi_id = gatekeeper
        .create_kpi(new_kpi(hr, "Leave"))
        .await
        .unwrap()
        .id;
    gatekeeper.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    let mut kpis = gatekeeper.kpis();
    let set = SetKpiTargetRequest {
        kpi_id,
        from_year: 2024,
        initial_value: Some(3.5),
        target_value: Some(0.0),
        etag: String::new(),
    };
    kpis.set_kpi_target(gatekeeper.request(set.clone()))
        .await
        .unwrap();
    let move_on = UpdateKpiRequest {
        kpi_id,
        circle_id: Some(it),
        ..UpdateKpiRequest::default()
    };
    kpis.update_kpi(gatekeeper.request(move_on.clone()))
        .await
        .unwrap();
    gatekeeper.record(kpi_id, (2024, 2), 2.0).await.unwrap();
    let remove = RemoveKpiTargetRequest {
        kpi_id,
        from_year: 2020,
        etag: String::new(),
    };
    kpis.remove_kpi_target(gatekeeper.request(remove))
        .await
        .unwrap();
    let deactivate = DeactivateKpiRequest {
        kpi_id,
        etag: String::new(),
    };
    for _ in 0..2 {
        kpis.deactivate_kpi(gatekeeper.request(deactivate.clone()))
            .await
            .unwrap();
        kpis.set_kpi_target(gatekeeper.request(set.clone()))
            .await
            .unwrap();
        kpis.update_kpi(gatekeeper.request(move_on.clone()))
            .await
            .unwrap();
    }

    let of_it = of(&gatekeeper, Scope::CircleId(it)).await;
    assert_eq!(
        of_it[..2].iter().map(texts).collect::<Vec<_>>(),
        [
            (Activity::KpiDeactivated, it, "active", "true", "false"),
            (Activity::TargetRemoved, it, "targets[2020]", "0 → 100", ""),
        ]
    );
    assert_eq!(numbers(&of_it[2]).3, Some(2.0));
    assert_eq!(of_it.len(), 3);
    let of_hr = of(&gatekeeper, Scope::CircleId(hr)).await;
    let (hr_id, it_id) = (hr.to_string(), it.to_string());
    assert_eq!(
        of_hr[..2].iter().map(texts).collect::<Vec<_>>(),
        [
            (Activity::KpiUpdated, hr, "circle_id", &*hr_id, &*it_id),
            (Activity::TargetSet, hr, "targets[2024]", "", "3.5 → 0"),
        ]
    );
    assert_eq!(numbers(&of_hr[2]).3, Some(1.0));
    assert_eq!(
        of_hr[3..].iter().map(texts).collect::<Vec<_>>(),
        [
            (Activity::TargetSet, hr, "targets[2020]", "", "0 → 100"),
            (Activity::KpiCreated, hr, "name", "", "Leave"),
        ]
    );
    assert_eq!(
        of(&gatekeeper, Scope::KpiId(kpi_id)).await,
        [of_it, of_hr].concat()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_of_a_definition_that_changes_has_an_entry_of_its_own() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let other = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "Leave")).await;
    let kpi_id = kpi.unwrap().id;
    let limits = |minimum, maximum| Some(Limits { minimum, maximum });
    let redefine = UpdateKpiRequest {
        kpi_id,
        name: Some("Costs".to_owned()),
        periodicity: Some(Periodicity::Quarterly.into()),
        unit: Some(Unit::Chf.into()),
        limits: limits(Some(-0.5), Some(1e15)),
        ..UpdateKpiRequest::default()
    };
    let unlimit = UpdateKpiRequest {
        kpi_id,
        limits: limits(None, Some(100.0)),
        ..UpdateKpiRequest::default()
    };
    gatekeeper.update_kpi(redefine).await.unwrap();
    other.update_kpi(unlimit).await.unwrap();
    other.set_target(kpi_id, 2020, (3.5, 0.0)).await.unwrap();
    other.set_active(kpi_id, false, "").await.unwrap();
    gatekeeper.set_active(kpi_id, true, "").await.unwrap();

    let (he, she) = (gatekeeper.user_id, other.user_id);
    let updated = Activity::KpiUpdated;
    let expected = [
        (he, Activity::KpiActivated, "active", "false", "true"),
        (she, Activity::KpiDeactivated, "active", "true", "false"),
        (
            she,
            Activity::TargetSet,
            "targets[2020]",
            "0 → 100",
            "3.5 → 0",
        ),
        (she, updated, "maximum", "1000000000000000", "100"),
        (she, updated, "minimum", "-0.5", ""),
        (he, updated, "maximum", "", "1000000000000000"),
        (he, updated, "minimum", "", "-0.5"),
        (he, updated, "unit", "percentage", "chf"),
        (he, updated, "periodicity", "monthly", "quarterly"),
        (he, updated, "name", "Leave", "Costs"),
        (he, Activity::TargetSet, "targets[2020]", "", "0 → 100"),
        (he, Activity::KpiCreated, "name", "", "Leave"),
    ];
    let log = of(&gatekeeper, Scope::KpiId(kpi_id)).await;
    let logged = log.iter().map(|change| {
        let (activity, _, field, old, new) = texts(change);
        let by = change.changed_by.as_ref().unwrap().user_id;
        (by, activity, field, old, new)
    });
    assert_eq!(logged.collect::<Vec<_>>(), expected);
}
