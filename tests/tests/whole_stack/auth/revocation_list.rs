//! The revocation list: it is purged, and no replica loses track of it.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use kreis_tests::{
    Actor, Answered, Stack,
    stack::{StackOptions, channel},
};
use sqlx::{Connection, Executor, Row};
use tonic::Code;

/// The list's head, and the entries that are left.
async fn list(stack: &Stack) -> (i64, i64, Vec<i64>) {
    let row = sqlx::query!(
        r#"select seq, purged_to,
            array(select r.seq from auth.revocations r order by r.seq) as "entries!"
        from auth.revocation_head"#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
    (row.seq, row.purged_to, row.entries)
}

/// Makes entries expire, as an hour would.
async fn expire(stack: &Stack, entries: &[i64]) {
    sqlx::query!(
        "update auth.revocations set not_after = now() - interval '1 day 1 second' where seq = any($1)",
        entries
    )
    .execute(&stack.sql)
    .await
    .unwrap();
}

/// A second system on the same database. A system purges first when it starts.
async fn purging(stack: &Stack) -> Stack {
    Stack::start_with(StackOptions {
        database: Some(stack.database.clone()),
        ..StackOptions::default()
    })
    .await
}

async fn until_purged_to(stack: &Stack, place: i64) {
    let began = Instant::now();
    while list(stack).await.1 != place {
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            list(stack).await
        );
    }
}

async fn ends_session(stack: &Stack) -> Actor {
    let (email, _) = stack.person(true).await;
    let session = stack.sign_in(&email).await;
    session.sign_out().await.unwrap();
    session
}

/// Fails unless the session is refused at the gateway and at a service.
async fn is_out(stack: &Stack, session: &Actor) {
    for server in [stack.addresses.gateway, stack.addresses.org] {
        is_out_at(server, session).await;
    }
}

async fn is_out_at(server: SocketAddr, session: &Actor) {
    let there = session.at(channel(server));
    let began = Instant::now();
    while there.me().await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(3), "{server}");
    }
    there
        .me()
        .await
        .refused()
        .with(Code::Unauthenticated, "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_expired_beginning_goes_and_what_is_behind_an_entry_in_force_stays() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let mut sessions = Vec::new();
    while list(&stack).await.0 < 4 {
        sessions.push(ends_session(&stack).await);
    }
    assert_eq!(list(&stack).await, (4, 0, vec![1, 2, 3, 4]));
    // Replicas ignore expired entries, so every server must take these in before they expire.
    for session in &sessions {
        is_out(&stack, session).await;
    }

    // The first two have expired. The last one has too, but it comes after one in force.
    expire(&stack, &[1, 2, 4]).await;
    let _other = purging(&stack).await;
    until_purged_to(&stack, 2).await;
    assert_eq!(list(&stack).await, (4, 2, vec![3, 4]));

    // Replicas stay current: existing ones, and new ones.
    let newcomer = stack.another_gateway().await;
    for session in &sessions {
        is_out(&stack, session).await;
    }
    let last = ends_session(&stack).await;
    is_out_at(newcomer, &last).await;
    is_out(&stack, &last).await;
    gatekeeper.me().await.unwrap();
    gatekeeper.at(channel(newcomer)).me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_has_ended_as_a_whole_is_empty_and_goes_on() {
    let stack = Stack::start().await;
    ends_session(&stack).await;
    let (head, _, entries) = list(&stack).await;
    expire(&stack, &entries).await;
    let _other = purging(&stack).await;
    until_purged_to(&stack, head).await;
    assert_eq!(list(&stack).await, (head, head, vec![]));
    is_out(&stack, &ends_session(&stack).await).await;
    assert_eq!(list(&stack).await.0, head + 1);
}

/// Each purge changes the head of the list once, and so leaves a row.
const RECORD_PURGES: &str = "
    create table purges (purged_to bigint);
    create function record_purge() returns trigger language plpgsql security definer
        as 'begin insert into public.purges values (new.purged_to); return null; end';
    create trigger purge after update of purged_to on auth.revocation_head
        for each row when (old.purged_to <> new.purged_to) execute function record_purge();
";

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_purged_in_batches() {
    let stack = Stack::start().await;
    stack.sql.execute(RECORD_PURGES).await.unwrap();
    sqlx::query!(
        "with head as (
            update auth.revocation_head set seq = seq + 12000 returning seq - 12000 as before
        )
        insert into auth.revocations (seq, kind, key, min_uv, not_after, reason)
        select before + number, 'session', 'session ' || number, 0, now(), 'a test'
        from head, generate_series(1, 12000) number"
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    let (head, purged_to, entries) = list(&stack).await;
    expire(&stack, &entries).await;
    let _other = purging(&stack).await;
    until_purged_to(&stack, head).await;
    let batches = stack
        .sql
        .fetch_all("select purged_to from purges order by 1");
    let batches: Vec<i64> = batches
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(batches, [purged_to + 5_000, purged_to + 10_000, head]);
    assert_eq!(list(&stack).await, (head, head, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_that_commits_while_the_list_is_purged_is_not_lost() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    ends_session(&stack).await;
    let (head, _, entries) = list(&stack).await;
    expire(&stack, &entries).await;

    // A revocation that has not committed yet.
    let mut revoker = sqlx::PgConnection::connect_with(&stack.database)
        .await
        .unwrap();
    let mut revocation = revoker.begin().await.unwrap();
    sqlx::query_scalar!(
        "select auth.revoke_user($1, null, 'a test')",
        gatekeeper.user_id
    )
    .fetch_one(&mut *revocation)
    .await
    .unwrap();
    // A purge starts, and must wait for it.
    let starting = purging(&stack);
    let commits = async {
        let began = Instant::now();
        while !a_purge_waits(&stack).await {
            assert!(began.elapsed() < Duration::from_secs(5), "no purge waits");
        }
        revocation.commit().await.unwrap();
    };
    let (_other, ()) = tokio::join!(starting, commits);
    until_purged_to(&stack, head).await;
    assert_eq!(list(&stack).await, (head + 1, head, vec![head + 1]));
    is_out(&stack, &gatekeeper).await;
}

async fn a_purge_waits(stack: &Stack) -> bool {
    sqlx::query_scalar!(
        r#"select exists (
            select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'
                and query like '%revocation_head%'
        ) as "waits!""#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap()
}
