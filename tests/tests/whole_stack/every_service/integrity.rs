//! Changes that belong together commit together, and no client can set what only the server
//! decides.

use kreis_database::purge::BATCH_SIZE;
use kreis_proto::{
    kpi::v1::{
        CorrectKpiValueRequest, CreateKpiRequest, CreateKpiResponse, Kpi, KpiValue, Limits,
        RecordKpiValueRequest, RecordKpiValueResponse, RetractKpiValueRequest, UpdateKpiRequest,
    },
    org::v1::{
        Circle, CreateCircleRequest, CreateUserRequest, DeleteCircleRequest, Person,
        UpdateCircleRequest, User,
    },
};
use kreis_tests::{
    Actor, Answered, Stack, actor::new_kpi, people::new_user, raw::RawClient,
    values::record_request,
};
use prost::Message;
use prost_types::Timestamp;
use sqlx::Executor;
use tonic::{Code, Status};

/// Everything that kpi has stored, as text.
async fn everything(stack: &Stack) -> Vec<String> {
    let rows = sqlx::query_scalar!(
        r#"select t::text as "row!" from kpi.kpis t
        union all select t::text from kpi.targets t
        union all select t::text from kpi.kpi_values t
        union all select t::text from kpi.changes t
        union all select t::text from kpi.requests t
        order by 1"#
    );
    rows.fetch_all(&stack.sql).await.unwrap()
}

