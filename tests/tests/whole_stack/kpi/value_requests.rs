//! Repeated calls about values, which carry a `request_id`.

use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, DeactivateKpiRequest, KpiValue, RecordKpiValueRequest,
    RetractKpiValueRequest,
};
use kreis_tests::{
    Actor, Answered, Stack,
    actor::new_kpi,
    values::{correct_request, record_request},
};
use tonic::{Code, Status};

const IDS: [&str; 3] = [
    "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d41",
    "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d42",
    "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d43",
];

async fn record(
    actor: &Actor,
    kpi_id: i64,
    (month, value): (i32, f64),
    request_id: &str,
) -> Result<KpiValue, Status> {
    let record = RecordKpiValueRequest {
        request_id: request_id.to_owned(),
        ..record_request(kpi_id, (2024, month), value)
    };
    actor.record_as(record).await
}

async fn correct(
    actor: &Actor,
    seen: &KpiValue,
    value: f64,
    request_id: &str,
) -> Result<KpiValue, Status> {
    let correct = CorrectKpiValueRequest {
        request_id: request_id.to_owned(),
        ..correct_request(seen.id, value, &seen.etag)
    };
    actor.correct_as(correct).await
}

async fn retract(actor: &Actor, seen: &KpiValue, request_id: &str) -> Result<KpiValue, Status> {
    let retract = RetractKpiValueRequest {
        kpi_value_id: seen.id,
        etag: seen.etag.clone(),
        request_id: request_id.to_owned(),
    };
    actor.retract_as(retract).await
}

/// Number of changes of values in the log.
pub(crate) async fn changes(stack: &Stack) -> i64 {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from kpi.changes where kpi_value_id is not null"#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap()
}

async fn kpi(stack: &Stack, gatekeeper: &Actor) -> i64 {
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "Leave")).await;
    kpi.unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_gets_the_first_response_after_any_later_change() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let kpi_id = kpi(&stack, &gatekeeper).await;
    let recorded = record(&economist, kpi_id, (1, 1.0), IDS[0]).await.unwrap();
    let corrected = correct(&economist, &recorded, 2.0, IDS[1]).await.unwrap();
    let retracted = retract(&economist, &corrected, IDS[2]).await.unwrap();
    gatekeeper.record(kpi_id, (2024, 1), 7.0).await.unwrap();
    let deactivate = DeactivateKpiRequest {
        kpi_id,
        etag: String::new(),
    };
    gatekeeper
        .kpis()
        .deactivate_kpi(gatekeeper.request(deactivate))
        .await
        .unwrap();

    assert_eq!(
        record(&economist, kpi_id, (1, 1.0), IDS[0]).await.unwrap(),
        recorded
    );
    // The same id in another spelling.
    let in_upper_case = IDS[1].to_uppercase();
    assert_eq!(
        correct(&economist, &recorded, 2.0, &in_upper_case)
            .await
            .unwrap(),
        corrected
    );
    assert_eq!(
        retract(&economist, &corrected, IDS[2]).await.unwrap(),
        retracted
    );
    assert_eq!(changes(&stack).await, 4);
    // Without the id, the rules are checked.
    let refused = correct(&economist, &recorded, 2.0, "").await.refused();
    refused.with(Code::FailedPrecondition, "KPI_INACTIVE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_belongs_to_one_message_of_one_caller() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let kpi_id = kpi(&stack, &gatekeeper).await;
    let first = record(&economist, kpi_id, (1, 1.0), IDS[0]).await.unwrap();
    for answer in [
        record(&economist, kpi_id, (1, 1.5), IDS[0]).await,
        record(&economist, kpi_id, (2, 1.0), IDS[0]).await,
        record(&economist, kpi_id + 1, (1, 1.0), IDS[0]).await,
        correct(&economist, &first, 1.0, IDS[0]).await,
        retract(&economist, &first, IDS[0]).await,
    ] {
        answer
            .refused()
            .with(Code::InvalidArgument, "REQUEST_ID_REUSED");
    }
    // The same id from another caller is another request.
    let refused = record(&gatekeeper, kpi_id, (1, 1.0), IDS[0])
        .await
        .refused();
    refused.with(Code::AlreadyExists, "ALREADY_RECORDED");
    record(&gatekeeper, kpi_id, (2, 1.0), IDS[0]).await.unwrap();
    assert_eq!(changes(&stack).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_does_not_use_up_its_request_id() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let outsider = stack.outsider().await;
    let kpi_id = kpi(&stack, &gatekeeper).await;
    let refused = record(&outsider, kpi_id, (1, 1.0), IDS[0]).await.refused();
    refused.with(Code::PermissionDenied, "NOT_A_MEMBER");
    let circle_id = stack.circle("HR").await;
    gatekeeper
        .add_member(circle_id, outsider.user_id)
        .await
        .unwrap();
    let first = record(&outsider, kpi_id, (1, 1.0), IDS[0]).await.unwrap();
    let second = correct(&outsider, &first, 2.0, IDS[1]).await.unwrap();
    let stale = correct(&outsider, &first, 3.0, IDS[2]).await.refused();
    stale.with(Code::Aborted, "ETAG_MISMATCH");
    correct(&outsider, &second, 3.0, IDS[2]).await.unwrap();
    assert_eq!(changes(&stack).await, 3);
}
