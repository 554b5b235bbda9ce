//! Signed-in callers who ask for too much: many responses at once, responses that they do not wait
//! for, endless lists.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use kreis_proto::kpi::v1::{CreateKpiRequest, GetOverviewRequest, ListKpisRequest, Target};
use kreis_tests::{
    Actor, Answered, Stack,
    actor::new_kpi,
    server::Server,
    stack::{StackOptions, channel},
};
use sqlx::{Connection, Executor, PgConnection};
use tokio::{task::JoinSet, time::timeout};
use tonic::{Code, Request, Status};

/// Longer than a cancelled statement may run on, and shorter than every timeout of the database.
const SOON: Duration = Duration::from_millis(700);

/// A circle with this many KPIs, each with values of five years.
async fn many_kpis(stack: &Stack, kpis: u32) {
    let user_id = stack.gatekeeper().await.user_id;
    let circle_id = stack.circle("HR").await;
    let mut connection = PgConnection::connect_with(&stack.database).await.unwrap();
    let fill = format!(
        "insert into kpi.kpis (circle_id, name, name_key, periodicity, unit)
        select {circle_id}, n::text, n::text, 'monthly', 'score' from generate_series(1, {kpis}) n;
        insert into kpi.kpi_values (kpi_id, year, month, value, created_by, updated_by)
        select k.id, year, month, 1, {user_id}, {user_id}
        from kpi.kpis k, generate_series(2020, 2024) year, generate_series(1, 12) month;
        analyze"
    );
    let filled = sqlx::raw_sql(sqlx::AssertSqlSafe(fill));
    connection.execute(filled).await.unwrap();
}

async fn list_kpis(actor: &Actor) -> Result<(), Status> {
    let asked = actor.request(ListKpisRequest::default());
    actor.kpis().list_kpis(asked).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_reads_of_one_user_at_once_refuse_none_of_the_others() {
    // The default number of connections. A long lease, because the load of the machine is not what
    // is tested.
    let lease = ("KREIS_REVOCATION_LEASE_MS", "60000".to_owned());
    let stack = Stack::start_with(StackOptions {
        gateway: vec![lease],
        connections: Some(8),
        ..StackOptions::default()
    })
    .await;
    many_kpis(&stack, 200).await;
    let greedy = stack.economist("HR").await;
    let other = stack.outsider().await;
    let refused = Arc::new(AtomicU32::new(0));
    let mut reads = JoinSet::new();
    for _ in 0..120 {
        let actor = greedy.at(channel(stack.addresses.gateway));
        let refused = Arc::clone(&refused);
        reads.spawn(async move {
            loop {
                let Err(status) = actor.overview(GetOverviewRequest::default()).await else {
                    continue;
                };
                if status.code() == Code::ResourceExhausted {
                    let status = Err::<(), _>(status).refused();
                    assert!(status.says_when_to_retry());
                    status.with(Code::ResourceExhausted, "OVERLOADED");
                    refused.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                // Any other error: the call waited until its deadline.
            }
        });
    }
    while refused.load(Ordering::Relaxed) == 0 {
        assert!(reads.try_join_next().is_none(), "a read has panicked");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (mut calls, asked) = (0, Instant::now());
    while asked.elapsed() < Duration::from_secs(5) {
        list_kpis(&other).await.unwrap();
        calls += 1;
    }
    println!("{calls} calls of another user in {:?}", asked.elapsed());
    // None of them panicked.
    assert!(reads.try_join_next().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_is_given_up_frees_its_connection() {
    let stack = Stack::start_with(StackOptions {
        connections: Some(1),
        ..StackOptions::default()
    })
    .await;
    let actor = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let new = new_kpi(circle_id, "leave");
    actor.create_kpi(new).await.unwrap();
    list_kpis(&actor).await.unwrap();
    let mut held = PgConnection::connect_with(&stack.database).await.unwrap();
    held.execute("begin; lock table kpi.kpi_values in access exclusive mode")
        .await
        .unwrap();
    for round in 0..5 {
        let given_up = actor.overview(GetOverviewRequest::default());
        let patience = Duration::from_millis(100);
        if round % 2 == 0 {
            assert!(timeout(patience, given_up).await.is_err());
        } else {
            let mut asked: Request<_> = actor.request(GetOverviewRequest::default());
            asked.set_timeout(patience);
            let ended = actor.kpis().get_overview(asked).await;
            let code = ended.map(|_| ()).unwrap_err().code();
            // The client may be the first to report it.
            assert!(matches!(code, Code::DeadlineExceeded | Code::Cancelled));
        }
        let asked = Instant::now();
        list_kpis(&actor).await.unwrap();
        assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
    }
    // Postgres does not continue any of the statements.
    tokio::time::sleep(SOON).await;
    let waiting = stack.sql.fetch_all(
        "select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'",
    );
    assert_eq!(waiting.await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_that_is_too_large_is_refused_before_its_values_are_read() {
    let stack = Stack::start().await;
    many_kpis(&stack, 1_001).await;
    let actor = stack.outsider().await;
    let mut held = PgConnection::connect_with(&stack.database).await.unwrap();
    held.execute("begin; lock table kpi.kpi_values in access exclusive mode")
        .await
        .unwrap();
    let overview = actor.overview(GetOverviewRequest::default()).await;
    let refused = overview.map(|_| ()).refused();
    refused.with(Code::ResourceExhausted, "OVERVIEW_TOO_LARGE");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_million_entries_are_refused_by_their_number() {
    const ENTRIES: usize = 500_000;
    let server = Server::start(&[]).await;
    let gatekeeper = server.gatekeeper().await;
    gatekeeper.me().await.unwrap();
    let before = server.kreis.memory();
    let create = CreateKpiRequest {
        targets: vec![Target::default(); ENTRIES],
        ..new_kpi(1, "leave")
    };
    let refused = gatekeeper.create_kpi(create).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["targets"]);
    let overview = GetOverviewRequest {
        circle_ids: vec![0; ENTRIES],
        ..GetOverviewRequest::default()
    };
    let refused = gatekeeper.overview(overview).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["circle_ids"]);
    let grown = server.kreis.memory().saturating_sub(before);
    println!("grown by {} KiB", grown / 1024);
    assert!(grown < 64 * 1024 * 1024, "{grown}");
}
