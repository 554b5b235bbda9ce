//! No revocation is missed, however transactions overtake each other and
//! connections tear; and the check that says so can fail.

use std::time::{Duration, Instant};

use kreis_chassis::{
    database::DatabaseConfig,
    revocations::Holder,
    token::{Claims, Role, Verified},
};
use kreis_tests::{Stack, chance};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

const REVOKERS: usize = 32;
const REVOCATIONS_EACH: usize = 40;
const STORMS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(4);

/// How revocations get their place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbering {
    /// By updating the one row of the head, as it is.
    Head,
    /// By a sequence, as it must not be.
    Sequence,
}

#[tokio::test(flavor = "multi_thread")]
async fn none_is_missed_under_a_storm() {
    let faults = faults_under_a_storm(Numbering::Head).await;
    assert!(
        faults.is_empty(),
        "{} faults, first {:?}",
        faults.len(),
        &faults[..faults.len().min(5)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_sequence_instead_of_the_head_the_same_check_fails() {
    assert!(!faults_under_a_storm(Numbering::Sequence).await.is_empty());
}

/// Revokes from many sides at once while the connections of `TokenService` are
/// torn, and compares what three holders have with what was committed.
async fn faults_under_a_storm(numbering: Numbering) -> Vec<String> {
    let stack = Stack::start().await;
    if numbering == Numbering::Sequence {
        number_by_a_sequence(&stack.sql).await;
    }
    let shutdown = CancellationToken::new();
    let hold = || {
        let holder = stack.token_source(stack.addresses.tokens).holder().unwrap();
        tokio::spawn(holder.clone().run(shutdown.clone()));
        holder
    };
    let mut holders = vec![hold(), hold()];

    let connect = stack.database.clone();
    let connections = u32::try_from(REVOKERS).unwrap();
    let pool = DatabaseConfig {
        connect,
        role: None,
        connections,
    }
    .open()
    .reads;
    let revokers: Vec<_> = (0..REVOKERS)
        .map(|number| tokio::spawn(revoke(pool.clone(), number)))
        .collect();
    for storm in 0..STORMS {
        tokio::time::sleep(chance::pause(Duration::from_millis(200))).await;
        tear_connections(&stack.sql).await;
        if storm == STORMS / 2 {
            // One that begins in the middle of it.
            holders.push(hold());
        }
    }
    let mut committed = Vec::new();
    for revoker in revokers {
        committed.extend(revoker.await.unwrap());
    }

    assert!(
        committed.len() > REVOKERS * REVOCATIONS_EACH / 2,
        "too few to show anything"
    );

    let since = Instant::now();
    let faults = loop {
        let faults = compare(&stack.sql, &holders, &committed).await;
        if faults.is_empty() || since.elapsed() > PATIENCE {
            break faults;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    shutdown.cancel();
    println!(
        "{numbering:?}: {} revocations, {} faults",
        committed.len(),
        faults.len()
    );
    faults
}

/// Revokes sessions one after the other, with a pause before each commit; some
/// are thought better of. Answers those that were committed.
async fn revoke(pool: PgPool, number: usize) -> Vec<String> {
    let mut committed = Vec::new();
    for count in 0..REVOCATIONS_EACH {
        let session = format!("session-{number}-{count}");
        // Whoever waits too long for the head gives up, and has revoked nothing.
        let Ok(mut transaction) = pool.begin().await else {
            continue;
        };
        let appended = sqlx::query!(
            "select auth.append_revocation('session', $1, 0, null, 'a test')",
            session
        )
        .fetch_one(&mut *transaction)
        .await;
        tokio::time::sleep(chance::pause(Duration::from_millis(2))).await;
        if appended.is_ok() && chance::below(10) > 0 && transaction.commit().await.is_ok() {
            committed.push(session);
        }
    }
    committed
}

async fn compare(pool: &PgPool, holders: &[Holder], committed: &[String]) -> Vec<String> {
    let head =
        sqlx::query_scalar!(r#"select coalesce(max(seq), 0) as "seq!" from auth.revocations"#)
            .fetch_one(pool)
            .await
            .unwrap();
    let mut faults = Vec::new();
    for (number, holder) in holders.iter().enumerate() {
        if !holder.is_fresh() {
            faults.push(format!("holder {number} is stale"));
        }
        if holder.list().seq() != head {
            faults.push(format!(
                "holder {number} is at {}, not {head}",
                holder.list().seq()
            ));
        }
        let missed = committed
            .iter()
            .filter(|session| !holder.revokes(&token_of(session)));
        faults.extend(missed.map(|session| format!("holder {number} lets {session} in")));
    }
    faults
}

fn token_of(session: &str) -> Verified {
    let claims = Claims {
        iss: "kreis".into(),
        aud: "kreis".into(),
        sub: "1".into(),
        iat: 0,
        nbf: 0,
        exp: i64::MAX,
        jti: "jti".into(),
        sid: session.into(),
        uv: 1,
        role: Role::User,
    };
    Verified {
        claims,
        kid: "kid".into(),
        user_id: 1,
    }
}

/// Ends whatever connection last read the head of the list.
async fn tear_connections(pool: &PgPool) {
    sqlx::query!(
        "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
            and query like 'select epoch, seq, purged_to%'"
    )
    .fetch_all(pool)
    .await
    .unwrap();
}

/// What the head row prevents: places are taken before commit, and nobody waits.
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
