//! Creates the roles and schemas, and applies the migrations. Several processes may do this at
//! once, on one database or on several of one cluster.

use std::{borrow::Cow, time::Duration};

use kreis_database::{SESSION_SETTINGS, migrations::MIGRATIONS};
use kreis_service::calendar::TimeZone;
use postgres_protocol::password::scram_sha_256;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};

/// The role that owns every table; the migrations run as it.
const OWNER: &str = "kreis_owner";
/// The roles of the services, each with its schema.
pub const SERVICE_ROLES: [(&str, &str); 3] = [
    ("kreis_auth", "auth"),
    ("kreis_org", "org"),
    ("kreis_kpi", "kpi"),
];
/// The schema that records the applied migrations.
const HISTORY_SCHEMA: &str = "kreis";
/// An arbitrary number. All processes that migrate must use the same.
pub const MIGRATION_LOCK: i64 = 0x6b72_6569;
/// Longest wait for other processes that prepare the same database, or that lock what a migration
/// changes.
const LOCK_TIMEOUT: Duration = Duration::from_mins(1);
/// Maximum number of attempts to change a role. Roles are cluster-wide, so other processes may
/// change them at the same time.
const ATTEMPTS: u32 = 20;

/// What to migrate and to record.
#[derive(Clone)]
pub struct MigrateConfig {
    /// How to connect, as a user who may create roles and schemas.
    pub connect: PgConnectOptions,
    /// The organisation's time zone; absent to keep the current one.
    pub time_zone: Option<TimeZone>,
    /// The organisation's name; absent to keep the current one.
    pub organisation: Option<String>,
    /// Passwords for roles that log in themselves, by role.
    pub passwords: Vec<(&'static str, String)>,
    /// Whether the database was restored from a backup. Then every token issued so far becomes
    /// invalid, because revocations after the backup are unknown.
    pub restored: bool,
    /// Longest wait for other processes that lock the database.
    pub lock_timeout: Duration,
}

impl Default for MigrateConfig {
    fn default() -> Self {
        Self {
            connect: PgConnectOptions::new_without_pgpass(),
            time_zone: None,
            organisation: None,
            passwords: Vec::new(),
            restored: false,
            lock_timeout: LOCK_TIMEOUT,
        }
    }
}

/// Why the database could not be migrated.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A newer release has migrated it.
    #[error(
        "the database was migrated by a newer release of kreis (step {0}); \
         start that release or restore a backup"
    )]
    Newer(i64),
    /// Another process holds the migration lock.
    #[error(
        "another kreis has been preparing this database for more than {} s; \
         wait until it is done, or look why it is not", .0.as_secs()
    )]
    Busy(Duration),
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Step(#[source] sqlx::migrate::MigrateError),
    /// Postgres does not answer.
    #[error("the database at {at} cannot be reached: {cause}")]
    Unreachable {
        /// Host and port, or the path of a socket.
        at: String,
        /// The error of the system.
        cause: std::io::Error,
    },
    /// The database refused another statement.
    #[error("the database could not be prepared: {0}")]
    Database(#[from] sqlx::Error),
}

/// Migrates the database to the state that this release needs.
pub async fn migrate(config: &MigrateConfig) -> Result<(), MigrateError> {
    let quiet = config
        .connect
        .clone()
        .options([("lock_timeout", config.lock_timeout.as_millis())])
        // Notices about existing objects are not interesting.
        .options([("client_min_messages", "warning")]);
    let mut connection = PgConnection::connect_with(&quiet)
        .await
        .map_err(|error| match error {
            sqlx::Error::Io(cause) => MigrateError::Unreachable {
                at: address_of(&quiet),
                cause,
            },
            other => other.into(),
        })?;
    make_roles(&mut connection, &config.passwords).await?;

    // Other processes that prepare this database wait here. The lock ends with the connection.
    connection
        .execute(AssertSqlSafe(format!(
            "select pg_advisory_lock({MIGRATION_LOCK})"
        )))
        .await
        .map_err(|error| match code_of(&error).as_deref() {
            Some("55P03") => MigrateError::Busy(config.lock_timeout),
            _ => error.into(),
        })?;
    for schema in SERVICE_ROLES
        .map(|(_, schema)| schema)
        .into_iter()
        .chain([HISTORY_SCHEMA])
    {
        let make = format!("create schema if not exists {schema} authorization {OWNER}");
        connection.execute(AssertSqlSafe(make)).await?;
    }
    let as_owner = quiet.options([("role", OWNER), ("search_path", HISTORY_SCHEMA)]);
    let mut owner = PgConnection::connect_with(&as_owner).await?;
    MIGRATIONS
        .run(&mut owner)
        .await
        .map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(version)
            | sqlx::migrate::MigrateError::VersionTooNew(version, _) => {
                MigrateError::Newer(version)
            }
            other => MigrateError::Step(other),
        })?;
    describe_organisation(&mut owner, config).await?;
    if config.restored {
        sqlx::query_scalar!("select auth.begin_epoch()")
            .fetch_one(&mut owner)
            .await?;
    }
    owner.close().await?;
    connection.close().await?;
    Ok(())
}

