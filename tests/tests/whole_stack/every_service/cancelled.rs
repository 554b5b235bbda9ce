//! Callers who disconnect during a write.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use kreis_tests::{Actor, Stack, actor::new_kpi, random, stack::channel};
use tokio::time::timeout;

const CALLS: usize = 10_000;
/// After each round, all calls end. A transaction that is still open then cannot be closed by a
/// later call before the test sees it.
const ROUNDS: usize = 50;
const KPIS: usize = 40;
const TASKS: usize = 12;
/// Longest time that a caller of the first round waits.
const FIRST_PATIENCE: Duration = Duration::from_millis(20);
/// Postgres ends an idle transaction after two seconds. The test must see it earlier.
const REST: Duration = Duration::from_millis(1_500);

type Period = (i32, i32);
/// Each acknowledged value: its id by KPI and period.
type Acknowledged = BTreeMap<(i64, Period), i64>;

/// The period of a call. Each KPI has twelve a year, beginning with 1990.
fn period(number: usize) -> Period {
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
    let callers: Vec<Actor> = (0..TASKS)
        .map(|_| gatekeeper.at(channel(stack.addresses.gateway)))
        .collect();
    let next = Arc::new(AtomicUsize::new(0));
    let mut acknowledged = Acknowledged::new();
    let mut longest_patience = FIRST_PATIENCE;
    for round in 1..=ROUNDS {
        let tasks: Vec<_> = callers
            .iter()
            .map(|caller| {
                let (kpis, next) = (Arc::clone(&kpis), Arc::clone(&next));
                tokio::spawn(record_up_to(
                    CALLS / ROUNDS * round,
                    longest_patience,
                    caller.clone(),
                    kpis,
                    next,
                ))
            })
            .collect();
        let before = acknowledged.len();
        for task in tasks {
            acknowledged.extend(task.await.unwrap());
        }
        // On a machine of any speed, about half of the calls should be cancelled.
        if acknowledged.len() - before < CALLS / ROUNDS / 2 {
            longest_patience = longest_patience.mul_f64(1.25);
        } else {
            longest_patience = longest_patience.div_f64(1.25);
        }
        comes_to_rest(&stack, round).await;
    }
    compare(&stack, &acknowledged).await;
    // Everything works as before.
    gatekeeper.record(kpis[0], (2020, 1), 1.0).await.unwrap();
}

/// Records one period after the other, and cancels each call after a random time. Returns the
/// acknowledged values.
async fn record_up_to(
    last: usize,
    longest_patience: Duration,
    actor: Actor,
    kpis: Arc<[i64]>,
    next: Arc<AtomicUsize>,
) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    let take = |number: usize| (number < last).then_some(number + 1);
    while let Ok(number) = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
        let (kpi_id, period) = (kpis[number % KPIS], period(number));
        let patience = random::pause(longest_patience);
        match timeout(patience, actor.record(kpi_id, period, 1.0)).await {
            Ok(recorded) => {
                acknowledged.insert((kpi_id, period), recorded.unwrap().id);
            }
            Err(_given_up) => {}
        }
    }
    acknowledged
}

/// Fails if a write does not end, or if it leaves its transaction open.
async fn comes_to_rest(stack: &Stack, round: usize) {
    let since = Instant::now();
    loop {
        // The revocation list is read all the time, outside a transaction.
        let busy = sqlx::query_scalar!(
            r#"select state || ': ' || query as "busy!" from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
                and (
                    state like 'idle in transaction%'
                    or (state = 'active' and query not like '%revocation_head%')
                )"#
        )
        .fetch_all(&stack.sql)
        .await
        .unwrap();
        if busy.is_empty() {
            return;
        }
        assert!(since.elapsed() < REST, "round {round}: {busy:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Checks that every acknowledged value exists, and that each value has exactly one entry.
async fn compare(stack: &Stack, acknowledged: &Acknowledged) {
    // One snapshot for all queries, because a delayed write may still commit.
    let mut snapshot = stack.sql.begin().await.unwrap();
    sqlx::raw_sql("set transaction isolation level repeatable read")
        .execute(&mut *snapshot)
        .await
        .unwrap();
    let there: Acknowledged = sqlx::query!("select id, kpi_id, year, month from kpi.kpi_values")
        .fetch_all(&mut *snapshot)
        .await
        .unwrap()
        .into_iter()
        .map(|row| ((row.kpi_id, (row.year, row.month)), row.id))
        .collect();
    for (place, id) in acknowledged {
        assert_eq!(there.get(place), Some(id), "an acknowledged value is gone");
    }
    let counted = sqlx::query!(
        r#"select
            (select count(*) from kpi.changes where activity = 'recorded') as "entries!",
            (select count(distinct kpi_value_id) from kpi.changes) as "logged!",
            (select count(*) from kpi.kpi_values where value is distinct from 1.0) as "odd!""#
    )
    .fetch_one(&mut *snapshot)
    .await
    .unwrap();
    println!(
        "{CALLS} calls, {} acknowledged, {} recorded",
        acknowledged.len(),
        there.len()
    );
    let values = i64::try_from(there.len()).unwrap();
    assert_eq!((counted.entries, counted.logged), (values, values));
    assert_eq!(counted.odd, 0);
    // Too few of either kind would prove nothing.
    let unanswered = there.len() - acknowledged.len();
    let enough = CALLS / 100;
    assert!(acknowledged.len() > enough && unanswered > enough);
}
