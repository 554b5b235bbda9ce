//! Rights of a caller during a write: the write commits before the caller is removed, or not at
//! all.

use std::time::{Duration, Instant};

use kreis_proto::{kpi::v1::SetKpiTargetRequest, org::v1::UserState};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi, stack::channel};
use sqlx::{AssertSqlSafe, Postgres, Transaction};
use tokio::task::JoinHandle;
use tonic::{Code, Status};

/// Rounds of each race. A drill runs each test ten times.
const ROUNDS: usize = 50;

/// The longest time that removing a user may take, whatever they do meanwhile.
const BOUND: Duration = Duration::from_secs(3);

/// Locks a row until the returned transaction ends.
async fn lock(stack: &Stack, table: &str, id: i64) -> Transaction<'static, Postgres> {
    let mut held = stack.sql.begin().await.unwrap();
    let lock = format!("select from {table} where id = {id} for update");
    let lock = sqlx::raw_sql(AssertSqlSafe(lock));
    lock.execute(&mut *held).await.unwrap();
    held
}

/// Waits until this many sessions wait for a lock of the database; false if `other` ends first.
async fn waiting<T>(stack: &Stack, number: i64, other: &JoinHandle<T>) -> bool {
    let began = Instant::now();
    loop {
        let waiting = sqlx::query_scalar!(
            r#"select count(*) as "waiting!" from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'"#
        );
        if waiting.fetch_one(&stack.sql).await.unwrap() >= number {
            return true;
        }
        if other.is_finished() {
            return false;
        }
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

/// Removes the caller of a write while a lock on the KPI's row delays the write. Either the write
/// is refused, or the removal ends after it.
async fn a_write_in_progress_ends_before<T, R>(
    stack: &Stack,
    kpi_id: i64,
    write: impl Future<Output = Result<T, Status>> + Send + 'static,
    removal: impl Future<Output = Result<R, Status>> + Send + 'static,
) where
    T: std::fmt::Debug + Send + 'static,
    R: std::fmt::Debug + Send + 'static,
{
    let held = lock(stack, "kpi.kpis", kpi_id).await;
    let write = tokio::spawn(write);
    stack.wait_for_blocked_statement().await;
    let removal = tokio::spawn(removal);
    let removed_first = !waiting(stack, 2, &removal).await;
    held.rollback().await.unwrap();
    let outcome = write.await.unwrap();
    removal.await.unwrap().unwrap();
    assert!(
        !removed_first || outcome.is_err(),
        "{outcome:?} was committed after the removal was acknowledged"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deactivated_gatekeeper_cannot_reactivate_themselves_with_a_call_that_waits() {
    let stack = Stack::with_connections(12).await;
    let keeper = stack.gatekeeper().await;
    let (email, leaver) = stack.person(true).await;
    let session = stack.sign_in(&email).await;
    // Both wait for the leaver's row, the deactivation first.
    let held = lock(&stack, "org.users", leaver).await;
    let deactivation = tokio::spawn(async move { keeper.deactivate(leaver).await });
    stack.wait_for_blocked_statement().await;
    let revival = tokio::spawn(async move { session.reactivate(leaver).await });
    assert!(waiting(&stack, 2, &revival).await);
    held.rollback().await.unwrap();
    let left = deactivation.await.unwrap().unwrap();
    assert_eq!(left.state(), UserState::Inactive);
    let refused = revival.await.unwrap().refused();
    refused.with(Code::Unauthenticated, "UNAUTHENTICATED");
    assert!(!active(&stack, leaver).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gatekeeper_who_is_removed_never_comes_back_by_themselves() {
    let stack = Stack::with_connections(12).await;
    let keeper = stack.gatekeeper().await;
    let (email, leaver) = stack.person(true).await;
    for round in 0..ROUNDS {
        let session = stack.sign_in(&email).await;
        let revivals: Vec<_> = [true, false]
            .into_iter()
            .map(|reactivates| revive(&stack, &session, reactivates))
            .collect();
        if round % 2 == 0 {
            keeper.deactivate(leaver).await.unwrap();
        } else {
            keeper.set_gatekeeper(leaver, false).await.unwrap();
        }
        for revival in revivals {
            revival.await.unwrap();
        }
        if round % 2 == 0 {
            assert!(!active(&stack, leaver).await, "round {round}");
            keeper.reactivate(leaver).await.unwrap();
        } else {
            let now = keeper.user(leaver).await.unwrap();
            assert!(!now.gatekeeper, "round {round}");
            keeper.set_gatekeeper(leaver, true).await.unwrap();
        }
    }
}

/// Restores the caller again and again, until their token is refused.
fn revive(stack: &Stack, session: &Actor, reactivates: bool) -> JoinHandle<()> {
    let session = session.at(channel(stack.addresses.org));
    tokio::spawn(async move {
        let leaver = session.user_id;
        loop {
            let outcome = if reactivates {
                session.reactivate(leaver).await
            } else {
                session.set_gatekeeper(leaver, true).await
            };
            if let Err(refusal) = outcome {
                assert_eq!(refusal.code(), Code::Unauthenticated, "{refusal:?}");
                return;
            }
        }
    })
}

async fn active(stack: &Stack, user_id: i64) -> bool {
    sqlx::query_scalar!("select active from org.users where id = $1", user_id)
        .fetch_one(&stack.sql)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_without_pause_does_not_keep_a_gatekeeper_in() {
    let stack = Stack::with_connections(12).await;
    let keeper = stack.gatekeeper().await;
    let (email, leaver) = stack.person(true).await;
    let session = stack.sign_in(&email).await;
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let session = session.at(channel(stack.addresses.org));
            tokio::spawn(async move {
                let mut number = 0;
                while session
                    .create_circle(&format!("{writer} {number}"))
                    .await
                    .is_ok()
                {
                    number += 1;
                }
                number
            })
        })
        .collect();
    while circles(&stack).await < 20 {}
    let began = Instant::now();
    keeper.deactivate(leaver).await.unwrap();
    assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
    for writer in writers {
        writer.await.unwrap();
    }
}

async fn circles(stack: &Stack) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from org.circles"#)
        .fetch_one(&stack.sql)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_is_written_after_its_writer_left_the_circle_or_kreis() {
    let stack = Stack::with_connections(12).await;
    let keeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = keeper.create_kpi(new_kpi(circle_id, "Leave")).await;
    let kpi_id = kpi.unwrap().id;
    let recorded = keeper.record(kpi_id, (2024, 1), 1.0).await.unwrap().id;
    for leaves_kreis in [false, true] {
        for corrects in [false, true] {
            let economist = stack.economist("HR").await;
            let (user_id, keeper) = (economist.user_id, keeper.clone());
            let write = async move {
                if corrects {
                    economist.correct(recorded, 5.0, "").await
                } else {
                    economist.record(kpi_id, (2024, 2), 5.0).await
                }
            };
            let removal = async move {
                if leaves_kreis {
                    keeper.deactivate(user_id).await.map(|_| ())
                } else {
                    keeper.remove_member(circle_id, user_id).await.map(|_| ())
                }
            };
            a_write_in_progress_ends_before(&stack, kpi_id, write, removal).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_kpi_is_changed_after_its_gatekeeper_was_demoted() {
    let stack = Stack::with_connections(12).await;
    let keeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = keeper.create_kpi(new_kpi(circle_id, "Leave")).await;
    let kpi_id = kpi.unwrap().id;
    let leaver = stack.gatekeeper().await;
    let user_id = leaver.user_id;
    let write = async move {
        let set = SetKpiTargetRequest {
            kpi_id,
            from_year: 2024,
            initial_value: Some(1.0),
            target_value: Some(2.0),
            etag: String::new(),
        };
        leaver.kpis().set_kpi_target(leaver.request(set)).await
    };
    let removal = async move { keeper.set_gatekeeper(user_id, false).await };
    a_write_in_progress_ends_before(&stack, kpi_id, write, removal).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_of_a_circle_do_not_wait_for_each_other() {
    let stack = Stack::with_connections(12).await;
    let keeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let mut kpis = Vec::new();
    for name in ["Leave", "Applications"] {
        let kpi = keeper.create_kpi(new_kpi(circle_id, name)).await.unwrap();
        kpis.push(kpi.id);
    }
    let economist = stack.economist("HR").await;
    // One write of hers waits; another one of hers succeeds.
    let held = lock(&stack, "kpi.kpis", kpis[0]).await;
    let slow = {
        let (economist, kpi_id) = (economist.clone(), kpis[0]);
        tokio::spawn(async move { economist.record(kpi_id, (2024, 1), 1.0).await })
    };
    stack.wait_for_blocked_statement().await;
    economist.record(kpis[1], (2024, 1), 1.0).await.unwrap();
    assert!(!slow.is_finished());
    held.rollback().await.unwrap();
    slow.await.unwrap().unwrap();
}
