//! Marks for nothing to report, overwritten by callers who saw an older state.

use kreis_proto::kpi::v1::{
    KpiValue, KpiValueState, MarkNothingToReportRequest, RecordKpiValueRequest,
};
use kreis_tests::{
    Actor, Answered, Stack,
    values::{mark_request, record_request},
};
use tonic::{Code, Status};

/// The etag for a period that the caller saw blank.
const BLANK: &str = "0";

async fn record(
    actor: &Actor,
    kpi_id: i64,
    month: (i32, i32),
    etag: &str,
) -> Result<KpiValue, Status> {
    let record = RecordKpiValueRequest {
        etag: etag.to_owned(),
        ..record_request(kpi_id, month, 5.0)
    };
    actor.record_as(record).await
}

async fn mark(
    actor: &Actor,
    kpi_id: i64,
    month: (i32, i32),
    (reason, etag): (&str, &str),
) -> Result<KpiValue, Status> {
    let mark = MarkNothingToReportRequest {
        etag: etag.to_owned(),
        ..mark_request(kpi_id, month, reason)
    };
    actor.mark_as(mark).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_saw_an_older_mark_does_not_overwrite_the_new_one() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    let march = (2024, 3);
    let seen = mark(&economist, kpi_id, march, ("closed", "")).await;
    let seen = seen.unwrap().etag;
    let newest = mark(&gatekeeper, kpi_id, march, ("no measurement", &seen)).await;
    let newest = newest.unwrap();
    for refused in [
        record(&economist, kpi_id, march, &seen).await,
        record(&economist, kpi_id, march, "x").await,
        mark(&economist, kpi_id, march, ("moved", &seen)).await,
        // Not even with the same text, because the caller saw the earlier mark.
        mark(&economist, kpi_id, march, ("no measurement", &seen)).await,
    ] {
        let refused = refused.refused().with(Code::Aborted, "ETAG_MISMATCH");
        assert_eq!(refused.metadata("etag"), newest.etag);
    }
    let same = mark(&economist, kpi_id, march, ("no measurement", &newest.etag)).await;
    assert_eq!(same.unwrap(), newest);
    let recorded = record(&economist, kpi_id, march, &newest.etag).await;
    let recorded = recorded.unwrap();
    assert_eq!((recorded.id, recorded.value), (newest.id, Some(5.0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_saw_a_blank_period_does_not_overwrite_a_new_mark() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    let (march, april) = ((2024, 3), (2024, 4));
    let marked = mark(&gatekeeper, kpi_id, march, ("closed", BLANK)).await;
    let marked = marked.unwrap();
    for refused in [
        record(&economist, kpi_id, march, BLANK).await,
        mark(&economist, kpi_id, march, ("moved", BLANK)).await,
    ] {
        let refused = refused.refused().with(Code::Aborted, "ETAG_MISMATCH");
        assert_eq!(refused.metadata("etag"), marked.etag);
    }
    // After a retraction the period is blank again, both for callers who saw it and for others.
    gatekeeper.retract(marked.id).await.unwrap();
    let again = mark(&economist, kpi_id, march, ("moved", BLANK)).await;
    assert_eq!(again.unwrap().state(), KpiValueState::NothingToReport);
    let blank = gatekeeper.retract(marked.id).await.unwrap();
    let recorded = record(&economist, kpi_id, march, &blank.etag).await;
    assert_eq!(recorded.unwrap().value, Some(5.0));

    // A number is never overwritten, whatever the caller saw.
    let recorded = record(&economist, kpi_id, april, BLANK).await.unwrap();
    for etag in ["", BLANK, &recorded.etag, "x"] {
        for refused in [
            record(&gatekeeper, kpi_id, april, etag).await,
            mark(&gatekeeper, kpi_id, april, ("closed", etag)).await,
        ] {
            let refused = refused.refused();
            let refused = refused.with(Code::AlreadyExists, "ALREADY_RECORDED");
            assert_eq!(refused.metadata("kpi_value_id"), recorded.id.to_string());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_marks_of_a_blank_period_at_once_one_is_refused() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    for month in 1..=12 {
        let of = (2024, month);
        let (one, other) = tokio::join!(
            mark(&gatekeeper, kpi_id, of, ("closed", BLANK)),
            mark(&economist, kpi_id, of, ("moved", BLANK)),
        );
        let (kept, late) = if one.is_ok() {
            (one, other)
        } else {
            (other, one)
        };
        let late = late.refused().with(Code::Aborted, "ETAG_MISMATCH");
        assert_eq!(late.metadata("etag"), kept.unwrap().etag);
    }
}
