//! Health checks: whether servers report that they serve.

use std::{net::SocketAddr, time::Duration};

use kreis_database::{DatabaseConfig, migrations::MIGRATIONS, readiness};
use kreis_standalone::healthcheck::{self, HealthCheckError};
use kreis_tests::{
    Answered, Stack, database, process,
    server::Server,
    stack::{StackOptions, wait_until_serving},
    tcp_proxy::TcpProxy,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use tokio::time::Instant;
use tonic::Code;

const WAIT_TIMEOUT: Duration = Duration::from_secs(10);

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
        let outcome = healthcheck::wait(&format!("http://{address}"), None, WAIT_TIMEOUT).await;
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}

async fn none_stays_ready(stack: &Stack) {
    for (name, address) in servers(stack) {
        does_not_stay_ready(name, address).await;
    }
}

async fn does_not_stay_ready(name: &str, address: SocketAddr) {
    let asked = Instant::now();
    while is_ready(name, address).await {
        assert!(asked.elapsed() < WAIT_TIMEOUT, "{name} stays ready");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn is_ready(name: &str, address: SocketAddr) -> bool {
    match healthcheck::check(&format!("http://{address}"), None).await {
        Ok(()) => true,
        Err(HealthCheckError::NotServing(_)) => false,
        Err(error) => panic!("{name}: {error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_ready_before_the_steps_of_its_release_were_applied() {
    let stack = Stack::start().await;
    all_become_ready(&stack).await;
    let last = MIGRATIONS.iter().map(|step| step.version).max().unwrap();
    let behind = |so_far| {
        AssertSqlSafe(format!(
            "update kreis._sqlx_migrations set success = {so_far} where version = {last}"
        ))
    };
    stack.sql.execute(behind(false)).await.unwrap();
    none_stays_ready(&stack).await;
    stack.sql.execute(behind(true)).await.unwrap();
    all_become_ready(&stack).await;

    // The same before any migration.
    let record = |from, to| AssertSqlSafe(format!("alter table kreis.{from} rename to {to}"));
    let (kept, aside) = ("_sqlx_migrations", "set_aside");
    stack.sql.execute(record(kept, aside)).await.unwrap();
    none_stays_ready(&stack).await;
    stack.sql.execute(record(aside, kept)).await.unwrap();
    all_become_ready(&stack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_outage_a_gateway_is_ready_once_it_has_asked_again_which_tokens_are_revoked() {
    let stack = Stack::start_with(StackOptions {
        // The replica from before the outage stays valid during the whole test.
        gateway: vec![("KREIS_REVOCATION_LEASE_MS", "60000".to_owned())],
        ..StackOptions::default()
    })
    .await;
    let tcp_proxy = TcpProxy::to(stack.addresses.tokens).await;
    let gateway = stack.gateway_that_asks(tcp_proxy.address).await;
    wait_until_serving(gateway).await;

    tcp_proxy.freeze(true);
    let record = |from, to| AssertSqlSafe(format!("alter table kreis.{from} rename to {to}"));
    let (kept, aside) = ("_sqlx_migrations", "set_aside");
    stack.sql.execute(record(kept, aside)).await.unwrap();
    does_not_stay_ready("the gateway", gateway).await;
    stack.sql.execute(record(aside, kept)).await.unwrap();
    all_become_ready(&stack).await;
    // Several times the interval at which a gateway checks its services.
    let back = Instant::now();
    while back.elapsed() < Duration::from_secs(1) {
        assert!(!is_ready("the gateway", gateway).await);
    }
    tcp_proxy.freeze(false);
    wait_until_serving(gateway).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_release_migrated_is_still_served() {
    let database = database::fresh().await;
    PgConnection::connect_with(&database)
        .await
        .unwrap()
        .execute(
            "insert into kreis._sqlx_migrations
                (version, description, success, checksum, execution_time)
            values (9999, 'from the future', true, 'x', 1)",
        )
        .await
        .unwrap();
    let options = StackOptions {
        database: Some(database),
        ..StackOptions::default()
    };
    let stack = Stack::start_with(options).await;
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

/// Ends the sessions of a server. New sessions get the settings of now.
const END_SESSIONS: &str = "select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

/// New circles find no space, as Postgres reports it.
const NO_ROOM_FOR_CIRCLES: &str =
    "create function public.is_full() returns trigger language plpgsql
    as $$ begin raise 'no space left on device' using errcode = 'disk_full'; end $$;
    create trigger is_full before insert on org.circles execute function public.is_full();";

/// No statement that needs space finds any. The probes of a server are counted.
const NO_ROOM_AT_ALL: &str = "create sequence public.questions;
    create function public.generate_series(integer, integer) returns setof integer
    language plpgsql security definer as $$
    begin
        perform nextval('public.questions');
        raise 'no space left on device' using errcode = 'disk_full';
    end $$;";

async fn until_not_serving(server: &Server) {
    let asked = Instant::now();
    while healthcheck::check(&server.kreis.url, None).await.is_ok() {
        assert!(asked.elapsed() < WAIT_TIMEOUT, "it says that it serves");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn name_of(server: &Server) -> String {
    let options = server.sql.connect_options();
    options.get_database().unwrap().to_owned()
}

/// As Postgres reports it: to a write, and to every other call that needs space.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_until_there_is_room_again() {
    let server = Server::start(&[]).await;
    let gatekeeper = server.gatekeeper().await;
    let name = name_of(&server);
    let full = format!(
        "{NO_ROOM_FOR_CIRCLES} {NO_ROOM_AT_ALL}
        alter database {name} set search_path = public, pg_catalog; {END_SESSIONS}"
    );
    server.sql.execute(AssertSqlSafe(full)).await.unwrap();
    let refused = gatekeeper.create_circle("Therapy").await.refused();
    let since = Instant::now();
    assert!(refused.says_when_to_retry());
    refused.with(Code::Unavailable, "DATABASE_UNAVAILABLE");
    until_not_serving(&server).await;
    // It stays so, although calls that need no space work.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(healthcheck::check(&server.kreis.url, None).await.is_err());
    gatekeeper.me().await.unwrap();
    // Each probe writes to the disk, so there are few, and fewer the longer it is full.
    let asked = "select last_value from public.questions";
    let questions: i64 = server.sql.fetch_one(asked).await.unwrap().get(0);
    let most = 5 + since.elapsed().as_secs() / 4;
    assert!(
        questions <= most.cast_signed(),
        "{questions} in {:?}",
        since.elapsed()
    );

    let room = format!(
        "drop function public.is_full() cascade;
        alter database {name} reset search_path; {END_SESSIONS}"
    );
    server.sql.execute(AssertSqlSafe(room)).await.unwrap();
    healthcheck::wait(&server.kreis.url, None, WAIT_TIMEOUT)
        .await
        .unwrap();
    gatekeeper.create_circle("Therapy").await.unwrap();
    assert!(
        server
            .final_output()
            .await
            .contains("the disk of the database is full")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_temporary_files_is_no_full_disk() {
    let server = Server::start(&[]).await;
    let gatekeeper = server.gatekeeper().await;
    let name = name_of(&server);
    let full = format!(
        "{NO_ROOM_FOR_CIRCLES}
        alter database {name} set temp_file_limit = 0; {END_SESSIONS}"
    );
    server.sql.execute(AssertSqlSafe(full)).await.unwrap();
    let refused = gatekeeper.create_circle("Therapy").await.refused();
    refused.with(Code::Unavailable, "DATABASE_UNAVAILABLE");
    let room = "drop function public.is_full() cascade";
    server.sql.execute(room).await.unwrap();
    // Servers look four times a second whether they are ready.
    tokio::time::sleep(Duration::from_secs(1)).await;
    healthcheck::wait(&server.kreis.url, None, WAIT_TIMEOUT)
        .await
        .unwrap();
    gatekeeper.create_circle("Therapy").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_sessions_are_not_set_as_it_needs_them_is_not_ready_and_says_which() {
    let mut config = DatabaseConfig {
        connect: database::fresh().await,
        role: None,
        connections: 1,
    };
    assert_eq!(config.options().get_options(), None, "poolers refuse them");
    let reason = readiness::check_database(&config.open()).await.unwrap_err();
    let reason = reason.to_string();
    assert!(reason.contains("statement_timeout = 0"), "{reason}");
    assert!(reason.contains("needs 5s"), "{reason}");
    config.role = Some("kreis_kpi".to_owned());
    readiness::check_database(&config.open()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_may_lose_what_it_has_committed_is_not_used() {
    let stack = Stack::start().await;
    all_become_ready(&stack).await;
    // The tests' own Postgres has these settings off, and says that this does no harm.
    let mut operator = PgConnection::connect_with(&database::server())
        .await
        .unwrap();
    let name = stack.database.get_database().unwrap();
    let mut set = async |value: &str| {
        let statement = format!("alter database {name} set kreis.may_lose_data = {value}");
        operator.execute(AssertSqlSafe(statement)).await.unwrap();
        let end = format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
        );
        operator.execute(AssertSqlSafe(end)).await.unwrap();
    };
    set("off").await;
    none_stays_ready(&stack).await;
    let config = DatabaseConfig {
        connect: stack.database.clone(),
        role: Some("kreis_kpi".to_owned()),
        connections: 1,
    };
    let reason = readiness::check_database(&config.open())
        .await
        .unwrap_err()
        .to_string();
    assert!(reason.contains("fsync = off"), "{reason}");
    set("on").await;
    all_become_ready(&stack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_ready_while_the_clock_of_the_database_is_wrong() {
    let stack = Stack::start().await;
    all_become_ready(&stack).await;
    let mut operator = PgConnection::connect_with(&stack.database).await.unwrap();
    let name = stack.database.get_database().unwrap();
    let wrong = format!(
        "create function public.clock_timestamp() returns timestamptz language sql
            as 'select pg_catalog.clock_timestamp() - interval \'\'10 minutes\'\'';
        alter database {name} set search_path = public, pg_catalog;
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()"
    );
    sqlx::raw_sql(AssertSqlSafe(wrong))
        .execute(&mut operator)
        .await
        .unwrap();
    none_stays_ready(&stack).await;
    operator
        .execute("drop function public.clock_timestamp()")
        .await
        .unwrap();
    all_become_ready(&stack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_before_the_steps_of_its_release_names_them_and_waits() {
    let database = database::fresh().await;
    let mut operator = PgConnection::connect_with(&database).await.unwrap();
    let last = MIGRATIONS.iter().map(|step| step.version).max().unwrap();
    let remove =
        format!("update kreis._sqlx_migrations set success = false where version = {last}");
    operator.execute(AssertSqlSafe(remove)).await.unwrap();
    let url = database::url(&database);
    let kpi = process::command(
        "kreis-kpi",
        &[
            ("KREIS_DATABASE_URL", &url),
            ("KREIS_TOKEN_SERVICE", "http://127.0.0.1:9"),
            (
                "KREIS_SERVICE_SECRET",
                "a-secret-that-all-servers-of-the-test-share",
            ),
        ],
    );
    let expected = format!("lacks step {last}: its last one is {}", last - 1);
    let said = tokio::task::spawn_blocking(move || process::wait_for_output(kpi, &expected));
    said.await.unwrap();
}
