//! No revocation is missed, although transactions overtake each other and connections break. Other
//! tests show that the check can fail.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use kreis_database::DatabaseConfig;
use kreis_server::revocations::RevocationReplica;
use kreis_tests::{Stack, random, tokens::token_of_session};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

const REVOKERS: usize = 32;
/// Longer than a lease, so that a replica that falls behind for good is noticed.
const STORM: Duration = Duration::from_secs(5);
/// Fewer revocations prove nothing. A busy machine takes longer for them.
const ENOUGH: usize = 300;
const BOUND: Duration = Duration::from_secs(3);
const STORMS: usize = 20;
const WAIT_TIMEOUT: Duration = Duration::from_secs(4);

/// How revocations get their sequence number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbering {
    /// By updating the single row of the head, as in the product.
    Head,
    /// By a sequence, which is wrong.
    Sequence,
}

impl Numbering {
    /// Longest pause of a transaction between its revocation and its commit. With a sequence, long
    /// pauses let many commits overtake each other on a busy machine too.
    const fn pause(self) -> Duration {
        match self {
            Self::Head => Duration::from_millis(2),
            Self::Sequence => Duration::from_millis(20),
        }
    }
}

/// Whether some transactions roll back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rollbacks {
    None,
    Some,
}

/// The committed revocations, and when that was known.
type Committed = Arc<Mutex<Vec<(String, Instant)>>>;

