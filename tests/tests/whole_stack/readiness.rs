//! What servers answer to whoever asks whether they serve.

use std::{net::SocketAddr, time::Duration};

use kreis_chassis::migrations::STEPS;
use kreis_standalone::healthcheck::{self, Unhealthy};
use kreis_tests::{Stack, database, stack::Wishes};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::time::Instant;

const PATIENCE: Duration = Duration::from_secs(10);

/// Every server of the stack, by name.
fn servers(stack: &Stack) -> [(&'static str, SocketAddr); 4] {
    let at = stack.addresses;
    [
        ("auth", at.auth),
        ("org", at.org),
        ("kpi", at.kpi),
        ("the gateway", at.gateway),
    ]
}

async fn all_become_ready(stack: &Stack) {
    for (name, address) in servers(stack) {
        let outcome = healthcheck::wait(&format!("http://{address}"), PATIENCE).await;
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}

async fn none_stays_ready(stack: &Stack) {
    let asked = Instant::now();
    for (name, address) in servers(stack) {
        loop {
            match healthcheck::check(&format!("http://{address}")).await {
                Err(Unhealthy::NotServing(_)) => break,
                outcome => assert!(asked.elapsed() < PATIENCE, "{name}: {outcome:?}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_ready_before_the_steps_of_its_release_were_applied() {
    let stack = Stack::start().await;
    all_become_ready(&stack).await;
    let last = STEPS.iter().map(|step| step.version).max().unwrap();
    let behind = |so_far| {
        AssertSqlSafe(format!(
            "update kreis._sqlx_migrations set success = {so_far} where version = {last}"
        ))
    };
    stack.sql.execute(behind(false)).await.unwrap();
    none_stays_ready(&stack).await;
    stack.sql.execute(behind(true)).await.unwrap();
    all_become_ready(&stack).await;

    // Nor before any was.
    let record = |from, to| AssertSqlSafe(format!("alter table kreis.{from} rename to {to}"));
    let (kept, aside) = ("_sqlx_migrations", "set_aside");
    stack.sql.execute(record(kept, aside)).await.unwrap();
    none_stays_ready(&stack).await;
    stack.sql.execute(record(aside, kept)).await.unwrap();
    all_become_ready(&stack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_release_migrated_is_still_served() {
    let database = database::fresh().await;
    PgConnection::connect_with(&database)
        .await
        .unwrap()
        .execute("update kreis._sqlx_migrations set version = version + 1000000")
        .await
        .unwrap();
    let wishes = Wishes {
        database: Some(database),
        ..Wishes::default()
    };
    let stack = Stack::start_with(wishes).await;
    all_become_ready(&stack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_ready_while_the_database_is_away() {
    let stack = Stack::start().await;
    all_become_ready(&stack).await;
    let mut superuser = PgConnection::connect_with(&database::server())
        .await
        .unwrap();
    let name = stack.database.get_database().unwrap();
    let allow =
        |allowed| AssertSqlSafe(format!("alter database {name} allow_connections {allowed}"));
    superuser.execute(allow(false)).await.unwrap();
    let cut_off =
        format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
    superuser.execute(AssertSqlSafe(cut_off)).await.unwrap();
    none_stays_ready(&stack).await;
    superuser.execute(allow(true)).await.unwrap();
    all_become_ready(&stack).await;
}
