//! Migrations by different roles, repeated, and concurrent.

use std::time::Duration;

use kreis_proto::org::v1::GetMeRequest;
use kreis_standalone::migrate::{MIGRATION_LOCK, MigrateConfig, MigrateError, migrate};
use kreis_tests::{
    Stack, database,
    process::{command, run, stderr},
    stack::StackOptions,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};

async fn connect(to: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(to).await.unwrap()
}

fn to(database: &PgConnectOptions) -> MigrateConfig {
    MigrateConfig {
        connect: database.clone(),
        ..MigrateConfig::default()
    }
}

/// Every table with its columns, and every function, as text.
async fn shape(database: &PgConnectOptions) -> String {
    sqlx::query_scalar!(
        r#"select
            (select string_agg(concat_ws(' ', table_schema, table_name, column_name, data_type), E'\n'
                order by table_schema, table_name, ordinal_position)
            from information_schema.columns where table_schema in ('auth', 'org', 'kpi', 'kreis'))
            || (select string_agg(p.oid::regprocedure::text, E'\n' order by p.oid::regprocedure::text)
            from pg_proc p where p.pronamespace in ('auth'::regnamespace, 'org'::regnamespace))
            as "shape!""#
    )
    .fetch_one(&mut connect(database).await)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_apply_twice_and_by_many_at_once() {
    let expected = shape(&database::fresh().await).await;
    let mut databases = Vec::new();
    for _ in 0..6 {
        databases.push(database::blank().await);
    }
    // All run at the same time. Six of them migrate the first database.
    let at_once: Vec<MigrateConfig> = databases
        .iter()
        .chain(std::iter::repeat_n(&databases[0], 5))
        .map(to)
        .collect();
    for outcome in futures_util::future::join_all(at_once.iter().map(migrate)).await {
        outcome.unwrap();
    }
    for database in &databases {
        migrate(&to(database)).await.unwrap();
        assert_eq!(shape(database).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_blocks_a_migration_is_named_after_a_while() {
    let database = database::blank().await;
    let mut other = connect(&database).await;
    let lock = format!("select pg_advisory_lock({MIGRATION_LOCK})");
    other.execute(AssertSqlSafe(lock)).await.unwrap();
    let impatient = MigrateConfig {
        lock_timeout: Duration::from_millis(10),
        ..to(&database)
    };
    let refused = migrate(&impatient).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Busy(_)), "{refused}");
    assert!(
        refused.to_string().contains("another kreis has been"),
        "{refused}"
    );
    other.close().await.unwrap();
    migrate(&to(&database)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_release_is_left_alone() {
    let database = database::fresh().await;
    connect(&database)
        .await
        .execute(
            "insert into kreis._sqlx_migrations
                (version, description, success, checksum, execution_time)
            values (9999, 'from the future', true, 'x', 1)",
        )
        .await
        .unwrap();
    let refused = migrate(&to(&database)).await.unwrap_err().to_string();
    assert!(refused.contains("newer release"), "{refused}");
    assert!(refused.contains("9999"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_zone_and_the_name_are_stored_if_they_are_set_and_stay_otherwise() {
    assert!(
        "Mars/Olympus"
            .parse::<kreis_service::calendar::TimeZone>()
            .is_err()
    );
    let database = database::fresh().await;
    let organisation = async || {
        let row = sqlx::query!("select name, time_zone from org.organisation")
            .fetch_one(&mut connect(&database).await)
            .await
            .unwrap();
        (row.name, row.time_zone)
    };
    assert_eq!(
        organisation().await,
        (String::new(), "Europe/Zurich".to_owned())
    );
    let given = MigrateConfig {
        time_zone: "Asia/Tokyo".parse().ok(),
        organisation: Some("Stiftung".to_owned()),
        ..to(&database)
    };
    migrate(&given).await.unwrap();
    let expected = ("Stiftung".to_owned(), "Asia/Tokyo".to_owned());
    assert_eq!(organisation().await, expected);
    migrate(&to(&database)).await.unwrap();
    assert_eq!(organisation().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_time_zone_is_refused_and_a_known_one_applies_to_all_users() {
    let database = database::fresh().await;
    let url = database::url(&database);
    for (zone, known) in [("Mars/Olympus", false), ("Pacific/Kiritimati", true)] {
        let settings = [
            ("KREIS_DATABASE_URL", url.as_str()),
            ("KREIS_DATA_DIR", "/nonexistent"),
            ("KREIS_TIME_ZONE", zone),
        ];
        let mut migrate = command("kreis", &settings);
        migrate.arg("migrate");
        let output = tokio::task::spawn_blocking(|| run(migrate, ""))
            .await
            .unwrap();
        assert_eq!(output.status.success(), known, "{}", stderr(&output));
        assert_eq!(stderr(&output).contains("Mars/Olympus"), !known);
    }
    let stack = Stack::start_with(StackOptions {
        database: Some(database),
        ..StackOptions::default()
    })
    .await;
    let user = stack.outsider().await;
    let me = user
        .users()
        .get_me(user.request(GetMeRequest {}))
        .await
        .unwrap();
    let organisation = me.into_inner().organisation.unwrap();
    assert_eq!(organisation.time_zone, "Pacific/Kiritimati");
    // Fourteen hours ahead of UTC, where it is usually already tomorrow.
    let there = chrono::Utc::now() + chrono::TimeDelta::hours(14);
    let said = organisation.today.unwrap();
    assert_eq!(
        format!("{}-{:02}-{:02}", said.year, said.month, said.day),
        there.date_naive().to_string()
    );
}
