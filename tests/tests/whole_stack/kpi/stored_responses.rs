//! Calls that the previous release stored: it kept JSON of its own types, not the response message.
//! They are answered after an upgrade too.

use aws_lc_rs::digest::{SHA256, digest};
use kreis_proto::{
    kpi::v1::{
        CorrectKpiValueRequest, CreateKpiRequest, Kpi, KpiValue, KpiValueState,
        MarkNothingToReportRequest, Period, RecordKpiValueRequest, RetractKpiValueRequest,
    },
    org::v1::{Circle, CreateCircleRequest, CreateUserRequest},
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi, people::new_user};
use prost::Message;
use serde_json::{Value, json};
use tonic::{Code, Status};

use crate::kpi::value_requests::changes;

const ID: &str = "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d51";
const TIME: &str = "2026-11-30T01:15:00.123456Z";

/// Makes the call what the previous release stored. Its digest included the `request_id`.
async fn store_as_before_in_org(stack: &Stack, rpc: &str, message: &impl Message, result: Value) {
    let content = [rpc.as_bytes(), &message.encode_to_vec()].concat();
    let content = digest(&SHA256, &content);
    let stored = sqlx::query!(
        "update org.requests set content = $1, result = $2, response = null",
        content.as_ref(),
        result,
    );
    let stored = stored.execute(&stack.sql).await.unwrap();
    assert_eq!(stored.rows_affected(), 1);
}

/// Makes the call what the previous release stored. The digest is the same.
async fn store_as_before_in_kpi(stack: &Stack, result: Value) {
    let stored = sqlx::query!(
        "update kpi.requests set result = $1, response = null where response is not null",
        result,
    );
    let stored = stored.execute(&stack.sql).await.unwrap();
    assert_eq!(stored.rows_affected(), 1);
}

