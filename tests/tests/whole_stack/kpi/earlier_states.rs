//! What an overview says of a day before: the states as they were known, and what has changed.

use chrono::{Datelike, Days, NaiveDate, Utc};
use kreis_proto::{
    kpi::v1::{
        CreateKpiRequest, EarlierState, GetOverviewRequest, KpiOverview, KpiState, Target, Unit,
    },
    org::v1::{Date, Month},
};
use kreis_tests::{
    Actor, Answered, Stack,
    actor::{in_use_since, new_kpi},
};
use tonic::Code;

/// Well before the zone's day may differ from that of UTC.
fn days_ago(days: u64) -> Date {
    date(Utc::now().date_naive() - Days::new(days))
}

fn date(day: NaiveDate) -> Date {
    Date {
        year: day.year(),
        month: day.month().cast_signed(),
        day: day.day().cast_signed(),
    }
}

async fn compared(actor: &Actor, kpi_id: i64, since: Date) -> KpiOverview {
    let asked = GetOverviewRequest {
        as_of: Some(Month {
            year: 2024,
            month: 3,
        }),
        since: Some(since),
        ..GetOverviewRequest::default()
    };
    let overview = actor.overview(asked).await.unwrap();
    let mut kpis = overview.circles.into_iter().flat_map(|circle| circle.kpis);
    kpis.find(|overview| overview.kpi.as_ref().unwrap().id == kpi_id)
        .unwrap()
}

async fn earlier(actor: &Actor, kpi_id: i64, since: Date) -> EarlierState {
    compared(actor, kpi_id, since).await.earlier.unwrap()
}

/// Pretends that all changes so far were made some days earlier.
async fn age_changes(stack: &Stack, days: i32) {
    sqlx::query!(
        "update kpi.changes set create_time = create_time - make_interval(days => $1)",
        days
    )
    .execute(&stack.sql)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_says_what_was_known_on_a_day_and_what_has_changed_since() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle = stack.circle("HR").await;
    let target = Target {
        from_year: 2024,
        initial_value: 0.0,
        target_value: 1_200.0,
    };
    let new = CreateKpiRequest {
        unit: Unit::Chf.into(),
        targets: vec![target],
        ..new_kpi(circle, "donations")
    };
    let kpi = in_use_since((2024, 1), new);
    let kpi = gatekeeper.create_kpi(kpi).await.unwrap().id;
    let january = gatekeeper.record(kpi, (2024, 1), 100.0).await.unwrap();
    let february = gatekeeper.record(kpi, (2024, 2), 40.0).await.unwrap();
    age_changes(&stack, 20).await;
    // 140 of 200 were known ten days ago. Since then one value was corrected, one was retracted and
    // recorded again as it was, and one came.
    let january = gatekeeper.correct(january.id, 160.0, "").await.unwrap();
    let retracted = gatekeeper.retract(february.id).await.unwrap();
    assert_eq!(retracted.value, None);
    gatekeeper.record(kpi, (2024, 2), 40.0).await.unwrap();
    gatekeeper.record(kpi, (2024, 3), 100.0).await.unwrap();

    let outsider = stack.outsider().await;
    let now = compared(&outsider, kpi, days_ago(10)).await;
    assert_eq!(now.state(), KpiState::OnTrack);
    let then = now.earlier.unwrap();
    assert_eq!(then.state(), KpiState::SlightlyBehind);
    assert_eq!(then.distance_points, Some(-5.0));
    assert_eq!((then.recorded_count(), then.corrected_count()), (1, 1));
    // Before the first value there was none.
    let then = earlier(&outsider, kpi, days_ago(30)).await;
    assert_eq!(then.state(), KpiState::NoStatement);
    assert_eq!(then.distance_points, None);
    assert_eq!((then.recorded_count(), then.corrected_count()), (3, 0));
    // Nothing has changed since tomorrow, and a retraction counts like a correction.
    let tomorrow = date(Utc::now().date_naive() + Days::new(2));
    let then = earlier(&outsider, kpi, tomorrow).await;
    assert_eq!(then.state(), KpiState::OnTrack);
    assert_eq!((then.recorded_count(), then.corrected_count()), (0, 0));
    age_changes(&stack, 5).await;
    gatekeeper.retract(january.id).await.unwrap();
    let then = earlier(&outsider, kpi, days_ago(2)).await;
    assert_eq!((then.recorded_count(), then.corrected_count()), (0, 1));
    // The month of the day counts, if it comes before that of the overview.
    let then = earlier(&outsider, kpi, date("2024-01-15".parse().unwrap())).await;
    assert_eq!(then.state(), KpiState::NoStatement);

    let without = outsider.overview(GetOverviewRequest::default()).await;
    let without = &without.unwrap().circles[0].kpis[0];
    assert_eq!(without.earlier, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_does_not_exist_is_refused() {
    let stack = Stack::start().await;
    let outsider = stack.outsider().await;
    for (day, field) in [
        ((2026, 2, 30), "since.day"),
        ((2026, 13, 1), "since.month"),
        ((1, 1, 1), "since.year"),
        ((2026, 1, -1), "since.day"),
    ] {
        let (year, month, day) = day;
        let asked = GetOverviewRequest {
            since: Some(Date { year, month, day }),
            ..GetOverviewRequest::default()
        };
        let refused = outsider.overview(asked).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), [field]);
    }
}
