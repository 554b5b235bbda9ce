//! Rights of each service in the database.

use std::{borrow::Cow, collections::BTreeSet};

use kreis_database::DatabaseConfig;
use kreis_standalone::migrate::SERVICE_ROLES;
use kreis_tests::database;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// The rights of a role in the schemas: exactly what the code uses. Columns are named if the right
/// does not cover all of them.
#[rustfmt::skip]
const GRANTS: &[(&str, &str, &str)] = &[
    ("kreis_auth", "schema kreis", "usage"),
    ("kreis_auth", "kreis._sqlx_migrations", "select success, select version"),
    ("kreis_auth", "schema auth", "usage"),
    ("kreis_auth", "schema org", "usage"),
    ("kreis_auth", "auth.accounts", "select, update password_hash, update update_time"),
    ("kreis_auth", "auth.invitations", "delete, select, update expire_time, update token_hash"),
    ("kreis_auth", "auth.mails", "delete, insert, select, update attempt_time, update attempts, update end_time, update link_hash, update outcome"),
    ("kreis_auth", "auth.password_resets", "delete, insert, select, update create_time, update expire_time, update token_hash, update uv"),
    ("kreis_auth", "auth.revocation_head", "select, update purged_to"),
    ("kreis_auth", "auth.revocations", "delete, select"),
    ("kreis_auth", "auth.setup_link", "delete, insert, select, update expire_time, update token_hash"),
    ("kreis_auth", "auth.sessions", "delete, insert, select, update address, update earlier_renewals, update expire_time, update generation, update refresh_hash, update use_time, update user_agent"),
    ("kreis_auth", "auth.service_keys", "select, update first_use_time, update last_use_time"),
    ("kreis_auth", "auth.signing_keys", "delete, insert, select, update seen_time"),
    ("kreis_auth", "auth.linked_identities", "insert, select"),
    ("kreis_auth", "auth.providers", "delete, insert, select"),
    ("kreis_auth", "auth.spent_tokens", "delete, insert, select, update expire_time"),
    ("kreis_auth", "auth.token_issuers", "delete, insert, select, update seen_time"),
    ("kreis_auth", "auth.sign_in_log", "insert, select"),
    ("kreis_auth", "auth.notices", "delete, select"),
    ("kreis_auth", "auth.add_notice(bigint,bigint)", "execute"),
    ("kreis_auth", "auth.purge_sign_in_log(bigint)", "execute"),
    ("kreis_auth", "auth.begin_epoch_instead_of(uuid)", "execute"),
    ("kreis_auth", "auth.append_revocation(text,text,bigint,bigint,text)", "execute"),
    ("kreis_auth", "auth.revoke_user(bigint,bigint,text)", "execute"),
    ("kreis_auth", "auth.hold_caller(bigint,boolean,bigint)", "execute"),
    ("kreis_auth", "auth.lock_person(bigint)", "execute"),
    ("kreis_auth", "org.log_password(bigint,bigint)", "execute"),
    ("kreis_auth", "org.log_password_change(bigint)", "execute"),
    ("kreis_auth", "org.log_account_change(bigint,bigint,text)", "execute"),
    ("kreis_auth", "org.add_user_by_sign_on(text,text,text,text,text,text)", "execute"),
    ("kreis_auth", "org.add_user_by_sign_on(text,text,text,text,text,text,text)", "execute"),
    ("kreis_auth", "org.make_gatekeeper_by_sign_on(bigint)", "execute"),
    ("kreis_auth", "org.set_gatekeeper_by_sign_on(bigint,boolean,text,text)", "execute"),
    ("kreis_auth", "org.add_first_gatekeeper(text,text,text,text,text,text,text,text)", "execute"),
    ("kreis_auth", "org.organisation", "select name, select time_zone"),
    ("kreis_auth", "org.directory", "select"),
    ("kreis_auth", "org.membership", "select"),
    ("kreis_auth", "org.circle_names", "select"),
    ("kreis_auth", "org.service_account_rights", "select"),
    ("kreis_org", "schema kreis", "usage"),
    ("kreis_org", "kreis._sqlx_migrations", "select success, select version"),
    ("kreis_org", "schema auth", "usage"),
    ("kreis_org", "schema org", "usage"),
    ("kreis_org", "org.organisation", "select, update id"),
    ("kreis_org", "org.users", "insert, select, update"),
    ("kreis_org", "org.circles", "delete, insert, select, update name, update name_key, update update_time, update version"),
    ("kreis_org", "org.members", "delete, insert, select"),
    ("kreis_org", "org.membership", "select"),
    ("kreis_org", "org.service_accounts", "insert, select, update all_circles, update owner_id, update writes"),
    ("kreis_org", "org.service_account_circles", "delete, insert, select"),
    ("kreis_org", "org.changes", "insert, select"),
    ("kreis_org", "org.requests", "delete, insert, select, update response, update result"),
    ("kreis_org", "auth.account_states", "select"),
    ("kreis_org", "auth.service_key_states", "select"),
    ("kreis_org", "auth.add_service_key(bigint,bytea,text,timestamp with time zone)", "execute"),
    ("kreis_org", "auth.remove_service_key(bigint,bigint)", "execute"),
    ("kreis_org", "auth.open_account(bigint)", "execute"),
    ("kreis_auth", "auth.invite(bigint,bytea,timestamp with time zone,bigint)", "execute"),
    ("kreis_org", "auth.invite(bigint,bytea,timestamp with time zone)", "execute"),
    ("kreis_org", "auth.invite(bigint,bytea,timestamp with time zone,bigint)", "execute"),
    ("kreis_org", "auth.void_invitation(bigint)", "execute"),
    ("kreis_org", "auth.void_invitation(bigint,bigint)", "execute"),
    ("kreis_org", "auth.end_sessions(bigint,bigint,text)", "execute"),
    ("kreis_org", "auth.revoke_user(bigint,bigint,text)", "execute"),
    ("kreis_org", "auth.hold_caller(bigint,boolean,bigint)", "execute"),
    ("kreis_org", "auth.lock_person(bigint)", "execute"),
    ("kreis_kpi", "schema kreis", "usage"),
    ("kreis_kpi", "kreis._sqlx_migrations", "select success, select version"),
    ("kreis_kpi", "schema kpi", "usage"),
    ("kreis_kpi", "schema org", "usage"),
    ("kreis_kpi", "schema auth", "usage"),
    ("kreis_kpi", "auth.hold_caller(bigint,boolean,bigint)", "execute"),
    ("kreis_kpi", "kpi.kpis", "insert, select, update"),
    ("kreis_kpi", "kpi.state_thresholds", "insert, select"),
    ("kreis_kpi", "kpi.targets", "delete, insert, select, update initial_value, update target_value"),
    ("kreis_kpi", "kpi.kpi_values", "insert, select, update comment, update nothing_to_report, update update_time, update updated_by, update value, update version"),
    ("kreis_kpi", "kpi.changes", "insert, select"),
    ("kreis_kpi", "kpi.requests", "delete, insert, select, update response, update result"),
    ("kreis_kpi", "org.directory", "select active, select display_name, select kind, select owner_id, select owner_name, select user_id"),
    ("kreis_kpi", "org.membership", "select"),
    ("kreis_kpi", "org.circle_names", "select"),
    ("kreis_kpi", "org.organisation", "select time_zone"),
];

