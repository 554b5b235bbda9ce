//! Callers who go away in the middle of a write.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use kreis_tests::{Actor, Stack, actor::new_kpi, chance, stack::channel};
use tokio::time::timeout;

const CALLS: usize = 10_000;
const KPIS: usize = 40;
const TASKS: usize = 24;

/// The period of a call: each KPI has twelve a year, from 1990 on.
fn period(number: usize) -> (i32, i32) {
    let months = i32::try_from(number / KPIS).unwrap();
    (1990 + months / 12, months % 12 + 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_cancelled_writes_lose_nothing_and_leave_nothing_half_done() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let mut kpis = Vec::new();
    for number in 0..KPIS {
        let new = new_kpi(circle_id, &format!("kpi {number}"));
        kpis.push(gatekeeper.create_kpi(new).await.unwrap().id);
    }
    let kpis: Arc<[i64]> = kpis.into();
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let actor = gatekeeper.at(channel(stack.addresses.gateway));
            tokio::spawn(record_until_done(
                actor,
                Arc::clone(&kpis),
                Arc::clone(&next),
            ))
        })
        .collect();
    let mut acknowledged = Vec::new();
    for task in tasks {
        acknowledged.extend(task.await.unwrap());
    }
    wait_until_idle(&stack).await;

    for (kpi_id, (year, month), id) in &acknowledged {
        let found = sqlx::query_scalar!(
            "select id from kpi.kpi_values where kpi_id = $1 and year = $2 and month = $3",
            kpi_id,
            year,
            month
        )
        .fetch_optional(&stack.sql)
        .await
        .unwrap();
        assert_eq!(found, Some(*id), "an acknowledged value is gone");
    }
    let counted = sqlx::query!(
        r#"select
            (select count(*) from kpi.kpi_values) as "values!",
            (select count(*) from kpi.changes where activity = 'recorded') as "entries!",
            (select count(distinct kpi_value_id) from kpi.changes) as "logged!""#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
    println!(
        "{CALLS} calls, {} acknowledged, {} recorded",
        acknowledged.len(),
        counted.values
    );
    assert_eq!(
        (counted.entries, counted.logged),
        (counted.values, counted.values)
    );
    assert!(
        acknowledged.len() < CALLS / 10 * 9,
        "too few calls were cancelled to show anything"
    );
    // Everything works as before.
    gatekeeper.record(kpis[0], (2020, 1), 1.0).await.unwrap();
}

/// Records one period after the other, each given up after a moment. Answers
/// what was acknowledged.
async fn record_until_done(
    actor: Actor,
    kpis: Arc<[i64]>,
    next: Arc<AtomicUsize>,
) -> Vec<(i64, (i32, i32), i64)> {
    let mut acknowledged = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= CALLS {
            return acknowledged;
        }
        let (kpi_id, period) = (kpis[number % KPIS], period(number));
        let patience = chance::pause(Duration::from_millis(60));
        match timeout(patience, actor.record(kpi_id, period, 1.0)).await {
            Ok(Ok(value)) => acknowledged.push((kpi_id, period, value.id)),
            // Refused for want of room is no acknowledgement either.
            Ok(Err(status)) => assert_eq!(status.code(), tonic::Code::Unavailable, "{status:?}"),
            Err(_given_up) => {}
        }
    }
}

/// Waits until every write has come to its end; fails where one never does.
async fn wait_until_idle(stack: &Stack) {
    let since = Instant::now();
    loop {
        let busy = sqlx::query_scalar!(
            r#"select count(*) as "busy!" from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
                and (state = 'active' or state like 'idle in transaction%')
                and query not like '%revocation_head%'"#
        )
        .fetch_one(&stack.sql)
        .await
        .unwrap();
        if busy == 0 && since.elapsed() > Duration::from_millis(500) {
            return;
        }
        assert!(
            since.elapsed() < Duration::from_secs(5),
            "{busy} connections never came to rest"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
