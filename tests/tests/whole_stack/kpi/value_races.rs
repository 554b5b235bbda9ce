//! Concurrent writes of the same value.

use futures_util::future::join_all;
use kreis_proto::kpi::v1::{GetKpiValueRequest, RecordKpiValueRequest};
use kreis_tests::{Answered, Stack, actor::new_kpi, stack::StackOptions, values::record_request};
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_calls_that_record_one_period_one_succeeds() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(circle_id, "Leave"))
        .await
        .unwrap();
    let calls = (0..100).map(|number| gatekeeper.record(kpi.id, (2024, 1), f64::from(number)));
    let (done, refused): (Vec<_>, Vec<_>) =
        join_all(calls).await.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 99));
    let id = done.into_iter().next().unwrap().unwrap().id;
    for refusal in refused {
        let refusal = refusal
            .refused()
            .with(Code::AlreadyExists, "ALREADY_RECORDED");
        assert_eq!(refusal.metadata("kpi_value_id"), id.to_string());
    }
    let logged = sqlx::query_scalar!(
        r#"select count(*) as "count!" from kpi.changes where kpi_value_id = $1"#,
        id
    );
    assert_eq!(logged.fetch_one(&stack.sql).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_writers_of_one_value_lose_no_update() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(circle_id, "Leave"))
        .await
        .unwrap();
    let kpi_value_id = gatekeeper.record(kpi.id, (2024, 1), 0.0).await.unwrap().id;
    // Each adds one to the number it has read.
    let add_one = async || loop {
        let get = gatekeeper.request(GetKpiValueRequest { kpi_value_id });
        let answer = gatekeeper.values().get_kpi_value(get).await.unwrap();
        let seen = answer.into_inner().kpi_value.unwrap();
        let next = seen.value.unwrap() + 1.0;
        match gatekeeper.correct(kpi_value_id, next, &seen.etag).await {
            Ok(corrected) => return assert_eq!(corrected.value, Some(next)),
            refused => {
                refused.refused().with(Code::Aborted, "ETAG_MISMATCH");
            }
        }
    };
    join_all((0..64).map(|_| add_one())).await;
    let row = sqlx::query!(
        r#"select value as "value!", version,
                  (select count(*) from kpi.changes where kpi_value_id = $1) as "logged!"
           from kpi.kpi_values where id = $1"#,
        kpi_value_id
    );
    let row = row.fetch_one(&stack.sql).await.unwrap();
    assert_eq!(
        (row.value.to_string().as_str(), row.version, row.logged),
        ("64", 65, 65)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn identical_calls_at_once_make_one_row_and_get_one_answer() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(circle_id, "Leave"))
        .await
        .unwrap();
    for month in 1..=12 {
        let record = RecordKpiValueRequest {
            request_id: format!("8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d{month:02}"),
            ..record_request(kpi.id, (2024, month), 1.0)
        };
        let call = async || {
            let request = gatekeeper.request(record.clone());
            let answer = gatekeeper.values().record_kpi_value(request).await;
            answer.unwrap().into_inner()
        };
        let (one, other) = tokio::join!(call(), call());
        assert_eq!(one, other);
    }
    let logged = sqlx::query_scalar!(
        r#"select count(*) as "count!" from kpi.changes where activity = 'recorded'"#
    );
    assert_eq!(logged.fetch_one(&stack.sql).await.unwrap(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_period_is_revived_once_and_every_turn_is_logged_in_order() {
    let stack = Stack::start_with(StackOptions {
        connections: Some(16),
        ..StackOptions::default()
    })
    .await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "leave")).await;
    let kpi_id = kpi.unwrap().id;
    let value = gatekeeper.record(kpi_id, (2024, 1), 0.0).await.unwrap();
    for round in 1..=8 {
        gatekeeper.retract(value.id).await.unwrap();
        let records = (0..8).map(|_| gatekeeper.record(kpi_id, (2024, 1), f64::from(round)));
        let outcomes = join_all(records).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        for refusal in outcomes.into_iter().filter(Result::is_err) {
            refusal
                .refused()
                .with(Code::AlreadyExists, "ALREADY_RECORDED");
        }
        // All at once. In whatever order they run, each entry begins with the number that the entry
        // before it ended with.
        let turns = (0..8).map(async |turn| {
            if turn % 4 == 0 {
                gatekeeper.retract(value.id).await.map(|_| ())
            } else if turn % 4 == 1 {
                gatekeeper.record(kpi_id, (2024, 1), 50.0).await.map(|_| ())
            } else {
                let correct = gatekeeper.correct(value.id, f64::from(turn), "");
                correct.await.map(|_| ())
            }
        });
        for outcome in join_all(turns).await {
            if let Err(status) = outcome {
                let expected = [Code::AlreadyExists, Code::FailedPrecondition];
                assert!(expected.contains(&status.code()), "{status:?}");
            }
        }
    }
    let log = sqlx::query!(
        "select old_value, new_value from kpi.changes where kpi_value_id = $1
        order by create_time, id",
        value.id
    );
    let log = log.fetch_all(&stack.sql).await.unwrap();
    assert!(log.len() > 16, "{}", log.len());
    assert_eq!(log[0].old_value, None);
    for pair in log.windows(2) {
        assert_eq!(pair[1].old_value, pair[0].new_value);
    }
    let row = sqlx::query!(
        "select value, version from kpi.kpi_values where id = $1",
        value.id
    );
    let row = row.fetch_one(&stack.sql).await.unwrap();
    assert_eq!(row.value, log.last().unwrap().new_value);
    assert_eq!(usize::try_from(row.version).unwrap(), log.len());
}
