//! How far KPIs and their circle have got, as everybody reads it.

use kreis_proto::kpi::v1::{
    CreateKpiRequest, GetCircleProgressRequest, GetKpiProgressRequest, Period, Periodicity, Target,
    Unit,
};
use kreis_tests::{Stack, actor::new_kpi};

#[tokio::test(flavor = "multi_thread")]
async fn progress_counts_from_the_baseline_to_the_target_of_the_year() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let progress = async |kpi_id: i64| {
        let ask = GetKpiProgressRequest {
            kpi_id,
            ..Default::default()
        };
        let answer = gatekeeper
            .kpis()
            .get_kpi_progress(gatekeeper.request(ask))
            .await;
        let points = answer.unwrap().into_inner().points;
        points
            .iter()
            .map(|point| point.progress.map(f64::round))
            .collect::<Vec<_>>()
    };
    let target = |initial_value, target_value| {
        vec![Target {
            from_year: 2023,
            initial_value,
            target_value,
        }]
    };
    let yearly = CreateKpiRequest {
        periodicity: Periodicity::Yearly.into(),
        unit: Unit::Score.into(),
        targets: target(-100.0, 100.0),
        ..new_kpi(circle_id, "net promoter score")
    };
    let score = gatekeeper.create_kpi(yearly).await.unwrap();
    gatekeeper.record(score.id, (2023, 12), 35.0).await.unwrap();
    assert_eq!(progress(score.id).await, [Some(68.0)]);
    let leave = CreateKpiRequest {
        targets: target(3.5, 0.0),
        ..new_kpi(circle_id, "leave")
    };
    let leave = gatekeeper.create_kpi(leave).await.unwrap();
    for (month, value) in [(1, 2.04), (2, 3.30), (3, 0.93)] {
        gatekeeper
            .record(leave.id, (2023, month), value)
            .await
            .unwrap();
    }
    assert_eq!(
        progress(leave.id).await,
        [Some(42.0), Some(6.0), Some(73.0)]
    );
    let sums = CreateKpiRequest {
        unit: Unit::Chf.into(),
        targets: target(100.0, 1100.0),
        ..new_kpi(circle_id, "donations")
    };
    let sums = gatekeeper.create_kpi(sums).await.unwrap();
    for (month, value) in [(1, 90.0), (3, 510.0)] {
        gatekeeper
            .record(sums.id, (2023, month), value)
            .await
            .unwrap();
    }
    assert_eq!(progress(sums.id).await, [Some(-1.0), Some(50.0)]);
    let bare = CreateKpiRequest {
        targets: vec![],
        ..new_kpi(circle_id, "without target")
    };
    let bare = gatekeeper.create_kpi(bare).await.unwrap();
    gatekeeper.record(bare.id, (2023, 1), 1.0).await.unwrap();
    assert_eq!(progress(bare.id).await, [None]);

    let as_of = Some(Period {
        year: 2023,
        month: 12,
    });
    let ask = GetCircleProgressRequest { circle_id, as_of };
    let circle = gatekeeper
        .kpis()
        .get_circle_progress(gatekeeper.request(ask))
        .await;
    let circle = circle.unwrap().into_inner();
    assert_eq!((circle.n, circle.m), (3, 4));
    assert_eq!(
        circle.oldest_period,
        Some(Period {
            year: 2023,
            month: 3
        })
    );
    let mean = (67.5 + (3.5 - 0.93) / 3.5 * 100.0 + 50.0) / 3.0;
    assert!((circle.progress.unwrap() - mean).abs() < 1e-9);
}
