//! The overview of circles and their KPIs.

use kreis_proto::{
    kpi::v1::{
        CreateKpiRequest, GetOverviewRequest, KpiOverview, Period, Periodicity, Target, Unit,
    },
    org::v1::Month,
};
use kreis_tests::{Answered, Stack, actor::new_kpi};
use tonic::Code;

const fn month(year: i32, month: i32) -> Month {
    Month { year, month }
}

const fn period(year: i32, month: i32) -> Period {
    Period { year, month }
}

fn names(kpis: &[KpiOverview]) -> Vec<&str> {
    kpis.iter()
        .map(|overview| overview.kpi.as_ref().unwrap().name.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_says_of_each_kpi_what_single_calls_would() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let outsider = stack.outsider().await;
    let (it, hr) = (stack.circle("it").await, stack.circle("HR").await);
    let empty = stack.circle("Ärzte").await;
    let donations = CreateKpiRequest {
        unit: Unit::Chf.into(),
        targets: vec![Target {
            from_year: 2023,
            initial_value: 0.0,
            target_value: 400.0,
        }],
        ..new_kpi(hr, "donations")
    };
    let donations = gatekeeper.create_kpi(donations).await.unwrap().id;
    let reached = CreateKpiRequest {
        periodicity: Periodicity::Quarterly.into(),
        ..new_kpi(hr, "Ausbildung")
    };
    let reached = gatekeeper.create_kpi(reached).await.unwrap().id;
    gatekeeper.create_kpi(new_kpi(hr, "blank")).await.unwrap();
    let old = gatekeeper.create_kpi(new_kpi(it, "old")).await.unwrap().id;
    for (kpi_id, year, month, value) in [
        (donations, 2023, 2, 80.0),
        (donations, 2024, 1, 100.0),
        (donations, 2024, 2, 0.0),
        (donations, 2024, 3, 999.0),
        (reached, 2023, 6, 30.0),
        (reached, 2023, 12, 50.0),
        (old, 2024, 1, 90.0),
    ] {
        let recorded = gatekeeper.record(kpi_id, (year, month), value).await;
        recorded.unwrap();
    }
    let retracted = gatekeeper.record(reached, (2023, 9), 40.0).await.unwrap();
    gatekeeper.retract(retracted.id).await.unwrap();
    gatekeeper.set_active(old, false, "").await.unwrap();

    let mut asked = GetOverviewRequest {
        as_of: Some(month(2024, 2)),
        ..GetOverviewRequest::default()
    };
    let answer = outsider.overview(asked.clone()).await.unwrap();
    assert_eq!(answer.as_of, Some(month(2024, 2)));
    let circles: Vec<i64> = answer.circles.iter().map(|c| c.circle_id).collect();
    assert_eq!(circles, [hr, it, empty]);
    for circle in &answer.circles {
        let alone = outsider.circle_progress(circle.circle_id, (2024, 2)).await;
        let alone = alone.unwrap();
        assert_eq!(circle.progress, alone.progress);
        assert_eq!(circle.with_progress_count, alone.with_progress_count);
        assert_eq!(circle.active_count, alone.active_count);
        assert_eq!(circle.oldest_period, alone.oldest_period);
    }
    let hr_overview = &answer.circles[0];
    assert_eq!(
        (hr_overview.name.as_str(), hr_overview.with_progress_count()),
        ("HR", 1)
    );
    let kpis = &hr_overview.kpis;
    assert_eq!(names(kpis), ["Ausbildung", "blank", "donations"]);

    let seen = &kpis[2];
    assert_eq!(seen.kpi, Some(outsider.kpi(donations).await.unwrap()));
    let points = outsider.progress(donations).await.unwrap();
    assert_eq!(seen.newest.as_ref(), Some(&points[2]));
    assert_eq!(points[2].progress, Some(25.0));
    // A zero is a value.
    assert_eq!(
        seen.newest.as_ref().and_then(|newest| newest.value),
        Some(0.0)
    );
    assert_eq!(seen.previous_value, Some(100.0));
    assert_eq!(seen.last_year_value, Some(80.0));
    let sparkline = &seen.sparkline;
    assert_eq!(sparkline.len(), 13);
    assert_eq!(sparkline[0].period, Some(period(2023, 2)));
    assert_eq!(sparkline[0].value, Some(80.0));
    assert_eq!(sparkline[1].value, None);
    assert_eq!(sparkline[12].period, Some(period(2024, 2)));
    assert_eq!(sparkline[12].value, Some(0.0));

    // Its newest period is the last quarter of the year before. The one before that was retracted.
    let seen = &kpis[0];
    assert_eq!(seen.newest.as_ref().unwrap().period, Some(period(2023, 12)));
    assert_eq!((seen.previous_value, seen.last_year_value), (None, None));
    assert_eq!(seen.sparkline.len(), 9);
    assert_eq!(seen.sparkline[8].value, Some(50.0));
    assert_eq!(seen.sparkline[7].value, None);

    assert_eq!(
        (kpis[1].newest.as_ref(), kpis[1].previous_value),
        (None, None)
    );
    assert!(answer.circles[1].kpis.is_empty() && answer.circles[2].kpis.is_empty());
    asked.include_inactive = true;
    let answer = outsider.overview(asked).await.unwrap();
    let of_it = &answer.circles[1];
    assert_eq!(names(&of_it.kpis), ["old"]);
    // Inactive KPIs do not count in the circle's progress.
    let counts = (of_it.with_progress_count, of_it.active_count);
    assert_eq!((counts, of_it.progress), ((Some(0), Some(0)), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_is_of_the_circles_chosen_as_of_today() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (it, hr) = (stack.circle("IT").await, stack.circle("HR").await);
    for circle_id in [it, hr] {
        let new = new_kpi(circle_id, "leave");
        gatekeeper.create_kpi(new).await.unwrap();
    }
    let asked = GetOverviewRequest {
        circle_ids: vec![it, i64::MAX, it],
        ..GetOverviewRequest::default()
    };
    // Midnight may pass between the calls.
    let before = gatekeeper.this_month().await.unwrap();
    let answer = gatekeeper.overview(asked).await.unwrap();
    let after = gatekeeper.this_month().await.unwrap();
    assert!([before, after].contains(&answer.as_of.unwrap()));
    let [circle] = &answer.circles[..] else {
        panic!("{answer:?}");
    };
    assert_eq!((circle.circle_id, names(&circle.kpis)), (it, vec!["leave"]));
    let newest = circle.kpis[0].sparkline.last().unwrap();
    let as_of = answer.as_of.unwrap();
    assert_eq!(newest.period, Some(period(as_of.year, as_of.month)));

    let two_hundred: Vec<i64> = (1..=200).collect();
    let asked = GetOverviewRequest {
        circle_ids: two_hundred.clone(),
        ..GetOverviewRequest::default()
    };
    gatekeeper.overview(asked).await.unwrap();
    for (circle_ids, as_of, fields) in [
        (vec![1, 0, -7], None, vec!["circle_ids[1]", "circle_ids[2]"]),
        ([two_hundred, vec![0]].concat(), None, vec!["circle_ids"]),
        (
            vec![],
            Some(month(1899, 13)),
            vec!["as_of.year", "as_of.month"],
        ),
    ] {
        let asked = GetOverviewRequest {
            circle_ids,
            as_of,
            ..GetOverviewRequest::default()
        };
        let refused = gatekeeper.overview(asked).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), fields);
    }
    let anonymous = stack.anonymous();
    let refused = anonymous.overview(GetOverviewRequest::default()).await;
    refused
        .refused()
        .with(Code::Unauthenticated, "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_of_more_than_a_thousand_kpis_is_refused() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    sqlx::query!(
        "insert into kpi.kpis (circle_id, name, name_key, periodicity, unit)
        select $1, n::text, n::text, 'monthly', 'score' from generate_series(1, 1000) n",
        hr
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    let all = GetOverviewRequest::default();
    let answer = gatekeeper.overview(all.clone()).await.unwrap();
    assert_eq!(answer.circles[0].kpis.len(), 1_000);
    gatekeeper.create_kpi(new_kpi(it, "leave")).await.unwrap();
    let circles = gatekeeper.overview(all).await.map(|all| all.circles.len());
    let refused = circles.refused();
    let refused = refused.with(Code::ResourceExhausted, "OVERVIEW_TOO_LARGE");
    assert_eq!(refused.metadata("limit"), "1000");
    let chosen = GetOverviewRequest {
        circle_ids: vec![it],
        ..GetOverviewRequest::default()
    };
    gatekeeper.overview(chosen).await.unwrap();
}
