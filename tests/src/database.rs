//! Databases for tests: one per test, copied from a migrated template.

use kreis_chassis::{config::Settings, database::DatabaseConfig};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, postgres::PgConnectOptions};
use uuid::Uuid;

/// The migrated database that every test's is a copy of.
pub const TEMPLATE: &str = "kreis_template";
/// The variable that names the socket directory of the tests' Postgres.
pub const SERVER: &str = "KREIS_TEST_POSTGRES";

/// How to connect to the tests' Postgres as its superuser.
#[must_use]
pub fn server() -> PgConnectOptions {
    let socket = Settings::from_environment()
        .text(SERVER)
        .expect("run the tests with `make test`, which starts a Postgres for them");
    options(&socket)
}

/// How to connect to the Postgres with this socket directory.
#[must_use]
pub fn options(socket: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .port(5432)
        .username("postgres")
        .database("postgres")
}

/// A new database, migrated and empty.
pub async fn fresh() -> PgConnectOptions {
    named(&format!("from {TEMPLATE}")).await
}

/// A new database with nothing in it at all.
pub async fn blank() -> PgConnectOptions {
    named("from template0").await
}

/// The URL of a database, as `KREIS_DATABASE_URL` takes it.
#[must_use]
pub fn url(database: &PgConnectOptions) -> String {
    format!(
        "postgres://{}@localhost/{}?host={}",
        database.get_username(),
        database.get_database().expect("a database of the tests"),
        database
            .get_socket()
            .expect("a socket of the tests")
            .display(),
    )
}

/// A pool of a few connections to a database.
#[must_use]
pub fn pool(database: &PgConnectOptions) -> PgPool {
    let config = DatabaseConfig {
        connect: database.clone(),
        role: None,
        connections: 4,
    };
    config.open().reads.pool().clone()
}

async fn named(source: &str) -> PgConnectOptions {
    let template = source.trim_start_matches("from ");
    let name = format!("test_{}", Uuid::new_v4().simple());
    let mut connection = PgConnection::connect_with(&server())
        .await
        .expect("Postgres is there");
    connection
        .execute(AssertSqlSafe(format!(
            "create database {name} template {template}"
        )))
        .await
        .expect("a database can be made");
    server().database(&name)
}
