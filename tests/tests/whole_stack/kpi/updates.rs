//! Changes of KPIs, and which of them values and versions forbid.

use kreis_proto::kpi::v1::{
    CreateKpiRequest, Kpi, Limits, Periodicity, SetKpiTargetRequest, Unit, UpdateKpiRequest,
};
use kreis_tests::{Answered, Stack, actor::new_kpi};
use tonic::{Code, Status};

/// Number of KPIs, of targets, and of their entries in the change log.
async fn rows(stack: &Stack) -> (i64, i64, i64) {
    let counted = sqlx::query!(
        r#"select (select count(*) from kpi.kpis) as "kpis!",
            (select count(*) from kpi.targets) as "targets!",
            (select count(*) from kpi.changes) as "changes!""#
    );
    let row = counted.fetch_one(&stack.sql).await.unwrap();
    (row.kpis, row.targets, row.changes)
}

fn update_of(kpi: &Kpi) -> UpdateKpiRequest {
    UpdateKpiRequest {
        kpi_id: kpi.id,
        ..UpdateKpiRequest::default()
    }
}

const fn limits(minimum: Option<f64>, maximum: Option<f64>) -> Limits {
    Limits { minimum, maximum }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_changes_what_it_names_and_leaves_the_rest() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    let new = CreateKpiRequest {
        limits: Some(limits(Some(0.0), Some(100.0))),
        ..new_kpi(hr, "Leave")
    };
    let created = gatekeeper.create_kpi(new).await.unwrap();
    let before = rows(&stack).await;
    let same = UpdateKpiRequest {
        kpi_id: created.id,
        circle_id: Some(hr),
        name: Some(" Leave\t".to_owned()),
        periodicity: Some(created.periodicity),
        unit: Some(created.unit),
        limits: created.limits,
        etag: created.etag.clone(),
        ..UpdateKpiRequest::default()
    };
    for nothing in [update_of(&created), same] {
        assert_eq!(gatekeeper.update_kpi(nothing).await.unwrap(), created);
    }
    assert_eq!(
        rows(&stack).await,
        before,
        "nothing changed, nothing logged"
    );

    // New limits replace both bounds.
    let update = UpdateKpiRequest {
        circle_id: Some(it),
        limits: Some(limits(None, Some(50.0))),
        ..update_of(&created)
    };
    let moved = gatekeeper.update_kpi(update).await.unwrap();
    let expected = Kpi {
        circle_id: it,
        circle_name: "IT".to_owned(),
        limits: Some(limits(None, Some(50.0))),
        update_time: moved.update_time,
        etag: moved.etag.clone(),
        ..created.clone()
    };
    assert_eq!(moved, expected);
    assert_ne!(moved.etag, created.etag);
    assert_ne!(moved.update_time, created.update_time);
    assert_eq!(gatekeeper.kpi(created.id).await.unwrap(), moved);

    // Writers must be members of the current circle.
    let (of_hr, of_it) = (stack.economist("HR").await, stack.economist("IT").await);
    let refused = of_hr.record(created.id, (2024, 1), 1.0).await.refused();
    refused.with(Code::PermissionDenied, "NOT_A_MEMBER");
    of_it.record(created.id, (2024, 1), 1.0).await.unwrap();
    for nowhere in [it + 1_000, i64::MAX] {
        let update = UpdateKpiRequest {
            circle_id: Some(nowhere),
            ..update_of(&moved)
        };
        let refused = gatekeeper.update_kpi(update).await.refused();
        let refused = refused.with(Code::NotFound, "CIRCLE_NOT_FOUND");
        assert_eq!(refused.metadata("circle_id"), nowhere.to_string());
        let refused = gatekeeper.create_kpi(new_kpi(nowhere, "Nowhere")).await;
        refused.refused().with(Code::NotFound, "CIRCLE_NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_freeze_the_periodicity_and_the_kind_of_unit() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "Leave")).await;
    let kpi = kpi.unwrap();
    let to_periodicity = |periodicity: Periodicity| UpdateKpiRequest {
        periodicity: Some(periodicity.into()),
        ..update_of(&kpi)
    };
    let to_unit = |unit: Unit| UpdateKpiRequest {
        unit: Some(unit.into()),
        ..update_of(&kpi)
    };
    // Without values, every field may change.
    for update in [to_periodicity(Periodicity::Yearly), to_unit(Unit::Chf)] {
        gatekeeper.update_kpi(update).await.unwrap();
    }
    let value = gatekeeper.record(kpi.id, (2024, 12), 1.0).await.unwrap();
    let before = gatekeeper.kpi(kpi.id).await.unwrap();
    for (update, field) in [
        (to_periodicity(Periodicity::Monthly), "periodicity"),
        (to_periodicity(Periodicity::Quarterly), "periodicity"),
        (to_unit(Unit::Percentage), "unit"),
        (to_unit(Unit::Score), "unit"),
    ] {
        // The rest of a refused update is not carried out either.
        let update = UpdateKpiRequest {
            name: Some("Another".to_owned()),
            ..update
        };
        let refused = gatekeeper.update_kpi(update).await.refused();
        let refused = refused.with(Code::FailedPrecondition, "FROZEN_BY_VALUES");
        assert_eq!(refused.metadata("field"), field);
    }
    assert_eq!(gatekeeper.kpi(kpi.id).await.unwrap(), before);
    // Another unit that is also a flow has the same kind.
    let amount = gatekeeper.update_kpi(to_unit(Unit::Amount)).await.unwrap();
    assert_eq!(amount.unit(), Unit::Amount);
    let points = gatekeeper.progress(kpi.id).await.unwrap();
    assert_eq!(
        points[0].value.unwrap().to_bits(),
        value.value.unwrap().to_bits()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_cannot_leave_out_what_is_recorded() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    // Baselines and targets may lie outside the limits.
    let new = CreateKpiRequest {
        limits: Some(limits(Some(0.0), Some(1.0))),
        ..new_kpi(circle_id, "Leave")
    };
    let kpi = gatekeeper.create_kpi(new).await.unwrap();
    gatekeeper
        .set_target(kpi.id, 2024, (-5.0, 7.0))
        .await
        .unwrap();
    let set = async |minimum, maximum| -> Result<Kpi, Status> {
        let update = UpdateKpiRequest {
            limits: Some(limits(minimum, maximum)),
            ..update_of(&kpi)
        };
        gatekeeper.update_kpi(update).await
    };
    set(None, None).await.unwrap();
    let mut values = Vec::new();
    for (month, number) in (1..).zip([-3.0, 0.0, 46.0, 100.0, 101.0]) {
        let recorded = gatekeeper.record(kpi.id, (2023, month), number).await;
        values.push(recorded.unwrap().id);
    }
    for (minimum, maximum, periods) in [
        (Some(0.0), Some(100.0), "2023-01, 2023-05"),
        (Some(-2.9), None, "2023-01"),
        (None, Some(45.0), "2023-03, 2023-04, 2023-05"),
    ] {
        let refused = set(minimum, maximum).await.refused();
        let refused = refused.with(Code::FailedPrecondition, "LIMITS_EXCLUDE_VALUES");
        assert_eq!(refused.metadata("periods"), periods);
    }
    set(Some(-3.0), Some(101.0)).await.unwrap();
    gatekeeper.retract(values[0]).await.unwrap();
    let refused = set(Some(0.0), Some(100.0)).await.refused();
    assert_eq!(refused.metadata("periods"), "2023-05");
    gatekeeper.correct(values[4], 99.0, "").await.unwrap();
    set(Some(0.0), Some(100.0)).await.unwrap();
    // A blank period does not get its old number back.
    let refused = gatekeeper.record(kpi.id, (2023, 1), -3.0).await.refused();
    refused.with(Code::InvalidArgument, "VALUE_OUTSIDE_LIMITS");

    // An error names ten periods, and says that there are more.
    for month in 6..=12 {
        gatekeeper
            .record(kpi.id, (2023, month), 90.0)
            .await
            .unwrap();
    }
    let refused = set(None, Some(-1.0)).await.refused();
    let refused = refused.with(Code::FailedPrecondition, "LIMITS_EXCLUDE_VALUES");
    assert!(refused.metadata("periods").ends_with("2023-11, …"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_etag_changes_nothing_about_a_kpi_or_its_targets() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let first = gatekeeper.create_kpi(new_kpi(circle_id, "Leave")).await;
    let first = first.unwrap();
    // The KPI's version also covers its targets.
    let second = gatekeeper.set_target(first.id, 2024, (3.5, 0.0)).await;
    let second = second.unwrap();
    assert_ne!(second.etag, first.etag);
    let before = rows(&stack).await;
    for stale in [first.etag.as_str(), "nonsense"] {
        let update = UpdateKpiRequest {
            name: Some("Another".to_owned()),
            etag: stale.to_owned(),
            ..update_of(&first)
        };
        let set = SetKpiTargetRequest {
            kpi_id: first.id,
            from_year: 2025,
            initial_value: Some(0.0),
            target_value: Some(1.0),
            etag: stale.to_owned(),
        };
        let set = gatekeeper
            .kpis()
            .set_kpi_target(gatekeeper.request(set))
            .await;
        for outcome in [
            gatekeeper.update_kpi(update).await.map(|_| ()),
            set.map(|_| ()),
            gatekeeper
                .remove_target(first.id, 2020, stale)
                .await
                .map(|_| ()),
            gatekeeper
                .set_active(first.id, false, stale)
                .await
                .map(|_| ()),
            gatekeeper
                .set_active(first.id, true, stale)
                .await
                .map(|_| ()),
        ] {
            let refused = outcome.refused().with(Code::Aborted, "ETAG_MISMATCH");
            assert_eq!(refused.metadata("etag"), second.etag);
        }
    }
    assert_eq!(gatekeeper.kpi(first.id).await.unwrap(), second);
    assert_eq!(rows(&stack).await, before);
    let inactive = gatekeeper.set_active(first.id, false, &second.etag).await;
    let inactive = inactive.unwrap();
    assert!(!inactive.active);
    assert_ne!(inactive.etag, second.etag);
    // A repeated call changes nothing.
    for (active, expected) in [(false, &inactive), (true, &second)] {
        let once = gatekeeper.set_active(first.id, active, "").await.unwrap();
        let twice = gatekeeper.set_active(first.id, active, &once.etag).await;
        assert_eq!(twice.unwrap(), once);
        assert_eq!(once.active, expected.active);
    }
    assert_eq!(rows(&stack).await.2, before.2 + 2);
}