async fn create_circle(actor: &Actor, new: &CreateCircleRequest) -> Result<Circle, Status> {
    let request = actor.request(new.clone());
    let answer = actor.circles().create_circle(request).await?;
    Ok(answer.into_inner().circle.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_that_the_previous_release_created_is_not_created_again() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let new = CreateUserRequest {
        request_id: ID.to_owned(),
        ..new_user("Eva", "eva@example.org")
    };
    let created = gatekeeper.create_user(new.clone()).await.unwrap();
    let result = json!({
        "id": created.id, "first_name": "Eva", "last_name": "Muster", "display_name": "Eva",
        "email": "eva@example.org", "gatekeeper": false, "active": true, "has_password": false,
        "circles": [], "create_time": TIME, "update_time": TIME, "version": 1,
    });
    store_as_before_in_org(&stack, "kreis.org.v1.UserService/CreateUser", &new, result).await;
    // The answer shows the user as they are now.
    let circle_id = stack.circle("HR").await;
    gatekeeper.add_member(circle_id, created.id).await.unwrap();
    let again = gatekeeper.create_user(new.clone()).await.unwrap();
    assert_eq!(again, gatekeeper.user(created.id).await.unwrap());
    assert_eq!(again.circles.len(), 1);
    let other = CreateUserRequest {
        request_id: ID.to_owned(),
        ..new_user("Ida", "ida@example.org")
    };
    let refused = gatekeeper.create_user(other).await.refused();
    refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_that_the_previous_release_created_is_not_created_again() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let new = CreateCircleRequest {
        name: "Finance".to_owned(),
        request_id: ID.to_owned(),
    };
    let created = create_circle(&gatekeeper, &new).await.unwrap();
    let result = json!({
        "id": created.id, "name": "Finance", "members": [], "create_time": TIME,
        "update_time": TIME, "version": 1,
    });
    let rpc = "kreis.org.v1.CircleService/CreateCircle";
    store_as_before_in_org(&stack, rpc, &new, result).await;
    let again = create_circle(&gatekeeper, &new).await.unwrap();
    assert_eq!(again, created);
    let other = CreateCircleRequest {
        name: "Finances".to_owned(),
        ..new
    };
    let refused = create_circle(&gatekeeper, &other).await.refused();
    refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_that_the_previous_release_created_is_not_created_again() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let new = CreateKpiRequest {
        request_id: ID.to_owned(),
        ..new_kpi(circle_id, "Leave")
    };
    let created = gatekeeper.create_kpi(new.clone()).await.unwrap();
    store_as_before_in_kpi(&stack, stored_kpi(&created)).await;
    let again = gatekeeper.create_kpi(new.clone()).await.unwrap();
    assert_eq!(again, created);
    let other = CreateKpiRequest {
        name: "Sick leave".to_owned(),
        ..new
    };
    let refused = gatekeeper.create_kpi(other).await.refused();
    refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_value_that_the_previous_release_made_is_not_made_again() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let kpi = new_kpi(stack.circle("HR").await, "Leave");
    let kpi_id = gatekeeper.create_kpi(kpi).await.unwrap().id;
    let mut seen = KpiValue::default();
    for write in [Write::Mark, Write::Record, Write::Correct, Write::Retract] {
        let first = write.make(&gatekeeper, kpi_id, &seen, 1.0).await.unwrap();
        store_as_before_in_kpi(&stack, stored_value(&first)).await;
        let made = changes(&stack).await;
        let again = write.make(&gatekeeper, kpi_id, &seen, 1.0).await.unwrap();
        assert_eq!(again, first, "{write:?}");
        let of_other = KpiValue {
            id: seen.id + 1,
            ..seen.clone()
        };
        let other = write.make(&gatekeeper, kpi_id + 1, &of_other, 2.0).await;
        let refused = other.refused();
        refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
        assert_eq!(changes(&stack).await, made, "{write:?}");
        seen = first;
    }
}

/// A write with a `request_id` of its own.
#[derive(Debug, Clone, Copy)]
enum Write {
    Mark,
    Record,
    Correct,
    Retract,
}

impl Write {
    async fn make(
        self,
        actor: &Actor,
        kpi_id: i64,
        seen: &KpiValue,
        number: f64,
    ) -> Result<KpiValue, Status> {
        let request_id = format!("8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d6{}", self as i32);
        let period = Some(Period {
            year: 2024,
            month: 1,
        });
        let (etag, kpi_value_id) = (seen.etag.clone(), seen.id);
        let mut values = actor.values();
        let value = match self {
            Self::Mark => {
                let mark = MarkNothingToReportRequest {
                    kpi_id,
                    period,
                    reason: "on leave".to_owned(),
                    etag,
                    request_id,
                };
                let answer = values.mark_nothing_to_report(actor.request(mark)).await?;
                answer.into_inner().kpi_value
            }
            Self::Record => {
                let record = RecordKpiValueRequest {
                    kpi_id,
                    period,
                    value: Some(number),
                    etag,
                    request_id,
                    ..RecordKpiValueRequest::default()
                };
                let answer = values.record_kpi_value(actor.request(record)).await?;
                answer.into_inner().kpi_value
            }
            Self::Correct => {
                let correct = CorrectKpiValueRequest {
                    kpi_value_id,
                    value: Some(number + 0.5),
                    etag,
                    request_id,
                    ..CorrectKpiValueRequest::default()
                };
                let answer = values.correct_kpi_value(actor.request(correct)).await?;
                answer.into_inner().kpi_value
            }
            Self::Retract => {
                let retract = RetractKpiValueRequest {
                    kpi_value_id,
                    etag,
                    request_id,
                };
                let answer = values.retract_kpi_value(actor.request(retract)).await?;
                answer.into_inner().kpi_value
            }
        };
        Ok(value.unwrap())
    }
}

/// A KPI as the previous release stored it.
fn stored_kpi(kpi: &Kpi) -> Value {
    json!({
        "id": kpi.id,
        "definition": {
            "circle": kpi.circle_id, "name": "Leave", "periodicity": "monthly",
            "unit": "percentage", "limits": {"minimum": null, "maximum": null}, "description": "",
        },
        "circle_name": "HR", "steward": null,
        "targets": [{"from_year": 2020, "initial": 0.0, "target": 100.0}],
        "active": true, "create_time": TIME, "update_time": TIME, "version": 1,
    })
}

/// A value as the previous release stored it.
fn stored_value(value: &KpiValue) -> Value {
    let content = match value.state() {
        KpiValueState::Recorded => json!({"number": [value.value, value.comment]}),
        KpiValueState::NothingToReport => json!({"nothing": value.comment}),
        KpiValueState::Retracted | KpiValueState::Unspecified => json!("retracted"),
    };
    let person =
        json!({"user_id": value.created_by.as_ref().unwrap().user_id, "display_name": "G"});
    json!({
        "id": value.id, "kpi": value.kpi_id, "period": {"year": 2024, "month": 1},
        "content": content, "created_by": person, "create_time": TIME, "updated_by": person,
        "update_time": TIME, "version": value.etag.parse::<i64>().unwrap(),
    })
}
