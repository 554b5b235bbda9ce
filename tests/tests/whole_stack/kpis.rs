//! KPIs as gatekeepers define them.

use kreis_proto::kpi::v1::{
    CreateKpiRequest, Kpi, Limits, Periodicity, SetKpiTargetRequest, Target, Unit, UpdateKpiRequest,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::{Code, Status};

async fn update(actor: &Actor, update: UpdateKpiRequest) -> Result<Kpi, Status> {
    let answer = actor.kpis().update_kpi(actor.request(update)).await?;
    Ok(answer.into_inner().kpi.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_definition_is_refused_by_every_field() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let wrong = CreateKpiRequest {
        circle_id: 0,
        name: " \u{a0} ".into(),
        periodicity: 0,
        unit: 99,
        limits: Some(Limits {
            minimum: Some(f64::NAN),
            maximum: None,
        }),
        targets: vec![Target {
            from_year: 1800,
            initial_value: 0.0,
            target_value: 1e16,
        }],
        active: None,
        request_id: "again".into(),
    };
    let refused = gatekeeper.create_kpi(wrong).await.refused();
    let fields = refused
        .with(Code::InvalidArgument, "INVALID_FIELDS")
        .fields();
    for field in ["circle_id", "name", "periodicity", "unit", "request_id"] {
        assert!(
            fields.iter().any(|found| found == field),
            "{field} in {fields:?}"
        );
    }
    for field in ["limits", "targets[0]"] {
        assert!(
            fields.iter().any(|found| found.starts_with(field)),
            "{field} in {fields:?}"
        );
    }
    for name in [
        String::new(),
        "x".repeat(201),
        "x".repeat(1_000_000),
        "a\0b".into(),
    ] {
        let refused = gatekeeper
            .create_kpi(new_kpi(circle_id, &name))
            .await
            .refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["name"]);
    }
    let refused = gatekeeper
        .create_kpi(new_kpi(i64::MAX, "leave"))
        .await
        .refused();
    refused.with(Code::NotFound, "CIRCLE_NOT_FOUND");
    let first = gatekeeper
        .create_kpi(new_kpi(circle_id, "Ärzte netz"))
        .await
        .unwrap();
    let again = gatekeeper
        .create_kpi(new_kpi(circle_id, " ÄRZTE\u{a0}Netz "))
        .await
        .refused();
    let again = again.with(Code::AlreadyExists, "KPI_NAME_TAKEN");
    assert_eq!(again.metadata("kpi_id"), first.id.to_string());
    let elsewhere = new_kpi(stack.circle("IT").await, "ärzte netz");
    gatekeeper.create_kpi(elsewhere).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn values_freeze_what_would_change_their_meaning() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(stack.circle("HR").await, "leave"))
        .await
        .unwrap();
    let change = |change: UpdateKpiRequest| UpdateKpiRequest {
        kpi_id: kpi.id,
        ..change
    };
    let quarterly = change(UpdateKpiRequest {
        periodicity: Some(Periodicity::Quarterly.into()),
        ..Default::default()
    });
    let to_flow = change(UpdateKpiRequest {
        unit: Some(Unit::Chf.into()),
        ..Default::default()
    });
    let to_score = change(UpdateKpiRequest {
        unit: Some(Unit::Score.into()),
        ..Default::default()
    });
    let value = gatekeeper.record(kpi.id, (2024, 2), 40.0).await.unwrap();
    for frozen in [&quarterly, &to_flow] {
        let refused = update(&gatekeeper, frozen.clone()).await.refused();
        refused.with(Code::FailedPrecondition, "FROZEN_BY_VALUES");
    }
    assert_eq!(
        update(&gatekeeper, to_score).await.unwrap().unit(),
        Unit::Score
    );
    let limits = |maximum| {
        let limits = Some(Limits {
            minimum: Some(0.0),
            maximum: Some(maximum),
        });
        change(UpdateKpiRequest {
            limits,
            ..Default::default()
        })
    };
    let refused = update(&gatekeeper, limits(39.0)).await.refused();
    let refused = refused.with(Code::FailedPrecondition, "LIMITS_EXCLUDE_VALUES");
    assert!(
        refused.metadata("periods").contains("2024-02"),
        "{refused:?}"
    );
    gatekeeper.retract(value.id).await.unwrap();
    let kpi = update(&gatekeeper, limits(39.0)).await.unwrap();
    assert_eq!(kpi.limits.unwrap().maximum, Some(39.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_etag_of_a_kpi_covers_its_targets_and_years_keep_their_own() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(stack.circle("HR").await, "leave"))
        .await
        .unwrap();
    let set = SetKpiTargetRequest {
        kpi_id: kpi.id,
        from_year: 2025,
        initial_value: Some(0.0),
        target_value: Some(50.0),
        etag: kpi.etag.clone(),
    };
    let set_target = async |set: SetKpiTargetRequest| {
        let answer = gatekeeper
            .kpis()
            .set_kpi_target(gatekeeper.request(set))
            .await?;
        Ok::<Kpi, Status>(answer.into_inner().kpi.unwrap())
    };
    let changed = set_target(set.clone()).await.unwrap();
    assert_ne!(changed.etag, kpi.etag);
    let years: Vec<i32> = changed
        .targets
        .iter()
        .map(|target| target.from_year)
        .collect();
    assert_eq!(years, [2020, 2025]);
    let stale = set_target(set.clone()).await.refused();
    stale.with(Code::Aborted, "ETAG_MISMATCH");
    let rename = UpdateKpiRequest {
        kpi_id: kpi.id,
        name: Some("absence".into()),
        etag: kpi.etag,
        ..Default::default()
    };
    update(&gatekeeper, rename)
        .await
        .refused()
        .with(Code::Aborted, "ETAG_MISMATCH");
    let missing = SetKpiTargetRequest {
        target_value: None,
        etag: String::new(),
        ..set
    };
    let refused = set_target(missing).await.refused();
    assert_eq!(
        refused
            .with(Code::InvalidArgument, "INVALID_FIELDS")
            .fields(),
        ["target_value"]
    );
}
