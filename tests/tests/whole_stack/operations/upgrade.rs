//! An upgrade from a release whose sessions were one access token of an hour.

use argon2::{Argon2, PasswordHasher};
use chrono::Utc;
use kreis_database::migrations::MIGRATIONS;
use kreis_standalone::migrate::{MigrateConfig, migrate};
use kreis_tests::{
    Answered, Stack,
    actor::new_kpi,
    database,
    stack::{PASSWORD, StackOptions},
};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, migrate::Migrator,
    postgres::PgConnectOptions,
};
use tonic::Code;

use crate::auth::{revocation_spread::refused_within_the_bound, tokens};

/// The last step before the table of sessions.
const BEFORE_SESSIONS: i64 = 9;
const SIGNED_OUT: &str = "a-session-that-was-signed-out";

/// A database as that release left it: two users with passwords, and a session that was signed out.
async fn database_before_sessions() -> PgConnectOptions {
    // Makes the roles of the cluster.
    database::fresh().await;
    let database = database::blank().await;
    let mut superuser = PgConnection::connect_with(&database).await.unwrap();
    for schema in ["auth", "org", "kpi", "kreis"] {
        let make = format!("create schema {schema} authorization kreis_owner");
        superuser.execute(AssertSqlSafe(make)).await.unwrap();
    }
    let as_owner = database
        .clone()
        .options([("role", "kreis_owner"), ("search_path", "kreis")]);
    let mut owner = PgConnection::connect_with(&as_owner).await.unwrap();
    let steps = MIGRATIONS
        .iter()
        .filter(|step| step.version <= BEFORE_SESSIONS);
    let steps = Migrator::with_migrations(steps.cloned().collect());
    steps.run(&mut owner).await.unwrap();

    let hash = Argon2::default().hash_password(PASSWORD.as_bytes());
    let hash = hash.unwrap().to_string();
    for (name, gatekeeper) in [("greta", true), ("emil", false)] {
        let add = format!(
            "with made as (
                insert into org.users (
                    first_name, last_name, display_name, display_name_key, email, email_key,
                    gatekeeper
                )
                values (
                    '{name}', 'Keller', '{name}', '{name}', '{name}@example.org',
                    '{name}@example.org', {gatekeeper}
                )
                returning id
            )
            insert into auth.accounts (user_id, password_hash) select id, '{hash}' from made"
        );
        superuser.execute(AssertSqlSafe(add)).await.unwrap();
    }
    let sign_out = format!("select auth.append_revocation('session', '{SIGNED_OUT}', 0, 1, 'x')");
    superuser.execute(AssertSqlSafe(sign_out)).await.unwrap();
    // The list begins with an entry that ends all tokens of before: the database is a day old.
    let age = "update auth.revocations set create_time = now() - interval '1 day'
        where kind = 'everything'";
    superuser.execute(age).await.unwrap();
    database
}

/// The system of today on that database.
async fn upgraded() -> Stack {
    let database = database_before_sessions().await;
    migrate(&MigrateConfig {
        connect: database.clone(),
        ..MigrateConfig::default()
    })
    .await
    .unwrap();
    Stack::start_with(StackOptions {
        database: Some(database),
        ..StackOptions::default()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_signed_in_before_the_upgrade_works_on_until_the_hour_ends_and_is_asked_once() {
    let stack = upgraded().await;
    let anybody = stack.sign_in("emil@example.org").await;
    // A token of an hour, of twenty minutes ago, whose session has no row.
    let old_token = |sid: &str, minutes_ago: i64, role: &str, user: i64| {
        let issued = Utc::now().timestamp() - minutes_ago * 60;
        let token = tokens::with_claims(&stack, &anybody, |claims| {
            claims["sub"] = user.to_string().into();
            claims["uv"] = 1.into();
            claims["role"] = role.into();
            claims["sid"] = sid.into();
            claims["jti"] = format!("{sid} {minutes_ago}").into();
            for time in ["iat", "nbf"] {
                claims[time] = issued.into();
            }
            claims["exp"] = (issued + 60 * 60).into();
        });
        stack.anonymous().with_token(token)
    };
    let greta = old_token("greta", 20, "gatekeeper", 1);
    assert_eq!(greta.me().await.unwrap().email, "greta@example.org");
    let circle = greta.create_circle("HR").await.unwrap();
    let kpi = greta.create_kpi(new_kpi(circle.id, "reachability")).await;
    let recorded = greta.record(kpi.unwrap().id, (2024, 1), 50.0).await;
    recorded.unwrap();
    // The list of sessions does not know it, and shows nothing wrong.
    assert_eq!(greta.sessions(None).await.unwrap(), []);

    // What ended before the upgrade stays ended, and so does what is too old.
    for dead in [
        old_token(SIGNED_OUT, 20, "user", 2),
        old_token("emil", 61, "user", 2),
    ] {
        let refused = dead.me().await.refused();
        assert_eq!(refused.status.code(), Code::Unauthenticated);
    }
    // It can be signed out, and with it whatever ends sessions ends the old tokens.
    greta.sign_out().await.unwrap();
    refused_within_the_bound(&greta).await;
    let emil = old_token("emil", 20, "user", 2);
    emil.me().await.unwrap();
    emil.sign_out_everywhere().await.unwrap();
    refused_within_the_bound(&emil).await;

    // The next sign-in is one that can be renewed.
    let begun = stack
        .anonymous()
        .begin_session("greta@example.org", PASSWORD)
        .await
        .unwrap();
    let renewed = stack.anonymous().refresh(&begun.refresh_token).await;
    renewed.unwrap();
}
