//! One row that another transaction holds, and those who write to others meanwhile. The fault
//! is that it holds several: what one row leaves to others is then taken by those.

use std::time::{Duration, Instant};

use kreis_tests::{Actor, actor::new_kpi, server::Server};
use sqlx::{AssertSqlSafe, Executor};
use tokio::task::JoinSet;

use crate::{healthy::Calls, outcome::Check};

/// Users who write to the row, and calls of each that wait for it at once.
const WRITERS: usize = 12;
const CALLS: usize = 20;
/// Rows that are held with the fault. Two would take all connections.
const HELD_WITH_FAULT: usize = 6;
/// Others, who write to a KPI each.
const OTHERS: usize = 3;
const PERIOD: (i32, i32) = (2_020, 1);
const QUIET: Duration = Duration::from_secs(3);
const TIME: Duration = Duration::from_secs(8);
/// Longest time of a write that waits for none of them.
const SOON: Duration = Duration::from_secs(1);

pub(crate) async fn drill(planted: bool) -> Vec<Check> {
    let server = Server::start(&[]).await;
    let one = server.gatekeeper().await;
    let mut writers = vec![one.clone()];
    for number in 1..WRITERS {
        writers.push(server.another_gatekeeper(&format!("writer{number}")).await);
    }
    let other = server.another_gatekeeper("other").await;
    let circle = one.create_circle("Counselling").await;
    let circle_id = circle.expect("a circle can be made").id;
    let mut held = Vec::new();
    for number in 0..if planted { HELD_WITH_FAULT } else { 1 } {
        held.push(create_kpi(&one, circle_id, &format!("held {number}")).await);
    }
    let mut values = Vec::new();
    for number in 0..OTHERS {
        let kpi_id = create_kpi(&one, circle_id, &format!("other {number}")).await;
        let value = other.record(kpi_id, PERIOD, 0.0).await;
        values.push(value.expect("a value can be recorded").id);
    }

    let quiet = correct_for(&other, &values, QUIET).await;
    let mut holder = server.sql.begin().await.expect("the database answers");
    for kpi_id in &held {
        let lock = format!("select from kpi.kpis where id = {kpi_id} for update");
        let locked = holder.execute(AssertSqlSafe(lock)).await;
        locked.expect("no other session holds it");
    }
    let mut waiting = JoinSet::new();
    for (actor, kpi_id) in writers.iter().zip(held.iter().cycle()) {
        for _ in 0..CALLS {
            let (actor, kpi_id) = (actor.clone(), *kpi_id);
            waiting.spawn(async move {
                // Refused, as the row is not let go.
                while actor.record(kpi_id, PERIOD, 1.0).await.is_err() {}
            });
        }
    }
    let during = correct_for(&other, &values, TIME).await;
    drop(waiting);
    holder.rollback().await.expect("it is held");
    let let_go = Instant::now();
    let mut free = None;
    while free.is_none() && let_go.elapsed() < TIME {
        let recorded = one.record(held[0], (2_021, 1), 1.0).await;
        free = recorded.is_ok().then(|| let_go.elapsed());
    }
    vec![
        Check::within("p99 of writes to other KPIs before", quiet.p99(), SOON),
        during.none_failed("writes to other KPIs that are refused meanwhile"),
        Check::within("p99 of writes to other KPIs meanwhile", during.p99(), SOON),
        Check::within("the row can be written once it is let go", free, SOON),
    ]
}

async fn create_kpi(actor: &Actor, circle_id: i64, name: &str) -> i64 {
    let kpi = actor.create_kpi(new_kpi(circle_id, name)).await;
    kpi.expect("a KPI can be made").id
}

/// Corrects these values for a while, one writer for each.
async fn correct_for(actor: &Actor, values: &[i64], time: Duration) -> Calls {
    let mut writers = JoinSet::new();
    for value_id in values {
        let (actor, value_id) = (actor.clone(), *value_id);
        writers.spawn(async move {
            let mut calls = Calls::default();
            let began = Instant::now();
            for number in (0..100).cycle() {
                let asked = Instant::now();
                let corrected = actor.correct(value_id, f64::from(number), "").await;
                calls.add(asked.elapsed(), corrected.is_ok());
                if began.elapsed() > time {
                    break;
                }
            }
            calls
        });
    }
    let mut all = Calls::default();
    for calls in writers.join_all().await {
        all.extend(calls);
    }
    all
}
