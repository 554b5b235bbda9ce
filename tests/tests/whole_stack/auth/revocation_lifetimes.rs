//! How long the list of revocations keeps an entry.

use std::time::{Duration, Instant};

use kreis_auth::Lifetimes;
use kreis_tests::{
    Stack, database,
    stack::{PASSWORD, StackOptions},
};
use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};

const MINUTE: i64 = 60;
/// Tokens of the release before live an hour.
const BEFORE: i64 = 61 * MINUTE;

/// A system on this database whose access tokens live so long.
async fn with_tokens_of(minutes: u64, database: &PgConnectOptions) -> Stack {
    Stack::start_with(StackOptions {
        database: Some(database.clone()),
        lifetimes: Lifetimes {
            access_token: Duration::from_mins(minutes),
            ..Lifetimes::default()
        },
        ..StackOptions::default()
    })
    .await
}

/// For how many seconds the list keeps an entry that is made now.
async fn kept(stack: &Stack, kind: &str) -> i64 {
    let key = if kind == "everything" { "" } else { "nobody" };
    sqlx::query_scalar!(
        r#"with entry as (select auth.append_revocation($1, $2, 0, null, 'a test') as seq)
        select seq as "seq!" from entry"#,
        kind,
        key,
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
    sqlx::query_scalar!(
        r#"select round(extract(epoch from r.not_after - r.create_time))::bigint as "seconds!"
        from auth.revocations r order by r.seq desc limit 1"#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap()
}

/// Waits until an entry is kept for so long.
async fn until_kept(stack: &Stack, seconds: i64) {
    let began = Instant::now();
    while kept(stack, "session").await != seconds {
        assert!(began.elapsed() < Duration::from_secs(15), "{seconds}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_kept_a_minute_longer_than_the_longest_lifetime_of_all_auths() {
    let database = database::fresh().await;
    let five = with_tokens_of(5, &database).await;
    until_kept(&five, 6 * MINUTE).await;
    let fifteen = with_tokens_of(15, &database).await;
    until_kept(&five, 16 * MINUTE).await;
    until_kept(&fifteen, 16 * MINUTE).await;

    // A server that has gone still counts until its last token has expired.
    fifteen.stop();
    let pass = async |minutes: i32| {
        sqlx::query!(
            "update auth.token_issuers set seen_time = seen_time - make_interval(mins => $1)
            where lifetime_seconds = 900",
            minutes
        )
        .execute(&five.sql)
        .await
        .unwrap();
    };
    pass(60).await;
    assert_eq!(kept(&five, "session").await, 16 * MINUTE);
    // It may note itself once more while it stops.
    let began = Instant::now();
    while kept(&five, "session").await != 6 * MINUTE {
        assert!(began.elapsed() < Duration::from_secs(15));
        pass(2).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // After a restore the database does not know which servers ran before.
    assert_eq!(kept(&five, "everything").await, BEFORE);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_server_of_the_release_before_may_have_open_tokens_an_entry_is_kept_for_an_hour() {
    let stack = Stack::start().await;
    until_kept(&stack, 6 * MINUTE).await;
    // As that release notes its key every five seconds.
    let note = "insert into auth.signing_keys values ('a key')
        on conflict (kid) do update set seen_time = clock_timestamp()";
    stack.sql.execute(note).await.unwrap();
    assert_eq!(kept(&stack, "session").await, BEFORE);
    let pass = async |minutes: i32| {
        sqlx::query!(
            "update auth.signing_keys set seen_time = seen_time - make_interval(mins => $1)",
            minutes
        )
        .execute(&stack.sql)
        .await
        .unwrap();
    };
    pass(60).await;
    assert_eq!(kept(&stack, "session").await, BEFORE);
    pass(2).await;
    assert_eq!(kept(&stack, "session").await, 6 * MINUTE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lifetime_that_the_database_does_not_know_yet_is_not_used() {
    let database = database::fresh().await;
    let mut superuser = PgConnection::connect_with(&database).await.unwrap();
    let revoke = "revoke insert on auth.token_issuers from kreis_auth";
    superuser.execute(revoke).await.unwrap();
    let stack = with_tokens_of(15, &database).await;
    let (email, _) = stack.person(false).await;
    let anonymous = stack.anonymous();
    let session = anonymous.begin_session(&email, PASSWORD).await.unwrap();
    assert!((10..=20).contains(&session.expires_in_seconds));
    assert_eq!(kept(&stack, "session").await, MINUTE);

    let grant = "grant insert on auth.token_issuers to kreis_auth";
    superuser.execute(grant).await.unwrap();
    until_kept(&stack, 16 * MINUTE).await;
    let began = Instant::now();
    let mut refresh_token = session.refresh_token;
    loop {
        let renewed = anonymous.refresh(&refresh_token).await.unwrap();
        if renewed.expires_in_seconds > 800 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(15));
        refresh_token = renewed.refresh_token;
    }
    superuser.close().await.unwrap();
}
