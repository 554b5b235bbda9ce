//! Numbers that were typed in a unit which the KPI no longer has.

use futures_util::future::join_all;
use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, KpiValue, RecordKpiValueRequest, Unit, UpdateKpiRequest,
};
use kreis_tests::{
    Actor, Answered, Stack, actor::new_kpi, stack::StackOptions, values::record_request,
};
use tonic::{Code, Status};

use crate::kpi::value_requests::changes;

const IDS: [&str; 2] = [
    "6d1f7f52-3f5e-4a5b-9d0c-2f6a9c3e7b11",
    "6d1f7f52-3f5e-4a5b-9d0c-2f6a9c3e7b12",
];

/// The number of a month in 2024, as it was typed under a unit.
fn recording(kpi_id: i64, month: i32, seen_unit: Unit) -> RecordKpiValueRequest {
    RecordKpiValueRequest {
        seen_unit: seen_unit.into(),
        ..record_request(kpi_id, (2024, month), 46.0)
    }
}

/// Another number for a value, as it was typed under a unit.
fn correction(of: &KpiValue, seen_unit: Unit) -> CorrectKpiValueRequest {
    CorrectKpiValueRequest {
        kpi_value_id: of.id,
        value: Some(47.0),
        etag: of.etag.clone(),
        seen_unit: seen_unit.into(),
        ..CorrectKpiValueRequest::default()
    }
}

async fn change_unit(gatekeeper: &Actor, kpi_id: i64, unit: Unit) {
    let update = UpdateKpiRequest {
        kpi_id,
        unit: Some(unit.into()),
        ..UpdateKpiRequest::default()
    };
    gatekeeper.update_kpi(update).await.unwrap();
}

#[track_caller]
fn is_refused(outcome: Result<KpiValue, Status>, unit: &str) {
    let refusal = outcome
        .refused()
        .with(Code::FailedPrecondition, "UNIT_CHANGED");
    assert_eq!(refusal.metadata("unit"), unit);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_typed_in_another_unit_is_neither_recorded_nor_corrected() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    let february = economist
        .record_as(recording(kpi_id, 2, Unit::Percentage))
        .await;
    let february = february.unwrap();
    change_unit(&gatekeeper, kpi_id, Unit::Score).await;

    for month in [2, 3] {
        let recording = recording(kpi_id, month, Unit::Percentage);
        is_refused(economist.record_as(recording).await, "UNIT_SCORE");
    }
    let correction_in = |unit| correction(&february, unit);
    is_refused(
        economist.correct_as(correction_in(Unit::Percentage)).await,
        "UNIT_SCORE",
    );
    // What another person has entered meanwhile is in the unit of now.
    let theirs = gatekeeper.correct(february.id, 48.0, "").await.unwrap();
    is_refused(
        economist.correct_as(correction_in(Unit::Percentage)).await,
        "UNIT_SCORE",
    );
    let overtaken = economist.correct_as(correction_in(Unit::Score)).await;
    overtaken.refused().with(Code::Aborted, "ETAG_MISMATCH");
    assert_eq!(changes(&stack).await, 2);

    economist
        .record_as(recording(kpi_id, 3, Unit::Score))
        .await
        .unwrap();
    let corrected = economist.correct_as(correction(&theirs, Unit::Score)).await;
    assert_eq!(corrected.unwrap().value, Some(47.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_does_not_say_what_they_saw_writes_in_any_unit() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    change_unit(&gatekeeper, kpi_id, Unit::Score).await;
    let recorded = economist
        .record_as(recording(kpi_id, 1, Unit::Unspecified))
        .await;
    let recorded = recorded.unwrap();
    economist
        .correct_as(correction(&recorded, Unit::Unspecified))
        .await
        .unwrap();
    let nonsense = RecordKpiValueRequest {
        seen_unit: 5,
        ..recording(kpi_id, 2, Unit::Unspecified)
    };
    let refused = economist.record_as(nonsense).await.refused();
    refused.with(Code::InvalidArgument, "INVALID_FIELDS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_says_the_same_unit_and_answers_the_first_result_under_another() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    let recording_in = |unit, request_id: &str| RecordKpiValueRequest {
        request_id: request_id.to_owned(),
        ..recording(kpi_id, 1, unit)
    };
    let first = economist
        .record_as(recording_in(Unit::Percentage, IDS[0]))
        .await;
    let first = first.unwrap();
    change_unit(&gatekeeper, kpi_id, Unit::Score).await;
    let again = economist
        .record_as(recording_in(Unit::Percentage, IDS[0]))
        .await;
    assert_eq!(again.unwrap(), first);
    for unit in [Unit::Score, Unit::Unspecified] {
        let other = economist.record_as(recording_in(unit, IDS[0])).await;
        other
            .refused()
            .with(Code::InvalidArgument, "REQUEST_ID_REUSED");
    }

    let correction_in = |unit| CorrectKpiValueRequest {
        request_id: IDS[1].to_owned(),
        ..correction(&first, unit)
    };
    is_refused(
        economist.correct_as(correction_in(Unit::Percentage)).await,
        "UNIT_SCORE",
    );
    // A refusal leaves its id unused.
    economist
        .correct_as(correction_in(Unit::Score))
        .await
        .unwrap();
    assert_eq!(changes(&stack).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_number_slips_past_a_unit_that_changes_in_the_same_moment() {
    let stack = Stack::start_with(StackOptions {
        connections: Some(32),
        ..StackOptions::default()
    })
    .await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let mut written = 0;
    for round in 0..40 {
        let kpi = gatekeeper.create_kpi(new_kpi(circle_id, &format!("kpi {round}")));
        let kpi_id = kpi.await.unwrap().id;
        let january = gatekeeper
            .record_as(recording(kpi_id, 1, Unit::Percentage))
            .await;
        let january = january.unwrap();
        let records =
            (2..=4).map(|month| gatekeeper.record_as(recording(kpi_id, month, Unit::Percentage)));
        let (corrected, mut outcomes, ()) = tokio::join!(
            gatekeeper.correct_as(correction(&january, Unit::Percentage)),
            join_all(records),
            change_unit(&gatekeeper, kpi_id, Unit::Score),
        );
        outcomes.push(corrected);
        for outcome in outcomes {
            if outcome.is_ok() {
                written += 1;
            } else {
                is_refused(outcome, "UNIT_SCORE");
            }
        }
        let late = sqlx::query_scalar!(
            r#"select count(*) as "count!" from kpi.changes
            where kpi_id = $1 and kpi_value_id is not null and id > (
                select id from kpi.changes where kpi_id = $1 and activity = 'kpi_updated'
            )"#,
            kpi_id
        );
        assert_eq!(late.fetch_one(&stack.sql).await.unwrap(), 0);
    }
    assert!(written < 160, "the unit never changed before a number");
}