#[tokio::test(flavor = "multi_thread")]
async fn none_is_missed_under_a_storm() {
    let errors = faults_under_a_storm(Numbering::Head, Rollbacks::Some).await;
    assert!(
        errors.is_empty(),
        "{} faults, first {:?}",
        errors.len(),
        &errors[..errors.len().min(5)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_sequence_instead_of_the_head_the_same_check_fails() {
    assert!(
        !faults_under_a_storm(Numbering::Sequence, Rollbacks::Some)
            .await
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_sequence_the_check_fails_by_overtaking_commits_alone() {
    assert!(
        !faults_under_a_storm(Numbering::Sequence, Rollbacks::None)
            .await
            .is_empty()
    );
}

/// Runs many concurrent revocations while the connections of `TokenService` break. Compares three
/// replicas with the committed revocations.
async fn faults_under_a_storm(numbering: Numbering, rollbacks: Rollbacks) -> Vec<String> {
    let stack = Stack::start().await;
    if numbering == Numbering::Sequence {
        number_by_a_sequence(&stack.sql).await;
    }
    let shutdown = CancellationToken::new();
    let hold = || {
        let replica = stack
            .token_source(stack.addresses.tokens)
            .replica()
            .unwrap();
        tokio::spawn(replica.clone().run(shutdown.clone()));
        replica
    };
    let mut replicas = vec![hold(), hold()];
    in_step(&replicas).await;

    let connect = stack.database.clone();
    let connections = u32::try_from(REVOKERS).unwrap();
    let pool = DatabaseConfig {
        connect,
        role: None,
        connections,
    }
    .open()
    .reads
    .pool()
    .clone();
    let committed = Committed::default();
    let (began, over) = (Instant::now(), CancellationToken::new());
    let revokers: Vec<_> = (0..REVOKERS)
        .map(|number| {
            let (pool, committed) = (pool.clone(), Arc::clone(&committed));
            let over = over.clone();
            tokio::spawn(revoke(
                pool,
                number,
                (numbering, rollbacks),
                over,
                committed,
            ))
        })
        .collect();
    let watching = watch(
        replicas.clone(),
        Arc::clone(&committed),
        over.clone(),
        numbering,
    );
    let watching = tokio::spawn(watching);
    for storm in 0..STORMS {
        tokio::time::sleep(random::pause(Duration::from_millis(200))).await;
        tear_connections(&stack.sql).await;
        if storm == STORMS / 2 {
            // A replica that starts in the middle.
            replicas.push(hold());
        }
    }
    let is_enough = || match numbering {
        Numbering::Head => began.elapsed() > STORM && committed.lock().unwrap().len() >= ENOUGH,
        // `watch` ends the storm as soon as the check has failed.
        Numbering::Sequence => over.is_cancelled() || began.elapsed() > STORM * 4,
    };
    while !is_enough() {
        let count = committed.lock().unwrap().len();
        assert!(
            began.elapsed() < STORM * 10,
            "{count} are too few to show anything"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    over.cancel();
    for revoker in revokers {
        revoker.await.unwrap();
    }
    let on_the_way = watching.await.unwrap();
    let committed: Vec<String> = {
        let committed = committed.lock().unwrap();
        committed
            .iter()
            .map(|(session, _)| session.clone())
            .collect()
    };

    let since = Instant::now();
    let mut errors = loop {
        let errors = compare(&stack.sql, &replicas, &committed).await;
        let known = !on_the_way.is_empty() || since.elapsed() > WAIT_TIMEOUT;
        if errors.is_empty() || known {
            break errors;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    shutdown.cancel();
    println!(
        "{numbering:?}, {rollbacks:?} rolled back: {} revocations, {} faults on the way, {} at last",
        committed.len(),
        on_the_way.len(),
        errors.len()
    );
    errors.extend(on_the_way);
    errors
}

/// Revokes sessions one after the other, with a pause before each commit. Some roll back. Notes
/// those that were committed.
async fn revoke(
    pool: PgPool,
    number: usize,
    (numbering, rollbacks): (Numbering, Rollbacks),
    over: CancellationToken,
    committed: Committed,
) {
    let mut count = 0;
    while !over.is_cancelled() {
        count += 1;
        let session = format!("session-{number}-{count}");
        // A timeout while waiting for the head: nothing was revoked.
        let Ok(mut transaction) = pool.begin().await else {
            continue;
        };
        let appended = sqlx::query!(
            "select auth.append_revocation('session', $1, 0, null, 'a test')",
            session
        )
        .fetch_one(&mut *transaction)
        .await;
        tokio::time::sleep(random::pause(numbering.pause())).await;
        let goes_through = rollbacks == Rollbacks::None || random::below(10) > 0;
        if appended.is_ok() && goes_through && transaction.commit().await.is_ok() {
            committed.lock().unwrap().push((session, Instant::now()));
        }
    }
}

async fn in_step(replicas: &[RevocationReplica]) {
    let since = Instant::now();
    while !replicas.iter().all(RevocationReplica::has_valid_lease) {
        assert!(since.elapsed() < BOUND, "a copy did not begin");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Checks replicas all the while: whether they accept a token too long after its revocation, and
/// whether they lose their lease, so that servers refuse all tokens.
async fn watch(
    replicas: Vec<RevocationReplica>,
    committed: Committed,
    over: CancellationToken,
    numbering: Numbering,
) -> Vec<String> {
    let mut errors = Vec::new();
    while !over.is_cancelled() {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let old: Vec<String> = {
            let committed = committed.lock().unwrap();
            let old = committed.iter().filter(|(_, at)| at.elapsed() > BOUND);
            old.map(|(session, _)| session.clone()).collect()
        };
        for (number, replica) in replicas.iter().enumerate() {
            if !replica.has_valid_lease() {
                errors.push(format!("replica {number} fell behind"));
                continue;
            }
            let late = old
                .iter()
                .filter(|session| !replica.revokes(&token_of_session(session)));
            errors.extend(late.map(|session| format!("replica {number} let {session} in")));
        }
        if numbering == Numbering::Sequence && !errors.is_empty() {
            over.cancel();
        }
    }
    errors
}

async fn compare(
    pool: &PgPool,
    replicas: &[RevocationReplica],
    committed: &[String],
) -> Vec<String> {
    let head =
        sqlx::query_scalar!(r#"select coalesce(max(seq), 0) as "seq!" from auth.revocations"#)
            .fetch_one(pool)
            .await
            .unwrap();
    let mut errors = Vec::new();
    for (number, replica) in replicas.iter().enumerate() {
        if !replica.has_valid_lease() {
            errors.push(format!("replica {number} is stale"));
        }
        if replica.list().seq() != head {
            errors.push(format!(
                "replica {number} is at {}, not {head}",
                replica.list().seq()
            ));
        }
        let missed = committed
            .iter()
            .filter(|session| !replica.revokes(&token_of_session(session)));
        errors.extend(missed.map(|session| format!("replica {number} lets {session} in")));
    }
    errors
}

/// Breaks every connection whose last statement read the head of the list.
async fn tear_connections(pool: &PgPool) {
    sqlx::query!(
        "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
            and query like 'select h.epoch, h.seq, h.purged_to%'"
    )
    .fetch_all(pool)
    .await
    .unwrap();
}

/// What the head row prevents: sequence numbers are given out before the commit, without waiting
/// for each other.
async fn number_by_a_sequence(pool: &PgPool) {
    sqlx::raw_sql(
        "create sequence auth.revocation_seq;
        create or replace function auth.append_revocation(
            kind text, key text, min_uv bigint, actor bigint, reason text
        ) returns bigint language sql as $$
            insert into auth.revocations (seq, kind, key, min_uv, not_after, actor, reason)
            values (
                nextval('auth.revocation_seq'), kind, key, min_uv,
                clock_timestamp() + interval '61 minutes', actor, reason
            )
            returning seq;
        $$;
        alter table auth.revocation_head rename to revocation_head_row;
        create view auth.revocation_head as
            select
                id, epoch, purged_to,
                (select coalesce(max(seq), 0) from auth.revocations) as seq
            from auth.revocation_head_row;
        grant select on auth.revocation_head to kreis_auth;",
    )
    .execute(pool)
    .await
    .unwrap();
}