/// Each kind of write, with a `request_id` if it has one.
async fn writes(actor: &Actor, kpi: &Kpi, value: &KpiValue) -> Vec<Result<(), Status>> {
    let (mut kpis, mut values) = (actor.kpis(), actor.values());
    let record = RecordKpiValueRequest {
        request_id: "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d01".to_owned(),
        ..record_request(kpi.id, (2024, 2), 7.0)
    };
    let correct = CorrectKpiValueRequest {
        kpi_value_id: value.id,
        value: Some(7.0),
        etag: String::new(),
        request_id: "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d02".to_owned(),
        ..CorrectKpiValueRequest::default()
    };
    let retract = RetractKpiValueRequest {
        kpi_value_id: value.id,
        etag: String::new(),
        request_id: "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d03".to_owned(),
    };
    let create = CreateKpiRequest {
        request_id: "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d04".to_owned(),
        ..new_kpi(kpi.circle_id, "another")
    };
    let update = UpdateKpiRequest {
        kpi_id: kpi.id,
        name: Some("renamed".to_owned()),
        limits: Some(Limits {
            minimum: Some(0.0),
            maximum: None,
        }),
        ..UpdateKpiRequest::default()
    };
    vec![
        values
            .record_kpi_value(actor.request(record))
            .await
            .map(|_| ()),
        values
            .correct_kpi_value(actor.request(correct))
            .await
            .map(|_| ()),
        values
            .retract_kpi_value(actor.request(retract))
            .await
            .map(|_| ()),
        kpis.create_kpi(actor.request(create)).await.map(|_| ()),
        kpis.update_kpi(actor.request(update)).await.map(|_| ()),
        actor.set_target(kpi.id, 2024, (0.0, 7.0)).await.map(|_| ()),
        actor.remove_target(kpi.id, 2020, "").await.map(|_| ()),
        actor.set_active(kpi.id, false, "").await.map(|_| ()),
        actor.set_active(kpi.id, true, "").await.map(|_| ()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_changes_without_its_entry_in_the_log() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "leave")).await;
    let kpi = kpi.unwrap();
    let value = gatekeeper.record(kpi.id, (2024, 1), 1.0).await.unwrap();
    let before = everything(&stack).await;

    stack
        .sql
        .execute("alter table kpi.changes add constraint full_up check (false) not valid")
        .await
        .unwrap();
    let mut outcomes = writes(&gatekeeper, &kpi, &value).await;
    // Activating an active KPI changes nothing and needs no entry.
    outcomes.pop().unwrap().unwrap();
    for outcome in outcomes {
        let refused = outcome.refused().with(Code::Internal, "INTERNAL");
        assert!(!refused.status.message().contains("full_up"));
    }
    assert_eq!(everything(&stack).await, before);

    // Afterwards the same calls, with the same ids, succeed.
    stack
        .sql
        .execute("alter table kpi.changes drop constraint full_up")
        .await
        .unwrap();
    for outcome in writes(&gatekeeper, &kpi, &value).await {
        outcome.unwrap();
    }
    let logged = sqlx::query_scalar!(r#"select count(*) as "count!" from kpi.changes"#);
    // Three entries from before. A KPI with its target, and two changed fields, are two entries
    // each.
    assert_eq!(logged.fetch_one(&stack.sql).await.unwrap(), 3 + 9 + 2);
}

/// Everything that org and auth have stored about users, as text.
async fn everything_about_people(stack: &Stack) -> Vec<String> {
    let rows = sqlx::query_scalar!(
        r#"select t::text as "row!" from org.users t
        union all select t::text from org.circles t
        union all select t::text from org.members t
        union all select t::text from org.changes t
        union all select t::text from org.requests t
        union all select t::text from auth.accounts t
        union all select t::text from auth.invitations t
        union all select t::text from auth.revocations t
        union all select t::text from auth.revocation_head t
        order by 1"#
    );
    rows.fetch_all(&stack.sql).await.unwrap()
}

/// The users that the writes below change.
struct People {
    /// Member of the circle.
    active: User,
    inactive: User,
    circle: Circle,
    empty_circle: Circle,
}

/// Each kind of write that changes users.
async fn writes_about(people: &People, actor: &Actor) -> Vec<Result<(), Status>> {
    let (active, circle) = (people.active.id, people.circle.id);
    let mut circles = actor.circles();
    let new = CreateUserRequest {
        request_id: "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d05".to_owned(),
        ..new_user("Eva", "eva@example.org")
    };
    let create = CreateCircleRequest {
        name: "IT".to_owned(),
        request_id: "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d06".to_owned(),
    };
    let rename = UpdateCircleRequest {
        circle_id: circle,
        name: Some("People".to_owned()),
        etag: String::new(),
    };
    let delete = DeleteCircleRequest {
        circle_id: people.empty_circle.id,
        etag: String::new(),
    };
    vec![
        actor.create_user(new).await.map(|_| ()),
        actor.set_gatekeeper(active, true).await.map(|_| ()),
        actor.invite(active).await.map(|_| ()),
        actor.reactivate(people.inactive.id).await.map(|_| ()),
        circles
            .create_circle(actor.request(create))
            .await
            .map(|_| ()),
        circles
            .update_circle(actor.request(rename))
            .await
            .map(|_| ()),
        circles
            .delete_circle(actor.request(delete))
            .await
            .map(|_| ()),
        actor.add_member(circle, actor.user_id).await.map(|_| ()),
        actor.remove_member(circle, active).await.map(|_| ()),
        actor.deactivate(active).await.map(|_| ()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_about_people_changes_without_its_entry_in_the_log() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle = gatekeeper.create_circle("HR").await.unwrap();
    let (email, active) = stack.person(false).await;
    let session = stack.sign_in(&email).await;
    gatekeeper.add_member(circle.id, active).await.unwrap();
    let (_, inactive) = stack.person(false).await;
    let people = People {
        active: gatekeeper.user(active).await.unwrap(),
        inactive: gatekeeper.deactivate(inactive).await.unwrap(),
        circle,
        empty_circle: gatekeeper.create_circle("HRR").await.unwrap(),
    };
    let before = everything_about_people(&stack).await;

    stack
        .sql
        .execute("alter table org.changes add constraint full_up check (false) not valid")
        .await
        .unwrap();
    for outcome in writes_about(&people, &gatekeeper).await {
        let refused = outcome.refused().with(Code::Internal, "INTERNAL");
        assert!(!refused.status.message().contains("full_up"));
    }
    assert_eq!(everything_about_people(&stack).await, before);
    assert_eq!(session.me().await.unwrap(), people.active);

    // Afterwards the same calls, with the same ids, succeed.
    stack
        .sql
        .execute("alter table org.changes drop constraint full_up")
        .await
        .unwrap();
    for outcome in writes_about(&people, &gatekeeper).await {
        outcome.unwrap();
    }
    assert!(session.me().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_client_sets_ids_people_times_or_versions() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    let client = RawClient::http2(stack.url());
    let authorization = format!("Bearer {}", gatekeeper.token());
    let headers = [("authorization", authorization.as_str())];
    let long_ago = Some(Timestamp {
        seconds: 1,
        nanos: 0,
    });
    let somebody = Some(Person {
        user_id: economist.user_id,
        display_name: "somebody else".to_owned(),
    });

    // Fields of the response with numbers that the request does not have.
    let claimed = Kpi {
        steward: somebody.clone(),
        ..Kpi::default()
    };
    let message = [
        new_kpi(circle_id, "leave").encode_to_vec(),
        claimed.encode_to_vec(),
    ]
    .concat();
    let path = "/kreis.kpi.v1.KpiService/CreateKpi";
    let answer = client.call(path, &headers, &message).await.unwrap();
    answer.outcome().unwrap();
    let kpi = CreateKpiResponse::decode(&answer.body[5..])
        .unwrap()
        .kpi
        .unwrap();
    assert_eq!((kpi.etag.as_str(), kpi.steward), ("1", None));
    assert!(kpi.create_time.unwrap().seconds > 1);
    assert!(kpi.update_time.unwrap().seconds > 1);

    let record = record_request(kpi.id, (2024, 1), 1.0);
    let claimed = KpiValue {
        created_by: somebody.clone(),
        updated_by: somebody,
        update_time: long_ago,
        etag: "77".to_owned(),
        ..KpiValue::default()
    };
    let message = [record.encode_to_vec(), claimed.encode_to_vec()].concat();
    let path = "/kreis.kpi.v1.KpiValueService/RecordKpiValue";
    let answer = client.call(path, &headers, &message).await.unwrap();
    answer.outcome().unwrap();
    let value = RecordKpiValueResponse::decode(&answer.body[5..]).unwrap();
    let value = value.kpi_value.unwrap();
    for person in [value.created_by, value.updated_by] {
        assert_eq!(person.unwrap().user_id, gatekeeper.user_id);
    }
    for time in [value.create_time, value.update_time] {
        assert!(time.unwrap().seconds > 1);
    }
    assert_eq!(value.etag, "1");

    // The contract's own fields cannot be used for this either: no request has such a field.
    let contract =
        prost_types::FileDescriptorSet::decode(kreis_proto::FILE_DESCRIPTOR_SET).unwrap();
    let forbidden = [
        "id",
        "created_by",
        "updated_by",
        "create_time",
        "update_time",
        "version",
        "state",
    ];
    // The `state` of OAuth 2.0 (RFC 6749, 4.1.2), which is no state of a row.
    let of_oauth = "FinishSignOnRequest.state";
    let mut requests = 0;
    for file in &contract.file {
        for message in file
            .message_type
            .iter()
            .filter(|message| message.name().ends_with("Request"))
        {
            if file.package().starts_with("kreis.") {
                requests += 1;
                for field in &message.field {
                    let name = format!("{}.{}", message.name(), field.name());
                    let is_free = !forbidden.contains(&field.name()) || name == of_oauth;
                    assert!(is_free, "{name}");
                }
            }
        }
    }
    assert!(requests > 30, "{requests}");
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_responses_are_deleted_in_batches_after_seven_days() {
    let stack = Stack::start().await;
    for (days, rows) in [(8, 5_001), (6, 3)] {
        sqlx::query!(
            "insert into org.requests (caller_id, request_id, content, create_time)
            select 1, gen_random_uuid(), '', now() - $1::int * interval '1 day'
            from generate_series(1, $2::int)",
            days,
            rows
        )
        .execute(&stack.sql)
        .await
        .unwrap();
    }
    let kept = async || {
        sqlx::query_scalar!(r#"select count(*) as "kept!" from org.requests"#)
            .fetch_one(&stack.sql)
            .await
            .unwrap()
    };
    for (purged, left) in [(5_000, 4), (1, 3), (0, 3)] {
        let batch = kreis_org::operator::purge_requests(&stack.sql, BATCH_SIZE);
        assert_eq!(batch.await.unwrap(), purged);
        assert_eq!(kept().await, left);
    }
}