fn address_of(connect: &PgConnectOptions) -> String {
    connect.get_socket().map_or_else(
        || format!("{}:{}", connect.get_host(), connect.get_port()),
        |socket| socket.display().to_string(),
    )
}

async fn describe_organisation(
    owner: &mut PgConnection,
    config: &MigrateConfig,
) -> Result<(), MigrateError> {
    let time_zone = config.time_zone.map(TimeZone::name);
    sqlx::query!(
        "update org.organisation
        set time_zone = coalesce($1, time_zone), name = coalesce($2, name), update_time = now()
        where time_zone <> coalesce($1, time_zone) or name <> coalesce($2, name)",
        time_zone,
        config.organisation,
    )
    .execute(owner)
    .await?;
    Ok(())
}

/// Creates the missing roles with their settings, allows this login to use them, and sets the given
/// passwords.
async fn make_roles(
    connection: &mut PgConnection,
    passwords: &[(&'static str, String)],
) -> Result<(), MigrateError> {
    let services = SERVICE_ROLES.map(|(role, _)| role);
    for role in services.into_iter().chain([OWNER]) {
        let exists = role_exists(connection, role).await?;
        if !exists {
            change_role(connection, &format!("create role {role} nologin")).await?;
        }
    }
    for role in services {
        for (setting, value) in SESSION_SETTINGS {
            if !role_has(connection, role, &format!("{setting}={value}")).await? {
                let set = format!("alter role {role} set {setting} = '{value}'");
                change_role(connection, &set).await?;
            }
        }
    }
    for role in services.into_iter().chain([OWNER]) {
        let usable = sqlx::query_scalar!(
            r#"select pg_has_role(current_user, $1::text, 'usage') as "usable!""#,
            role,
        )
        .fetch_one(&mut *connection)
        .await?;
        if !usable {
            change_role(connection, &format!("grant {role} to current_user")).await?;
        }
    }
    for (role, password) in passwords {
        // Postgres stores a verifier unchanged. So the password itself is in no statement and in no
        // log of statements.
        let set = sqlx::query_scalar!(
            r#"select format('alter role %I login password %L', $1::text, $2::text) as "set!""#,
            *role,
            scram_sha_256(password.as_bytes()),
        )
        .fetch_one(&mut *connection)
        .await?;
        change_role(connection, &set).await?;
    }
    Ok(())
}

async fn role_exists(connection: &mut PgConnection, role: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select 1 from pg_roles where rolname = $1::text) as "exists!""#,
        role
    )
    .fetch_one(connection)
    .await
}

async fn role_has(
    connection: &mut PgConnection,
    role: &str,
    setting: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (
            select 1 from pg_roles where rolname = $1::text and $2::text = any(rolconfig)
        ) as "has!""#,
        role,
        setting,
    )
    .fetch_one(connection)
    .await
}

/// Runs a statement about a role. If another process has created or changed the role at the same
/// time, that is no error: a creation counts as done, a change is tried again.
async fn change_role(connection: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    for attempt in 1.. {
        let Err(error) = connection
            .execute(AssertSqlSafe(statement.to_owned()))
            .await
        else {
            break;
        };
        match code_of(&error).as_deref() {
            // Created meanwhile: duplicate object, or its unique index.
            Some("42710" | "23505") => break,
            // Changed meanwhile: "tuple concurrently updated".
            Some("XX000" | "40001") if attempt < ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            _ => return Err(error),
        }
    }
    Ok(())
}

/// The `SQLSTATE` of an error of Postgres.
fn code_of(error: &sqlx::Error) -> Option<String> {
    let code = error.as_database_error()?.code();
    code.map(Cow::into_owned)
}
