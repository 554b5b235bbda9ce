//! Bringing a database up, by anybody, any number of times and at once; and
//! what each service may do in it then.

use std::borrow::Cow;

use kreis_chassis::database::DatabaseConfig;
use kreis_proto::org::v1::GetMeRequest;
use kreis_standalone::migrate::{MigrateConfig, SERVICE_ROLES, migrate};
use kreis_tests::{
    Stack, database,
    process::{command, run, stderr},
    stack::Wishes,
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
            || (select string_agg(p.oid::regprocedure::text, E'\n' order by p.proname)
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
    // All at once, and six of them on the first.
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
async fn the_time_zone_and_the_name_are_written_when_given_and_kept_otherwise() {
    assert!(
        "Mars/Olympus"
            .parse::<kreis_chassis::calendar::Zone>()
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
async fn an_unknown_time_zone_is_refused_and_a_known_one_is_everybodys() {
    let database = database::fresh().await;
    let url = format!(
        "postgres://{}@localhost/{}?host={}",
        database.get_username(),
        database.get_database().unwrap(),
        database.get_socket().unwrap().display(),
    );
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
    let stack = Stack::start_with(Wishes {
        database: Some(database),
        ..Wishes::default()
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
    // Fourteen hours ahead of UTC: most of the time it is tomorrow there.
    let there = chrono::Utc::now() + chrono::TimeDelta::hours(14);
    let said = organisation.today.unwrap();
    assert_eq!(
        format!("{}-{:02}-{:02}", said.year, said.month, said.day),
        there.date_naive().to_string()
    );
}

/// Whether a statement is not allowed to somebody.
async fn is_denied(connection: &mut PgConnection, role: &str, statement: &str) -> bool {
    let mut transaction = connection.begin().await.unwrap();
    let become_role = format!("set local role {role}");
    transaction
        .execute(AssertSqlSafe(become_role))
        .await
        .unwrap();
    let outcome = transaction
        .execute(AssertSqlSafe(statement.to_owned()))
        .await;
    let code = outcome
        .err()
        .and_then(sqlx::Error::into_database_error)
        .and_then(|error| error.code().map(Cow::into_owned));
    transaction.rollback().await.unwrap();
    code.as_deref() == Some("42501")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_service_touches_anothers_tables_or_rewrites_its_own_history() {
    let mut connection = connect(&database::fresh().await).await;
    let tables = sqlx::query_scalar!(
        r#"select schemaname || '.' || tablename as "table!" from pg_tables
        where schemaname in ('auth', 'org', 'kpi')"#
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(tables.len() >= 14, "{tables:?}");
    for (role, schema) in SERVICE_ROLES {
        for table in &tables {
            let own = table.starts_with(&format!("{schema}."));
            let history = table.ends_with(".changes");
            for (statement, allowed) in [
                (
                    format!("insert into {table} default values"),
                    own && !table.contains(".organisation") && !table.contains("revocation_head"),
                ),
                (format!("delete from {table} where false"), false),
                (format!("truncate {table}"), false),
                (format!("drop table {table}"), false),
            ] {
                let denied = is_denied(&mut connection, role, &statement).await;
                if statement.starts_with("delete") && own && !history {
                    continue;
                }
                assert_eq!(!denied, allowed, "{role}: {statement}");
            }
            let column = first_column(&mut connection, table).await;
            let update = format!("update {table} set {column} = {column} where false");
            let read = format!("select {column} from {table} limit 0");
            let may_not_update = is_denied(&mut connection, role, &update).await;
            let may_not_read = is_denied(&mut connection, role, &read).await;
            if history || !own {
                assert!(may_not_update, "{role}: {update}");
            }
            // The organisation's one row is for everybody to read.
            let published = table == "org.organisation";
            assert_eq!(may_not_read, !own && !published, "{role}: {read}");
        }
    }
}

/// A column that can be written to, for statements that change nothing.
async fn first_column(connection: &mut PgConnection, table: &str) -> String {
    sqlx::query_scalar!(
        r#"select attname::text as "column!" from pg_attribute
        where attrelid = $1::text::regclass and attnum > 0 and attidentity = ''
        order by attnum limit 1"#,
        table
    )
    .fetch_one(connection)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_calls_of_another_what_is_published_to_it_and_nothing_else() {
    let mut connection = connect(&database::fresh().await).await;
    let calls = [
        ("select auth.open_account(1)", &["kreis_org"][..]),
        ("select auth.invite(1, sha256('x'), now())", &["kreis_org"]),
        (
            "select auth.revoke_user(1, 1, 'x')",
            &["kreis_auth", "kreis_org"],
        ),
        (
            "select auth.append_revocation('session', 'x', 0, 1, 'x')",
            &["kreis_auth"],
        ),
        ("select auth.begin_epoch()", &[]),
        (
            "select user_id from auth.account_states",
            &["kreis_auth", "kreis_org"],
        ),
        (
            "select user_id from org.directory",
            &["kreis_auth", "kreis_kpi"],
        ),
        (
            "select user_id from org.membership",
            &["kreis_auth", "kreis_kpi"],
        ),
        (
            "select circle_id from org.circle_names",
            &["kreis_auth", "kreis_kpi"],
        ),
        ("create table public.loot (id int)", &[]),
        ("create table kpi.loot (id int)", &[]),
    ];
    for (call, allowed) in calls {
        for (role, schema) in SERVICE_ROLES {
            // The views of a service's own are none of its business either way.
            if call.contains(&format!("from {schema}.")) {
                continue;
            }
            let denied = is_denied(&mut connection, role, call).await;
            assert_eq!(!denied, allowed.contains(&role), "{role}: {call}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_services_connections_have_its_role_and_its_limits() {
    let database = database::fresh().await;
    let mut connection = connect(&database).await;
    for (role, _) in SERVICE_ROLES {
        let config = DatabaseConfig {
            connect: database.clone(),
            role: Some(role.to_owned()),
            connections: 1,
        };
        let pools = config.open();
        for pool in [&pools.reads, &pools.writes] {
            let row = sqlx::query!(
                r#"select current_user::text as "user!",
                    current_setting('statement_timeout') as "statement!",
                    current_setting('lock_timeout') as "lock!",
                    current_setting('idle_in_transaction_session_timeout') as "idle!""#
            )
            .fetch_one(pool)
            .await
            .unwrap();
            let limits = (row.statement.as_str(), row.lock.as_str(), row.idle.as_str());
            assert_eq!((row.user.as_str(), limits), (role, ("5s", "2s", "2s")));
        }
        // And where the role logs in by itself.
        let settings = sqlx::query_scalar!(
            r#"select rolconfig as "settings!" from pg_roles where rolname = $1::text"#,
            role
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        for setting in [
            "statement_timeout=5s",
            "lock_timeout=2s",
            "idle_in_transaction_session_timeout=2s",
        ] {
            assert!(
                settings.iter().any(|it| it == setting),
                "{role}: {settings:?}"
            );
        }
    }
}
