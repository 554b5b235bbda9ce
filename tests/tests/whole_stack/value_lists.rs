//! Lists of values: by circle, by range, by preset, page by page.

use kreis_proto::kpi::v1::{
    ListKpiValuesRequest, Period, PeriodPreset, PeriodRange,
    list_kpi_values_request::{Scope, Time},
};
use kreis_tests::{Answered, Stack, actor::new_kpi};
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn values_are_listed_by_circle_and_range_across_new_year_page_by_page() {
    let stack = Stack::start().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    let kpi = stack
        .gatekeeper()
        .await
        .create_kpi(new_kpi(circle_id, "leave"))
        .await
        .unwrap();
    for (year, month) in [
        (2023, 10),
        (2023, 11),
        (2023, 12),
        (2024, 1),
        (2024, 2),
        (2024, 11),
    ] {
        economist
            .record(kpi.id, (year, month), f64::from(month))
            .await
            .unwrap();
    }
    let range = PeriodRange {
        from: Some(Period {
            year: 2023,
            month: 11,
        }),
        to: Some(Period {
            year: 2024,
            month: 2,
        }),
    };
    let mut list = ListKpiValuesRequest {
        page_size: 3,
        scope: Some(Scope::CircleId(circle_id)),
        time: Some(Time::Range(range)),
        ..Default::default()
    };
    let ask = async |list: &ListKpiValuesRequest| {
        let request = economist.request(list.clone());
        economist
            .values()
            .list_kpi_values(request)
            .await
            .map(tonic::Response::into_inner)
    };
    let first = ask(&list).await.unwrap();
    assert_eq!(first.range, Some(range));
    list.page_token.clone_from(&first.next_page_token);
    let second = ask(&list).await.unwrap();
    let months: Vec<i32> = first
        .kpi_values
        .iter()
        .chain(&second.kpi_values)
        .map(|value| value.period.unwrap().month)
        .collect();
    assert_eq!(
        (months, second.next_page_token.as_str()),
        (vec![11, 12, 1, 2], "")
    );

    let wrong = |change: fn(&mut ListKpiValuesRequest)| {
        let mut wrong = list.clone();
        change(&mut wrong);
        wrong
    };
    for (list, field) in [
        (wrong(|list| list.page_size = -1), "page_size"),
        (wrong(|list| list.page_token.truncate(9)), "page_token"),
        (wrong(|list| list.scope = None), "page_token"),
        (wrong(|list| list.time = Some(Time::Preset(0))), "preset"),
        (wrong(|list| list.time = Some(Time::Preset(99))), "preset"),
    ] {
        let refused = ask(&list)
            .await
            .refused()
            .with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), [field]);
    }
    let everything = ListKpiValuesRequest {
        page_size: i32::MAX,
        ..Default::default()
    };
    assert_eq!(ask(&everything).await.unwrap().kpi_values.len(), 6);
    let preset = Some(Time::Preset(PeriodPreset::LastQuarter.into()));
    let quarter = ask(&ListKpiValuesRequest {
        time: preset,
        ..Default::default()
    })
    .await
    .unwrap();
    let range = quarter.range.unwrap();
    assert_eq!(
        (range.to.unwrap().month % 3, range.from.unwrap().month % 3),
        (0, 1)
    );
}
