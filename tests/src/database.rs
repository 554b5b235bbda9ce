//! Databases for tests: each test has one, copied from a migrated template.

use std::time::Duration;

use kreis_embedded_postgres as embedded;
use kreis_server::config::Settings;
use kreis_standalone::migrate::{MigrateConfig, migrate};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::process::open_directory;

/// The migrated database that the others are copied from.
pub const TEMPLATE: &str = "kreis_template";
/// The environment variable with the socket directory of the tests' Postgres.
pub const SERVER: &str = "KREIS_TEST_POSTGRES";

/// Deletes the newest entry of the revocation list, as the restore of a backup does.
pub const LOSE_THE_LAST_REVOCATION: &str = "
    delete from auth.revocations where seq = (select seq from auth.revocation_head);
    update auth.revocation_head set seq = seq - 1";

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
    copy_of(TEMPLATE).await
}

/// A new database without tables.
pub async fn blank() -> PgConnectOptions {
    copy_of("template0").await
}

/// The URL of a database, for `KREIS_DATABASE_URL`.
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

/// A pool with a few connections to a database.
#[must_use]
pub fn pool(database: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(4)
        // Tests wait longer than servers on a busy machine.
        .acquire_timeout(Duration::from_mins(1))
        .connect_lazy_with(database.clone())
}

/// A new database with the content of this one.
async fn copy_of(template: &str) -> PgConnectOptions {
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

/// A Postgres for one test alone, which the test can restart.
pub struct OwnPostgres {
    running: Option<embedded::Postgres>,
    directory: TempDir,
}

impl OwnPostgres {
    /// Starts a new Postgres.
    pub async fn start() -> Self {
        let directory = open_directory();
        let running = Some(run_postgres(&directory).await);
        Self { running, directory }
    }

    /// How to connect to a migrated database in it, as its superuser.
    pub async fn database(&self) -> PgConnectOptions {
        let running = self.running.as_ref().expect("it runs");
        let database = PgConnectOptions::new_without_pgpass()
            .socket(running.socket_dir())
            .port(running.port())
            .username(running.superuser())
            .database("postgres");
        let config = MigrateConfig {
            connect: database.clone(),
            ..MigrateConfig::default()
        };
        migrate(&config).await.expect("the database is migrated");
        database
    }

    /// Ends every session and restarts at the same address.
    pub async fn restart(&mut self) {
        let running = self.running.take().expect("it runs");
        let stopped = running.stop(Duration::from_secs(5)).await;
        stopped.expect("Postgres stops");
        self.start_again().await;
    }

    /// Kills it with SIGKILL, as the kernel does when memory runs out. It stays down.
    pub async fn kill(&mut self) {
        let running = self.running.take().expect("it runs");
        let pid = running.pid().expect("it is up");
        let pid = i32::try_from(pid).expect("a process id");
        kill(Pid::from_raw(pid), Signal::SIGKILL).expect("it is there");
        // It may have exited already.
        let _ = running.stop(Duration::ZERO).await;
    }

    /// Restarts at the same address after a kill.
    pub async fn start_again(&mut self) {
        self.running = Some(run_postgres(&self.directory).await);
    }
}

async fn run_postgres(directory: &TempDir) -> embedded::Postgres {
    let settings = embedded::Settings::new(directory.path().join("data"));
    embedded::start(settings).await.expect("Postgres starts")
}
