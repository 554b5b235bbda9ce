//! Starts a Postgres for tests, runs a command with it, and stops it again.

use std::{
    env,
    ffi::OsString,
    process::{Command, ExitCode},
    time::Duration,
};

use kreis_embedded_postgres as embedded;
use kreis_standalone::migrate::{MigrateConfig, migrate};
use kreis_tests::database::{SERVER, TEMPLATE, options};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

type AnyError = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<ExitCode, AnyError> {
    let mut arguments = env::args_os().skip(1);
    let program = arguments.next().ok_or("say which command to run")?;
    let arguments: Vec<OsString> = arguments.collect();

    let directory = tempfile::Builder::new().prefix("kreis-tests-").tempdir()?;
    let settings = embedded::Settings::new(directory.path())
        // The data is not needed after the tests.
        .with("fsync", "off")
        .with("synchronous_commit", "off")
        .with("full_page_writes", "off")
        .with("kreis.may_lose_data", "on")
        .with("max_connections", "600");
    let postgres = embedded::start(settings).await?;
    let socket = postgres
        .socket_dir()
        .to_str()
        .ok_or("the socket's path is not text")?
        .to_owned();
    let server = options(&socket);
    let mut connection = PgConnection::connect_with(&server).await?;
    connection
        .execute(AssertSqlSafe(format!("create database {TEMPLATE}")))
        .await?;
    connection.close().await?;
    migrate(&MigrateConfig {
        connect: server.database(TEMPLATE),
        ..MigrateConfig::default()
    })
    .await?;

    let status = tokio::task::spawn_blocking(move || {
        Command::new(program)
            .args(arguments)
            .env(SERVER, socket)
            .status()
    })
    .await??;
    postgres.stop(Duration::from_secs(5)).await?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