/// The session settings of every service.
const SETTINGS: [(&str, &str); 8] = [
    ("statement_timeout", "5s"),
    ("lock_timeout", "500ms"),
    ("idle_in_transaction_session_timeout", "2s"),
    ("client_connection_check_interval", "100ms"),
    ("jit", "off"),
    ("enable_memoize", "off"),
    ("plan_cache_mode", "force_generic_plan"),
    ("max_parallel_workers_per_gather", "0"),
];

async fn fresh() -> PgConnection {
    let database = database::fresh().await;
    PgConnection::connect_with(&database).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_may_do_what_its_code_does_and_no_more() {
    let rows = sqlx::query!(
        r#"select
            coalesce(r.rolname::text, 'everybody') as "role!", g.what as "what!",
            string_agg(lower(g.may), ', ' order by lower(g.may) collate "C") as "may!"
        from (
            select 'schema ' || n.nspname as what, a.grantee, n.nspowner as owner,
                a.privilege_type as may, n.nspname as schema
            from pg_namespace n, aclexplode(n.nspacl) a
            union all
            select c.oid::regclass::text, a.grantee, c.relowner,
                a.privilege_type, c.relnamespace::regnamespace::text
            from pg_class c, aclexplode(c.relacl) a
            union all
            select c.oid::regclass::text, a.grantee, c.relowner,
                a.privilege_type || ' ' || t.attname, c.relnamespace::regnamespace::text
            from pg_attribute t join pg_class c on c.oid = t.attrelid, aclexplode(t.attacl) a
            union all
            select p.oid::regprocedure::text, a.grantee, p.proowner,
                a.privilege_type, p.pronamespace::regnamespace::text
            from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        ) g
        left join pg_roles r on r.oid = g.grantee
        where g.schema in ('auth', 'org', 'kpi', 'kreis') and g.grantee <> g.owner
        group by 1, 2"#
    )
    .fetch_all(&mut fresh().await)
    .await
    .unwrap();
    let there: BTreeSet<(&str, &str, &str)> = rows
        .iter()
        .map(|row| (&*row.role, &*row.what, &*row.may))
        .collect();
    let said: BTreeSet<(&str, &str, &str)> = GRANTS.iter().copied().collect();
    let wider: Vec<_> = there.difference(&said).collect();
    let narrower: Vec<_> = said.difference(&there).collect();
    assert!(
        wider.is_empty() && narrower.is_empty(),
        "granted: {wider:#?}, but said: {narrower:#?}"
    );
}

/// Whether a role is not allowed to run a statement.
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
    let mut connection = fresh().await;
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
            let history = table.ends_with(".changes") || table == "auth.sign_in_log";
            let column = first_column(&mut connection, table).await;
            for (statement, denied) in [
                (format!("truncate {table}"), true),
                (format!("drop table {table}"), true),
                (format!("delete from {table} where false"), history || !own),
                (
                    format!("update {table} set {column} = {column} where false"),
                    history || !own,
                ),
                (format!("insert into {table} default values"), !own),
                (format!("select {column} from {table} limit 0"), !own),
            ] {
                // The rights in its own schema are listed above.
                if denied {
                    let is_denied = is_denied(&mut connection, role, &statement).await;
                    assert!(is_denied, "{role}: {statement}");
                }
            }
        }
    }
}

