//! Periods that are marked as having nothing to report.

use kreis_proto::{
    kpi::v1::{
        Activity, Change, GetOverviewRequest, KpiValueState, ListDueValuesRequest,
        ListKpiValuesRequest, MarkNothingToReportRequest, Periodicity, change::Detail,
    },
    org::v1::Month,
};
use kreis_tests::{
    Actor, Answered, Stack,
    actor::{in_use_since, new_kpi},
    values::mark_request,
};
use tonic::Code;

const REQUEST_ID: &str = "5f0c8a52-3f6e-4a5e-9b0e-0a4f4b6f7c11";

/// Activity, old and new number, comment.
fn said(change: &Change) -> (Activity, Option<f64>, Option<f64>, &str) {
    let Some(Detail::Value(value)) = &change.detail else {
        panic!("not of a value: {change:?}");
    };
    (
        change.activity(),
        value.old_value,
        value.new_value,
        &value.comment,
    )
}

/// A gatekeeper, an economist of HR, and a monthly KPI of HR in percent.
async fn one_kpi(stack: &Stack) -> (Actor, Actor, i64) {
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    let kpi = in_use_since((2020, 1), new_kpi(circle_id, "Leave"));
    let kpi = gatekeeper.create_kpi(kpi).await;
    (gatekeeper, economist, kpi.unwrap().id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marked_period_is_not_due_and_not_a_zero_until_it_is_recorded() {
    let stack = Stack::start().await;
    let (_, economist, kpi_id) = one_kpi(&stack).await;
    let due = async || {
        let asked = ListDueValuesRequest::default();
        economist.due_values(asked).await.unwrap().due_values
    };
    let first = due().await[0].period.unwrap();
    let oldest = (first.year, first.month);
    economist.record(kpi_id, (2019, 12), 4.0).await.unwrap();
    let marked = economist
        .mark(kpi_id, oldest, " closed for\r\nbuilding ")
        .await;
    let marked = marked.unwrap();
    assert_eq!(marked.state(), KpiValueState::NothingToReport);
    assert_eq!(
        (marked.value, marked.comment.as_str()),
        (None, "closed for\nbuilding")
    );
    assert_eq!(due().await.len(), 11);
    assert_eq!(economist.progress(kpi_id).await.unwrap().len(), 1);
    let asked = GetOverviewRequest {
        as_of: Some(Month {
            year: first.year,
            month: first.month,
        }),
        ..GetOverviewRequest::default()
    };
    let overview = economist.overview(asked).await.unwrap();
    let sparkline = &overview.circles[0].kpis[0].sparkline;
    let point = sparkline.last().unwrap();
    assert_eq!((point.period, point.value), (Some(first), None));
    assert!(point.nothing_to_report && !sparkline[11].nothing_to_report);
    // The list includes it, so that a grid can tell it from a blank period.
    let request = economist.request(ListKpiValuesRequest::default());
    let listed = economist.values().list_kpi_values(request).await;
    let listed = listed.unwrap().into_inner().kpi_values;
    assert_eq!(listed[1], marked);

    let refused = economist.correct(marked.id, 1.0, "").await.refused();
    refused.with(Code::FailedPrecondition, "NOTHING_TO_REPORT");
    let recorded = economist.record(kpi_id, oldest, 5.0).await.unwrap();
    assert_eq!((recorded.id, recorded.value), (marked.id, Some(5.0)));
    assert_eq!(recorded.comment, "");
    assert_ne!(recorded.etag, marked.etag);
    let refused = economist.mark(kpi_id, oldest, "no").await.refused();
    let refused = refused.with(Code::AlreadyExists, "ALREADY_RECORDED");
    assert_eq!(refused.metadata("kpi_value_id"), marked.id.to_string());
    assert_eq!(
        economist
            .recent_changes(marked.id)
            .await
            .unwrap()
            .iter()
            .map(said)
            .collect::<Vec<_>>(),
        [
            (Activity::Recorded, None, Some(5.0), ""),
            (
                Activity::NothingToReport,
                None,
                None,
                "closed for\nbuilding"
            ),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_can_be_reworded_and_taken_back() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = one_kpi(&stack).await;
    let march = (2024, 3);
    let first = economist.record(kpi_id, march, 7.0).await.unwrap();
    economist.retract(first.id).await.unwrap();
    let marked = economist.mark(kpi_id, march, "closed").await.unwrap();
    assert_eq!(marked.id, first.id);
    let again = gatekeeper.mark(kpi_id, march, "closed ").await.unwrap();
    assert_eq!(again, marked);
    let reworded = gatekeeper.mark(kpi_id, march, "no measurement").await;
    assert_eq!(reworded.unwrap().comment, "no measurement");
    let blank = gatekeeper.retract(marked.id).await.unwrap();
    assert_eq!(blank.state(), KpiValueState::Retracted);
    assert_eq!((blank.value, blank.comment.as_str()), (None, ""));
    let changes = economist.recent_changes(marked.id).await.unwrap();
    assert_eq!(
        changes.iter().map(said).collect::<Vec<_>>(),
        [
            (Activity::Retracted, None, None, ""),
            (Activity::NothingToReport, None, None, "no measurement"),
            (Activity::NothingToReport, None, None, "closed"),
        ]
    );
    let by = changes[1].changed_by.as_ref().unwrap().user_id;
    assert_eq!(by, gatekeeper.user_id);
    // A repeated call changes nothing.
    assert_eq!(gatekeeper.retract(marked.id).await.unwrap(), blank);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_mark_answers_its_first_result() {
    let stack = Stack::start().await;
    let (_, economist, kpi_id) = one_kpi(&stack).await;
    let mark = MarkNothingToReportRequest {
        request_id: REQUEST_ID.to_owned(),
        ..mark_request(kpi_id, (2024, 3), "closed")
    };
    let first = economist.mark_as(mark.clone()).await.unwrap();
    economist.record(kpi_id, (2024, 3), 1.0).await.unwrap();
    assert_eq!(economist.mark_as(mark.clone()).await.unwrap(), first);
    let other = MarkNothingToReportRequest {
        reason: "no measurement".to_owned(),
        ..mark
    };
    let refused = economist.mark_as(other).await.refused();
    refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_is_refused_where_a_number_would_be_and_without_a_reason() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = one_kpi(&stack).await;
    let quarterly = kreis_proto::kpi::v1::CreateKpiRequest {
        periodicity: Periodicity::Quarterly.into(),
        ..new_kpi(stack.circle("HR").await, "reached")
    };
    let quarterly = gatekeeper.create_kpi(quarterly).await.unwrap().id;
    let february = economist.mark(quarterly, (2024, 2), "closed").await;
    let february = february.refused();
    february.with(Code::InvalidArgument, "PERIOD_NOT_OF_KPI");
    let next_year = economist.this_month().await.unwrap().year + 1;
    let future = economist.mark(kpi_id, (next_year, 1), "closed").await;
    let future = future
        .refused()
        .with(Code::FailedPrecondition, "PERIOD_NOT_BEGUN");
    assert_eq!(future.metadata("begins_on"), format!("{next_year}-01-01"));
    let stranger = stack.economist("IT").await;
    let refused = stranger.mark(kpi_id, (2024, 3), "closed").await.refused();
    refused.with(Code::PermissionDenied, "NOT_A_MEMBER");
    let refused = economist.mark(i64::MAX, (2024, 3), "closed").await;
    let refused = refused.refused();
    refused.with(Code::PermissionDenied, "NOT_A_MEMBER");
    let refused = gatekeeper.mark(i64::MAX, (2024, 3), "closed").await;
    refused.refused().with(Code::NotFound, "KPI_NOT_FOUND");
    gatekeeper.set_active(quarterly, false, "").await.unwrap();
    let refused = economist.mark(quarterly, (2024, 3), "closed").await;
    let refused = refused.refused();
    refused.with(Code::FailedPrecondition, "KPI_INACTIVE");

    let nothing = MarkNothingToReportRequest {
        reason: " \n ".to_owned(),
        request_id: "again".to_owned(),
        ..MarkNothingToReportRequest::default()
    };
    let refused = economist.mark_as(nothing).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    let mut fields = refused.fields();
    fields.sort();
    assert_eq!(fields, ["kpi_id", "period", "reason", "request_id"]);
    for reason in ["ü".repeat(1_001), "a\0b".to_owned()] {
        let refused = economist.mark(kpi_id, (2024, 3), &reason).await;
        let refused = refused.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["reason"]);
    }
    let longest = economist.mark(kpi_id, (2024, 3), &"ü".repeat(1_000)).await;
    assert_eq!(longest.unwrap().state(), KpiValueState::NothingToReport);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_stays_whether_it_or_the_mark_of_its_period_came_first() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = one_kpi(&stack).await;
    for month in 1..=12 {
        let of = (2024, month);
        let (recorded, marked) = tokio::join!(
            economist.record(kpi_id, of, 5.0),
            gatekeeper.mark(kpi_id, of, "closed"),
        );
        let recorded = recorded.unwrap();
        let mut expected = vec![(Activity::Recorded, None, Some(5.0), "")];
        match marked {
            Ok(marked) => {
                assert_eq!(marked.id, recorded.id);
                expected.push((Activity::NothingToReport, None, None, "closed"));
            }
            late => {
                let refused = late.refused();
                refused.with(Code::AlreadyExists, "ALREADY_RECORDED");
            }
        }
        let changes = economist.recent_changes(recorded.id).await.unwrap();
        assert_eq!(changes.iter().map(said).collect::<Vec<_>>(), expected);
    }
}
