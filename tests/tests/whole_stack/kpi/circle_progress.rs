//! Progress of circles: the mean of the newest progress of their active KPIs.

use kreis_proto::{
    kpi::v1::{
        CreateKpiRequest, GetCircleProgressRequest, GetCircleProgressResponse, Periodicity, Target,
        Unit,
    },
    org::v1::Month,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::Code;

/// How many KPIs have progress, how many are active, the oldest period, and the progress.
fn said(circle: &GetCircleProgressResponse) -> (i32, i32, Option<(i32, i32)>, Option<f64>) {
    let oldest = circle
        .oldest_period
        .map(|oldest| (oldest.year, oldest.month));
    (
        circle.with_progress_count.unwrap(),
        circle.active_count.unwrap(),
        oldest,
        circle.progress,
    )
}

/// Creates a KPI of 2023 and returns its id.
async fn kpi(
    gatekeeper: &Actor,
    circle_id: i64,
    name: &str,
    (periodicity, unit): (Periodicity, Unit),
    from_to: Option<(f64, f64)>,
) -> i64 {
    let target = from_to.map(|(initial_value, target_value)| Target {
        from_year: 2023,
        initial_value,
        target_value,
    });
    let new = CreateKpiRequest {
        periodicity: periodicity.into(),
        unit: unit.into(),
        targets: target.into_iter().collect(),
        ..new_kpi(circle_id, name)
    };
    gatekeeper.create_kpi(new).await.unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_is_as_far_as_the_newest_progress_of_its_active_kpis() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let outsider = stack.outsider().await;
    let circle_id = stack.circle("HR").await;
    let at = async |month| {
        let asked = outsider.circle_progress(circle_id, (2023, month)).await;
        let answered = asked.unwrap();
        assert_eq!(answered.as_of, Some(Month { year: 2023, month }));
        said(&answered)
    };
    assert_eq!(at(12).await, (0, 0, None, None));
    let monthly = (Periodicity::Monthly, Unit::Percentage);
    let quarterly = (Periodicity::Quarterly, Unit::Percentage);
    let up = Some((0.0, 100.0));
    let teams = kpi(&gatekeeper, circle_id, "teams", monthly, up).await;
    let reached = kpi(&gatekeeper, circle_id, "reached", quarterly, up).await;
    let leave = kpi(&gatekeeper, circle_id, "leave", monthly, Some((4.0, 0.0))).await;
    let costs = (Periodicity::Quarterly, Unit::Chf);
    let costs = kpi(&gatekeeper, circle_id, "costs", costs, Some((100.0, 0.0))).await;
    let aimless = kpi(&gatekeeper, circle_id, "aimless", monthly, None).await;
    let inactive = kpi(&gatekeeper, circle_id, "inactive", monthly, up).await;
    let elsewhere = stack.circle("IT").await;
    let elsewhere = kpi(&gatekeeper, elsewhere, "elsewhere", monthly, up).await;
    assert_eq!(at(12).await, (0, 6, None, None));
    for (kpi_id, year, month, value) in [
        // The year before does not count.
        (teams, 2022, 12, 99.0),
        (leave, 2022, 12, 0.0),
        (teams, 2023, 1, 10.0),
        (teams, 2023, 2, 20.0),
        (teams, 2023, 5, 60.0),
        (reached, 2023, 3, 40.0),
        (leave, 2023, 4, 1.0),
        // A flow for which lower is better counts once its year is complete.
        (costs, 2023, 3, 10.0),
        (aimless, 2023, 1, 1.0),
        (inactive, 2023, 1, 100.0),
        (elsewhere, 2023, 1, 100.0),
        (teams, 2024, 1, 100.0),
    ] {
        gatekeeper
            .record(kpi_id, (year, month), value)
            .await
            .unwrap();
    }
    gatekeeper.set_active(inactive, false, "").await.unwrap();
    for (month, expected) in [
        (1, (1, 5, Some((2023, 1)), Some(10.0))),
        (2, (1, 5, Some((2023, 2)), Some(20.0))),
        (3, (2, 5, Some((2023, 2)), Some(30.0))),
        (4, (3, 5, Some((2023, 2)), Some(45.0))),
        (6, (3, 5, Some((2023, 3)), Some((60.0 + 40.0 + 75.0) / 3.0))),
        (
            12,
            (3, 5, Some((2023, 3)), Some((60.0 + 40.0 + 75.0) / 3.0)),
        ),
    ] {
        let (with_progress, active, oldest, progress) = at(month).await;
        assert_eq!(
            (with_progress, active, oldest),
            (expected.0, expected.1, expected.2),
            "{month}"
        );
        let off = progress
            .zip(expected.3)
            .map(|(one, other)| (one - other).abs());
        assert!(off.is_some_and(|off| off < 1e-9), "{month}: {progress:?}");
    }
    let other_year = |year| outsider.circle_progress(circle_id, (year, 12));
    assert_eq!(
        said(&other_year(2024).await.unwrap()),
        (1, 5, Some((2024, 1)), Some(100.0))
    );
    assert_eq!(said(&other_year(2025).await.unwrap()), (0, 5, None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_month_a_circles_progress_is_as_of_today() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let ask = async |circle_id, as_of| {
        let get = GetCircleProgressRequest { circle_id, as_of };
        let request = gatekeeper.request(get);
        let answer = gatekeeper.kpis().get_circle_progress(request).await;
        answer.map(tonic::Response::into_inner)
    };
    // Midnight may pass between the calls.
    let before = gatekeeper.this_month().await.unwrap();
    let as_of = ask(circle_id, None).await.unwrap().as_of.unwrap();
    let after = gatekeeper.this_month().await.unwrap();
    assert!([before, after].contains(&as_of), "{as_of:?}");
    for (circle_id, as_of, fields) in [
        (0, None, vec!["circle_id"]),
        (
            -1,
            Some(Month { year: 0, month: 0 }),
            vec!["as_of.month", "as_of.year", "circle_id"],
        ),
        (
            circle_id,
            Some(Month {
                year: 99_999,
                month: 13,
            }),
            vec!["as_of.month", "as_of.year"],
        ),
    ] {
        let refused = ask(circle_id, as_of).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        let mut found = refused.fields();
        found.sort();
        assert_eq!(found, fields);
    }
    let refused = ask(i64::MAX, None).await.refused();
    refused.with(Code::NotFound, "CIRCLE_NOT_FOUND");
}
