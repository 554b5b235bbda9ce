//! KPIs: their definitions, their names, and who may define them.

use kreis_proto::kpi::v1::{
    CreateKpiRequest, Kpi, Limits, Periodicity, Target, Unit, UpdateKpiRequest,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::Code;

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

#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_is_answered_as_it_was_created() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let outsider = stack.outsider().await;
    let circle_id = stack.circle("HR").await;
    let target = |from_year, initial_value, target_value| Target {
        from_year,
        initial_value,
        target_value,
    };
    for periodicity in [
        Periodicity::Monthly,
        Periodicity::Quarterly,
        Periodicity::Yearly,
    ] {
        for unit in [Unit::Chf, Unit::Percentage, Unit::Amount, Unit::Score] {
            let name = format!("{} {}", unit.as_str_name(), periodicity.as_str_name());
            let new = CreateKpiRequest {
                periodicity: periodicity.into(),
                unit: unit.into(),
                limits: Some(Limits {
                    minimum: Some(-100.0),
                    maximum: None,
                }),
                targets: vec![
                    target(2200, 0.1 + 0.2, -1e15),
                    target(1900, 3.5, 0.0),
                    target(2024, -100.0, 100.0),
                ],
                ..new_kpi(circle_id, &format!(" {name}\u{a0} "))
            };
            let kpi = gatekeeper.create_kpi(new.clone()).await.unwrap();
            assert_eq!((kpi.circle_id, kpi.circle_name.as_str()), (circle_id, "HR"));
            assert_eq!(kpi.name, name);
            assert_eq!((kpi.periodicity(), kpi.unit()), (periodicity, unit));
            assert_eq!(kpi.limits, new.limits);
            // Oldest first, in whatever order they were sent.
            let years: Vec<i32> = kpi.targets.iter().map(|target| target.from_year).collect();
            assert_eq!(years, [1900, 2024, 2200]);
            assert!(new.targets.iter().all(|asked| kpi.targets.contains(asked)));
            assert!(kpi.active, "active unless said otherwise");
            assert!(kpi.create_time.is_some() && kpi.create_time == kpi.update_time);
            assert!(!kpi.etag.is_empty());
            assert_eq!(outsider.kpi(kpi.id).await.unwrap(), kpi);
        }
    }
    let plain = CreateKpiRequest {
        targets: vec![],
        active: Some(false),
        ..new_kpi(circle_id, "Plain")
    };
    let plain = gatekeeper.create_kpi(plain).await.unwrap();
    assert_eq!(plain.targets, []);
    assert_eq!(plain.limits, Some(Limits::default()));
    assert!(!plain.active);
    for id in [plain.id + 1, i64::MAX] {
        let refused = outsider.kpi(id).await.refused();
        let refused = refused.with(Code::NotFound, "KPI_NOT_FOUND");
        assert_eq!(refused.metadata("kpi_id"), id.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_kpi_is_unique_within_its_circle_however_it_is_written() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    let first = gatekeeper
        .create_kpi(new_kpi(hr, "ÄRZTE Netz"))
        .await
        .unwrap();
    // Inactive KPIs keep their names. Another circle has its own names.
    gatekeeper.set_active(first.id, false, "").await.unwrap();
    let namesake = gatekeeper
        .create_kpi(new_kpi(it, "Ärzte Netz"))
        .await
        .unwrap();
    let other = gatekeeper
        .create_kpi(new_kpi(hr, "Arzte Netz"))
        .await
        .unwrap();
    let before = rows(&stack).await;
    for name in [
        "ärzte netz",
        "A\u{308}rzte\u{a0}NETZ ",
        "\u{2003}ÄRZTE\t Netz\n",
    ] {
        let rename = UpdateKpiRequest {
            name: Some(name.to_owned()),
            ..update_of(&other)
        };
        for outcome in [
            gatekeeper.create_kpi(new_kpi(hr, name)).await,
            gatekeeper.update_kpi(rename).await,
        ] {
            let refused = outcome.refused();
            let refused = refused.with(Code::AlreadyExists, "KPI_NAME_TAKEN");
            assert_eq!(refused.metadata("kpi_id"), first.id.to_string());
        }
    }
    let move_in = UpdateKpiRequest {
        circle_id: Some(hr),
        ..update_of(&namesake)
    };
    let refused = gatekeeper.update_kpi(move_in).await.refused();
    let refused = refused.with(Code::AlreadyExists, "KPI_NAME_TAKEN");
    assert_eq!(refused.metadata("kpi_id"), first.id.to_string());
    assert_eq!(rows(&stack).await, before);
    assert_eq!(gatekeeper.kpi(other.id).await.unwrap(), other);

    // A KPI may change the case of its own name.
    let rename = UpdateKpiRequest {
        name: Some("ärzte netz".to_owned()),
        ..update_of(&first)
    };
    assert_eq!(
        gatekeeper.update_kpi(rename).await.unwrap().name,
        "ärzte netz"
    );
    let creations = (0..10).map(|_| gatekeeper.create_kpi(new_kpi(hr, "at once")));
    let outcomes = futures_util::future::join_all(creations).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        outcome
            .refused()
            .with(Code::AlreadyExists, "KPI_NAME_TAKEN");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn economists_define_no_kpis_not_even_of_their_own_circle() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "Leave")).await;
    let kpi = kpi.unwrap();
    let before = rows(&stack).await;
    let denied = async |actor: &Actor| {
        let update = UpdateKpiRequest {
            name: Some("Mine".to_owned()),
            ..update_of(&kpi)
        };
        for outcome in [
            actor.create_kpi(new_kpi(circle_id, "Mine")).await,
            actor.update_kpi(update).await,
            actor.set_target(kpi.id, 2020, (0.0, 1.0)).await,
            actor.remove_target(kpi.id, 2020, "").await,
            actor.set_active(kpi.id, false, "").await,
            actor.set_active(kpi.id, true, "").await,
        ] {
            assert_eq!(outcome.refused().status.code(), Code::PermissionDenied);
        }
    };
    denied(&economist).await;
    // A former gatekeeper may not either.
    let former = stack.gatekeeper().await;
    former.kpi(kpi.id).await.unwrap();
    gatekeeper
        .set_gatekeeper(former.user_id, false)
        .await
        .unwrap();
    let update = UpdateKpiRequest {
        name: Some("Mine".to_owned()),
        ..update_of(&kpi)
    };
    former.update_kpi(update).await.refused();
    assert_eq!(rows(&stack).await, before);
    assert_eq!(economist.kpi(kpi.id).await.unwrap(), kpi);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_definition_is_told_at_once() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "Leave")).await;
    let kpi = kpi.unwrap();
    let before = rows(&stack).await;
    let unset = ["circle_id", "name", "periodicity", "unit"];
    let refused = gatekeeper
        .create_kpi(CreateKpiRequest::default())
        .await
        .refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), unset);

    let target = |from_year, initial_value, target_value| Target {
        from_year,
        initial_value,
        target_value,
    };
    let wrong = CreateKpiRequest {
        circle_id: -1,
        name: "a\0b".to_owned(),
        periodicity: 99,
        unit: -1,
        limits: Some(Limits {
            minimum: Some(f64::NAN),
            maximum: Some(1e16),
        }),
        targets: vec![
            target(2024, 0.0, 1.0),
            target(2024, f64::INFINITY, f64::NAN),
            target(0, 0.0, -1e16),
            target(99_999, 0.0, 0.0),
        ],
        active: None,
        request_id: "no uuid".to_owned(),
        ..CreateKpiRequest::default()
    };
    let refused = gatekeeper.create_kpi(wrong).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    let mut fields = refused.fields();
    fields.sort();
    let expected = [
        "circle_id",
        "limits.maximum",
        "limits.minimum",
        "name",
        "periodicity",
        "request_id",
        "targets[1].from_year",
        "targets[1].initial_value",
        "targets[1].target_value",
        "targets[2].from_year",
        "targets[2].target_value",
        "targets[3].from_year",
        "unit",
    ];
    assert_eq!(fields, expected);

    for (periodicity, unit) in [(0, 0), (99, 5), (i32::MIN, i32::MAX)] {
        let update = UpdateKpiRequest {
            circle_id: Some(0),
            name: Some(" \u{a0}\u{2009}\t".to_owned()),
            periodicity: Some(periodicity),
            unit: Some(unit),
            limits: Some(Limits {
                minimum: Some(1.0),
                maximum: Some(0.0),
            }),
            ..update_of(&kpi)
        };
        let refused = gatekeeper.update_kpi(update).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        let expected = ["circle_id", "limits.maximum", "name", "periodicity", "unit"];
        let mut fields = refused.fields();
        fields.sort();
        assert_eq!(fields, expected);
    }
    assert_eq!(rows(&stack).await, before);
    assert_eq!(gatekeeper.kpi(kpi.id).await.unwrap(), kpi);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_has_1_to_200_characters_for_people() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let longest = "🦄".repeat(200);
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, &longest)).await;
    let kpi = kpi.unwrap();
    assert_eq!(kpi.name, longest);
    for name in [
        String::new(),
        " \u{a0}\u{2009}".to_owned(),
        "x".repeat(201),
        "x".repeat(1_000_000),
        " ".repeat(1_000_000),
        "a\0b".to_owned(),
        "a\u{1b}[31mb".to_owned(),
    ] {
        let rename = UpdateKpiRequest {
            name: Some(name.clone()),
            ..update_of(&kpi)
        };
        for outcome in [
            gatekeeper.create_kpi(new_kpi(circle_id, &name)).await,
            gatekeeper.update_kpi(rename).await,
        ] {
            let refused = outcome.refused();
            let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
            assert_eq!(refused.fields(), ["name"]);
        }
    }
    assert_eq!(rows(&stack).await.0, 1);
    assert_eq!(gatekeeper.kpi(kpi.id).await.unwrap(), kpi);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_creation_answers_the_first_ones_result() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let new = CreateKpiRequest {
        request_id: "8C4C1F0E-6A3C-4A63-9A5E-0E6F3B1C2D4F".to_owned(),
        ..new_kpi(circle_id, "Leave")
    };
    let (one, other) = tokio::join!(
        gatekeeper.create_kpi(new.clone()),
        gatekeeper.create_kpi(new.clone())
    );
    let first = one.unwrap();
    assert_eq!(other.unwrap(), first);
    gatekeeper.set_active(first.id, false, "").await.unwrap();
    gatekeeper
        .set_target(first.id, 2020, (1.0, 2.0))
        .await
        .unwrap();
    let again = CreateKpiRequest {
        request_id: new.request_id.to_lowercase(),
        ..new.clone()
    };
    assert_eq!(gatekeeper.create_kpi(again).await.unwrap(), first);
    let before = rows(&stack).await;
    for other in [
        CreateKpiRequest {
            active: Some(true),
            ..new.clone()
        },
        CreateKpiRequest {
            targets: vec![],
            ..new.clone()
        },
        CreateKpiRequest {
            name: "Another".to_owned(),
            ..new.clone()
        },
    ] {
        let refused = gatekeeper.create_kpi(other).await.refused();
        refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
    }
    assert_eq!(rows(&stack).await, before);
    // The same id from another caller is another request, so the name is taken.
    let refused = stack.gatekeeper().await.create_kpi(new).await.refused();
    refused.with(Code::AlreadyExists, "KPI_NAME_TAKEN");
}
