//! A row that another transaction holds: those who write to it wait or are refused, and
//! leave connections of the database to those who write to other rows.

use std::sync::Arc;

use kreis_proto::org::v1::UpdateCircleRequest;
use kreis_tests::{
    Actor, Answered, Stack,
    actor::new_kpi,
    stack::{StackOptions, channel},
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

/// People who write to the row, with as many calls at once as one person may have.
const WRITERS: usize = 12;
const CALLS_OF_EACH: usize = 4;
const PERIOD: (i32, i32) = (2024, 1);
/// Writes to the other row, one after the other.
const OTHERS: u8 = 20;

/// What one writes to, over and over.
#[derive(Debug, Clone, Copy)]
enum Target {
    NewValue { kpi: i64 },
    Value { id: i64 },
    Circle { id: i64 },
}

impl Target {
    async fn write(self, actor: &Actor, number: u8) -> Result<(), Status> {
        match self {
            Self::NewValue { kpi } => actor.record(kpi, PERIOD, f64::from(number)).await.map(drop),
            Self::Value { id } => actor.correct(id, f64::from(number), "").await.map(drop),
            Self::Circle { id } => {
                let update = actor.request(UpdateCircleRequest {
                    circle_id: id,
                    name: Some(format!("circle {id} {number}")),
                    ..UpdateCircleRequest::default()
                });
                actor.circles().update_circle(update).await.map(drop)
            }
        }
    }
}

async fn stack() -> Stack {
    let options = StackOptions {
        connections: Some(8),
        ..StackOptions::default()
    };
    Stack::start_with(options).await
}

/// Holds a row while many write to `held`, and has one write to `other` meanwhile.
async fn others_write_while_many_wait(
    stack: &Stack,
    lock: String,
    held: [Target; 2],
    other: Target,
) {
    let gatekeeper = stack.gatekeeper().await;
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let writer = stack.gatekeeper().await;
        writers.push(writer.at(channel(stack.addresses.gateway)));
    }
    let mut holder = PgConnection::connect_with(&stack.database).await.unwrap();
    let mut transaction = holder.begin().await.unwrap();
    transaction.execute(AssertSqlSafe(lock)).await.unwrap();
    let over = CancellationToken::new();
    let mut waiting = JoinSet::new();
    for writer in writers {
        let writer = Arc::new(writer);
        for number in 0..CALLS_OF_EACH {
            let (writer, over) = (Arc::clone(&writer), over.clone());
            waiting.spawn(async move {
                while !over.is_cancelled() {
                    let refused = held[number % 2].write(&writer, 1).await.refused();
                    assert!(refused.says_when_to_retry());
                    refused.with(Code::ResourceExhausted, "OVERLOADED");
                }
            });
        }
    }
    stack.wait_for_blocked_statement().await;
    for number in 0..OTHERS {
        let written = other.write(&gatekeeper, number).await;
        written.expect("those who write to another row are not refused");
    }
    over.cancel();
    waiting.join_all().await;
    transaction.rollback().await.unwrap();
    held[0].write(&gatekeeper, 1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writes_that_wait_for_one_kpi_leave_connections_for_other_kpis() {
    let stack = stack().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle = stack.circle("Counselling").await;
    let mut kpis = Vec::new();
    for name in ["held", "other"] {
        kpis.push(
            gatekeeper
                .create_kpi(new_kpi(circle, name))
                .await
                .unwrap()
                .id,
        );
    }
    let [kpi, other] = kpis[..] else {
        unreachable!()
    };
    let id = gatekeeper.record(kpi, (2023, 1), 0.0).await.unwrap().id;
    let other = gatekeeper.record(other, PERIOD, 0.0).await.unwrap().id;
    let lock = format!("select from kpi.kpis where id = {kpi} for update");
    let held = [Target::NewValue { kpi }, Target::Value { id }];
    others_write_while_many_wait(&stack, lock, held, Target::Value { id: other }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writes_that_wait_for_one_circle_leave_connections_for_other_writes() {
    let stack = stack().await;
    let id = stack.circle("Counselling").await;
    let other = stack.circle("Therapy").await;
    let lock = format!("select from org.circles where id = {id} for update");
    let held = [Target::Circle { id }; 2];
    others_write_while_many_wait(&stack, lock, held, Target::Circle { id: other }).await;
}
