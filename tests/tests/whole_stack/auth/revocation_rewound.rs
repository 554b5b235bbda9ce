//! A database that is restored to a backup, without an announcement.

use std::time::{Duration, Instant};

use kreis_tests::{Actor, Stack, database::LOSE_THE_LAST_REVOCATION};
use sqlx::{Connection, Executor, PgConnection};

/// Longer than the replicas need to stop accepting tokens and to start again.
const WATCHED: Duration = Duration::from_secs(5);
const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

/// Then other entries take their place.
const GO_ON_OTHERWISE: &str = "
    select auth.append_revocation('session', 'another', 0, null, 'signed out');
    select auth.append_revocation('session', 'yet another', 0, null, 'signed out')";

async fn is_never_let_in(session: &Actor) {
    let began = Instant::now();
    while began.elapsed() < WATCHED {
        assert!(session.me().await.is_err(), "a dead token lives again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Carries out what happens to a database with a session that has signed out.
async fn rewind(statements: &[&'static str]) {
    let stack = Stack::start().await;
    let (email, _) = stack.person(true).await;
    let (signed_out, other) = (stack.sign_in(&email).await, stack.sign_in(&email).await);
    signed_out.sign_out().await.unwrap();
    other.me().await.unwrap();

    let mut operator = PgConnection::connect_with(&stack.database).await.unwrap();
    let mut restored = operator.begin().await.unwrap();
    for statement in statements {
        sqlx::raw_sql(*statement)
            .execute(&mut *restored)
            .await
            .unwrap();
    }
    restored.commit().await.unwrap();

    is_never_let_in(&signed_out).await;
    // Other revocations after the backup are unknown, so every session ends.
    let began = Instant::now();
    while other.me().await.is_ok() {
        assert!(began.elapsed() < WAIT_TIMEOUT, "sessions of before go on");
    }
    // In the second in which the epoch begins, a new token counts as older.
    let began = Instant::now();
    while stack.sign_in(&email).await.me().await.is_err() {
        assert!(began.elapsed() < WAIT_TIMEOUT, "the doors stay closed");
    }
    is_never_let_in(&signed_out).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_became_shorter_ends_every_session_and_revives_none() {
    rewind(&[LOSE_THE_LAST_REVOCATION]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_went_on_otherwise_ends_every_session_and_revives_none() {
    rewind(&[LOSE_THE_LAST_REVOCATION, GO_ON_OTHERWISE]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_the_same_length_with_another_end_ends_every_session_and_revives_none() {
    let one = GO_ON_OTHERWISE.split(';').next().unwrap();
    rewind(&[LOSE_THE_LAST_REVOCATION, one]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_database_accepts_no_token_of_an_older_key_file() {
    let database = kreis_tests::database::fresh().await;
    let mut operator = PgConnection::connect_with(&database).await.unwrap();
    let first = operator
        .fetch_one("select kind from auth.revocations where seq = 1")
        .await
        .unwrap();
    assert_eq!(sqlx::Row::get::<String, _>(&first, "kind"), "everything");
}