/// A writable column, for statements that change nothing.
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
    let mut connection = fresh().await;
    let calls = [
        ("select auth.open_account(1)", &["kreis_org"][..]),
        ("select auth.invite(1, sha256('x'), now())", &["kreis_org"]),
        (
            "select auth.invite(1, sha256('x'), now(), 1)",
            &["kreis_auth", "kreis_org"],
        ),
        ("select auth.void_invitation(1)", &["kreis_org"]),
        ("select auth.void_invitation(1, 1)", &["kreis_org"]),
        ("select auth.end_sessions(1, 1, 'x')", &["kreis_org"]),
        ("select auth.add_notice(1, 1)", &["kreis_auth"]),
        ("select auth.purge_sign_in_log(1)", &["kreis_auth"]),
        (
            "select auth.add_service_key(1, sha256('x'), 'x', now())",
            &["kreis_org"],
        ),
        ("select auth.remove_service_key(1, 1)", &["kreis_org"]),
        (
            "select hint from auth.service_key_states",
            &["kreis_auth", "kreis_org"],
        ),
        (
            "select writes from org.service_account_rights",
            &["kreis_auth"],
        ),
        (
            "select org.add_user_by_sign_on('a', 'a', 'a', 'a', 'a@x', 'a@x')",
            &["kreis_auth"],
        ),
        ("select org.make_gatekeeper_by_sign_on(1)", &["kreis_auth"]),
        (
            "select org.set_gatekeeper_by_sign_on(1, true, 'https://x', 'x')",
            &["kreis_auth"],
        ),
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
            "select user_id, display_name from org.directory",
            &["kreis_auth", "kreis_kpi"],
        ),
        ("select email from org.directory", &["kreis_auth"]),
        (
            "select user_id from org.membership",
            &["kreis_auth", "kreis_kpi"],
        ),
        (
            "select circle_id from org.circle_names",
            &["kreis_auth", "kreis_kpi"],
        ),
        (
            "select time_zone from org.organisation",
            &["kreis_auth", "kreis_kpi"],
        ),
        ("select name from org.organisation", &["kreis_auth"]),
        ("create table public.loot (id int)", &[]),
        ("create table kpi.loot (id int)", &[]),
    ];
    for (call, allowed) in calls {
        for (role, schema) in SERVICE_ROLES {
            // Views of the service's own schema are not relevant here.
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
    let mut connection = PgConnection::connect_with(&database).await.unwrap();
    for (role, _) in SERVICE_ROLES {
        let config = DatabaseConfig {
            connect: database.clone(),
            role: Some(role.to_owned()),
            connections: 1,
        };
        let pools = config.open();
        for pool in [pools.reads.pool(), &pools.writes] {
            let user = sqlx::query_scalar!(r#"select current_user::text as "user!""#)
                .fetch_one(pool)
                .await
                .unwrap();
            assert_eq!(user, role);
            for (setting, value) in SETTINGS {
                let current = sqlx::query_scalar!(
                    r#"select current_setting($1::text) as "current!""#,
                    setting
                );
                let set = current.fetch_one(pool).await.unwrap();
                assert_eq!(set, value, "{role}: {setting}");
            }
        }
        // The same when the role signs in itself.
        let settings = sqlx::query_scalar!(
            r#"select rolconfig as "settings!" from pg_roles where rolname = $1::text"#,
            role
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        for (setting, value) in SETTINGS {
            let expected = format!("{setting}={value}");
            assert!(settings.contains(&expected), "{role}: {settings:?}");
        }
    }
}
