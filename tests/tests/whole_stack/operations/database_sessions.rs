//! Database sessions that have ended or are unusable: calls continue in other sessions.

use std::time::{Duration, Instant};

use kreis_standalone::healthcheck::{self, HealthCheckError};
use kreis_tests::{
    Actor, Answered, Stack,
    actor::new_kpi,
    database::OwnPostgres,
    stack::{StackOptions, wait_until_serving},
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::task::JoinSet;
use tonic::{Code, Status};

const WAIT_TIMEOUT: Duration = Duration::from_secs(10);

/// Ends every session of the services, as a restart of Postgres does.
const END_SESSIONS: &str = "select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

/// Ends the session that waits for a lock.
const END_WAITING: &str = "select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'";

/// Makes every pool open all of its connections.
async fn fill_pools(gatekeeper: &Actor, circle_id: i64) {
    let mut calls = JoinSet::new();
    for number in 0..12 {
        let gatekeeper = gatekeeper.clone();
        calls.spawn(async move {
            let name = format!("figure {number}");
            gatekeeper
                .create_kpi(new_kpi(circle_id, &name))
                .await
                .unwrap();
            gatekeeper
                .create_circle(&format!("circle {number}"))
                .await
                .unwrap();
            gatekeeper.me().await.unwrap();
        });
    }
    calls.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_of_postgres_no_call_fails() {
    let mut postgres = OwnPostgres::start().await;
    let options = StackOptions {
        database: Some(postgres.database().await),
        ..StackOptions::default()
    };
    let stack = Stack::start_with(options).await;
    let circle = stack.circle("Therapy").await;
    let gatekeeper = stack.gatekeeper().await;
    let sessions = [stack.outsider().await, stack.outsider().await];
    fill_pools(&gatekeeper, circle).await;
    postgres.restart().await;

    wait_until_serving(stack.addresses.gateway).await;
    for session in sessions {
        session.sign_out().await.unwrap();
    }
    for number in 0..10 {
        gatekeeper
            .create_kpi(new_kpi(circle, &format!("new figure {number}")))
            .await
            .unwrap();
        gatekeeper
            .create_circle(&format!("new circle {number}"))
            .await
            .unwrap();
        gatekeeper.me().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_under_a_read_is_not_noticed() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let mut held = stack.sql.begin().await.unwrap();
    held.execute("lock table org.users in access exclusive mode")
        .await
        .unwrap();
    let reading = tokio::spawn({
        let gatekeeper = gatekeeper.clone();
        async move { gatekeeper.me().await }
    });
    stack.wait_for_blocked_statement().await;
    held.execute(END_WAITING).await.unwrap();
    held.rollback().await.unwrap();
    reading.await.unwrap().unwrap();
}

fn is_unavailable(status: Status) {
    let refused = Err::<(), _>(status).refused();
    assert!(refused.says_when_to_retry(), "{:?}", refused.status);
    refused.with(Code::Unavailable, "DATABASE_UNAVAILABLE");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_may_only_be_read_writes_are_unavailable_and_servers_not_ready() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    // The setting applies to new sessions only.
    let mut operator = PgConnection::connect_with(&stack.database).await.unwrap();
    let database = stack.database.get_database().unwrap();
    let alter = |setting| AssertSqlSafe(format!("alter database {database} {setting}"));
    let read_only = "set default_transaction_read_only = on";
    operator.execute(alter(read_only)).await.unwrap();
    operator.execute(END_SESSIONS).await.unwrap();

    for name in ["first", "second", "third"] {
        is_unavailable(gatekeeper.create_circle(name).await.unwrap_err());
    }
    gatekeeper.me().await.unwrap();
    let asked = Instant::now();
    let url = format!("http://{}", stack.addresses.org);
    while !matches!(
        healthcheck::check(&url, None).await,
        Err(HealthCheckError::NotServing(_))
    ) {
        assert!(asked.elapsed() < WAIT_TIMEOUT, "org says that it serves");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    operator
        .execute(alter("reset default_transaction_read_only"))
        .await
        .unwrap();
    healthcheck::wait(&url, None, WAIT_TIMEOUT).await.unwrap();
    gatekeeper.create_circle("fourth").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_changes_under_prepared_statements_fails_no_read() {
    let stack = Stack::start().await;
    let circle = stack.circle("Therapy").await;
    let gatekeeper = stack.gatekeeper().await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(circle, "consultations"))
        .await
        .unwrap();
    for kind in ["varchar(100)", "text", "varchar(200)", "text"] {
        for _ in 0..20 {
            gatekeeper.kpi(kpi.id).await.unwrap();
        }
        stack
            .sql
            .execute(AssertSqlSafe(format!(
                "alter table kpi.kpis alter column name type {kind}"
            )))
            .await
            .unwrap();
    }
    for _ in 0..20 {
        gatekeeper.kpi(kpi.id).await.unwrap();
    }
}
