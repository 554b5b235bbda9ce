//! Baselines and targets, which hold from a year on.

use kreis_proto::kpi::v1::{Kpi, RemoveKpiTargetRequest, SetKpiTargetRequest};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::Code;

/// Year, baseline and target of each row.
fn targets(kpi: &Kpi) -> Vec<(i32, f64, f64)> {
    kpi.targets
        .iter()
        .map(|target| (target.from_year, target.initial_value, target.target_value))
        .collect()
}

/// Of each point: the year, the first year of its target, and its progress.
async fn measured(actor: &Actor, kpi_id: i64) -> Vec<(i32, i32, f64)> {
    let points = actor.progress(kpi_id).await.unwrap();
    points
        .iter()
        .map(|point| {
            let year = point.period.unwrap().year;
            (year, point.target.unwrap().from_year, point.progress())
        })
        .collect()
}

/// A gatekeeper, and a KPI without a target.
async fn aimless(stack: &Stack) -> (Actor, Kpi) {
    let gatekeeper = stack.gatekeeper().await;
    let mut new = new_kpi(stack.circle("HR").await, "Leave");
    new.targets = vec![];
    let kpi = gatekeeper.create_kpi(new).await.unwrap();
    (gatekeeper, kpi)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_set_replaced_and_removed_by_its_year() {
    let stack = Stack::start().await;
    let (gatekeeper, kpi) = aimless(&stack).await;
    gatekeeper
        .set_target(kpi.id, 2200, (0.0, 1e15))
        .await
        .unwrap();
    gatekeeper
        .set_target(kpi.id, 1900, (-1e15, -0.5))
        .await
        .unwrap();
    let first = gatekeeper.set_target(kpi.id, 2024, (3.5, 0.0)).await;
    let first = first.unwrap();
    assert_eq!(
        targets(&first),
        [(1900, -1e15, -0.5), (2024, 3.5, 0.0), (2200, 0.0, 1e15)]
    );
    let same = gatekeeper.set_target(kpi.id, 2024, (3.5, -0.0)).await;
    assert_eq!(same.unwrap(), first, "the same target changes nothing");
    let second = gatekeeper.set_target(kpi.id, 2024, (0.0, 0.0)).await;
    let second = second.unwrap();
    assert_eq!(targets(&second)[1], (2024, 0.0, 0.0));
    assert_ne!(second.etag, first.etag);
    let third = gatekeeper
        .remove_target(kpi.id, 1900, &second.etag)
        .await
        .unwrap();
    assert_eq!(targets(&third), [(2024, 0.0, 0.0), (2200, 0.0, 1e15)]);
    assert_eq!(gatekeeper.kpi(kpi.id).await.unwrap(), third);
    for missing in [1900, 2023] {
        let refused = gatekeeper
            .remove_target(kpi.id, missing, "")
            .await
            .refused();
        let refused = refused.with(Code::NotFound, "TARGET_NOT_FOUND");
        assert_eq!(refused.metadata("from_year"), missing.to_string());
    }
    for outcome in [
        gatekeeper.set_target(i64::MAX, 2024, (0.0, 1.0)).await,
        gatekeeper.remove_target(i64::MAX, 2024, "").await,
    ] {
        outcome.refused().with(Code::NotFound, "KPI_NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_target_is_refused_with_every_fault_at_once() {
    let stack = Stack::start().await;
    let (gatekeeper, kpi) = aimless(&stack).await;
    let set = |from_year, initial_value, target_value| SetKpiTargetRequest {
        kpi_id: kpi.id,
        from_year,
        initial_value,
        target_value,
        etag: String::new(),
    };
    let (initial, target) = ("initial_value", "target_value");
    for (message, expected) in [
        (
            SetKpiTargetRequest::default(),
            vec!["from_year", initial, "kpi_id", target],
        ),
        (set(2024, None, Some(0.0)), vec![initial]),
        (set(2024, Some(0.0), None), vec![target]),
        (set(1899, Some(0.0), Some(0.0)), vec!["from_year"]),
        (set(99_999, Some(0.0), Some(0.0)), vec!["from_year"]),
        (
            set(2024, Some(f64::NAN), Some(f64::NEG_INFINITY)),
            vec![initial, target],
        ),
        (
            set(i32::MIN, Some(1e16), Some(-1e16)),
            vec!["from_year", initial, target],
        ),
    ] {
        let answer = gatekeeper
            .kpis()
            .set_kpi_target(gatekeeper.request(message))
            .await;
        let refused = answer.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        let mut fields = refused.fields();
        fields.sort();
        assert_eq!(fields, expected);
    }
    let remove = RemoveKpiTargetRequest::default();
    let answer = gatekeeper
        .kpis()
        .remove_kpi_target(gatekeeper.request(remove))
        .await;
    let mut fields = answer.refused().fields();
    fields.sort();
    assert_eq!(fields, ["from_year", "kpi_id"]);
    assert_eq!(gatekeeper.kpi(kpi.id).await.unwrap(), kpi);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_year_is_measured_by_the_newest_target_that_began() {
    let stack = Stack::start().await;
    let (gatekeeper, kpi) = aimless(&stack).await;
    for year in 2019..=2025 {
        gatekeeper.record(kpi.id, (year, 6), 50.0).await.unwrap();
    }
    for (from_year, target) in [(2021, 100.0), (2024, 200.0)] {
        let set = gatekeeper.set_target(kpi.id, from_year, (0.0, target));
        set.await.unwrap();
    }
    let expected = [
        // Years before the first target use the first.
        (2019, 2021, 50.0),
        (2020, 2021, 50.0),
        (2021, 2021, 50.0),
        (2022, 2021, 50.0),
        (2023, 2021, 50.0),
        (2024, 2024, 25.0),
        (2025, 2024, 25.0),
    ];
    assert_eq!(measured(&gatekeeper, kpi.id).await, expected);

    // Setting, replacing or removing a later target does not change earlier years.
    for (from_year, target) in [(2023, 400.0), (2025, 50.0), (2025, 25.0), (2026, 1.0)] {
        let mut before = measured(&gatekeeper, kpi.id).await;
        let set = gatekeeper.set_target(kpi.id, from_year, (0.0, target));
        set.await.unwrap();
        let mut after = measured(&gatekeeper, kpi.id).await;
        for points in [&mut before, &mut after] {
            points.retain(|(year, ..)| *year < from_year);
        }
        assert_eq!(after, before);
    }
    let now = measured(&gatekeeper, kpi.id).await;
    assert_eq!(
        now[4..],
        [(2023, 2023, 12.5), (2024, 2024, 25.0), (2025, 2025, 200.0)]
    );
    for later in [2026, 2025, 2023] {
        gatekeeper.remove_target(kpi.id, later, "").await.unwrap();
    }
    assert_eq!(measured(&gatekeeper, kpi.id).await, expected);

    // Without the first target, the next one holds for the years before it.
    gatekeeper.remove_target(kpi.id, 2021, "").await.unwrap();
    let now = measured(&gatekeeper, kpi.id).await;
    assert!(
        now.iter()
            .all(|(_, from, progress)| (*from, *progress) == (2024, 25.0))
    );
    gatekeeper.remove_target(kpi.id, 2024, "").await.unwrap();
    let points = gatekeeper.progress(kpi.id).await.unwrap();
    assert_eq!(points.len(), 7);
    for point in points {
        assert_eq!((point.target, point.progress), (None, None));
        assert_eq!(point.performance, None);
    }
}
