//! Checks what a server needs of its database before it serves, and the errors if something is
//! missing.

use std::{collections::BTreeSet, time::Duration};

use chrono::{TimeDelta, Utc};
use kreis_server::{clock, health::NotServing};
use sqlx::Executor;
use tokio::time::sleep;

use crate::{
    Database, DatabaseError, SESSION_SETTINGS, broken_connections,
    disk_full::{self, DiskState},
    migrations::MIGRATIONS,
};

const CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// Settings that Postgres needs so that a crash loses no committed transaction.
const DURABLE: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];

/// Writes a set of rows of about 2 MB to the disk, and leaves nothing behind.
const FILL_PROBE: &str = "begin; set local work_mem = '64kB'; \
     select count(*) from generate_series(1, 100000); rollback";

/// SQLSTATE of a limit that an operator has set, here `temp_file_limit`.
const LIMIT_EXCEEDED: &str = "53400";

/// What a server lacks of its database.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// The database does not answer, or was never migrated.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Writes find no space on the disk.
    #[error("the disk of the database is full")]
    DiskFull,
    /// The database is a standby, or an operator has made sessions read-only.
    #[error("the database can only be read")]
    ReadOnly,
    /// A session lacks a setting that the statements need.
    #[error(
        "a session of the database has {setting} = {found} and needs {wanted}: run `kreis \
         migrate`, which sets it for the services' roles, and log in as one of them"
    )]
    Session {
        /// Name of the setting.
        setting: &'static str,
        /// Its value.
        found: String,
        /// The value that it needs.
        wanted: &'static str,
    },
    /// A crash of Postgres would lose committed data.
    #[error(
        "the database has {0} = off, with which a crash loses what was saved: turn it on, or set \
         kreis.may_lose_data = on where that does no harm"
    )]
    NotDurable(String),
    /// The clocks of this machine and of the database disagree. Tokens and the revocation list
    /// depend on both.
    #[error(
        "the clock of the database is {} this server's, and may differ by {} s: set both by \
         the same source", clock::describe_difference(*.0), clock::MAX_CLOCK_DIFFERENCE.num_seconds()
    )]
    Clock(TimeDelta),
    /// Migrations of this release are missing.
    #[error(
        "the database lacks step {missing}: its last one is {last}, and this release needs those \
         up to {needed}; run `kreis migrate`"
    )]
    MissingMigration {
        /// The first missing migration.
        missing: i64,
        /// The last migration of the database; 0 for none.
        last: i64,
        /// The last migration of this release.
        needed: i64,
    },
}

impl From<NotReady> for NotServing {
    fn from(reason: NotReady) -> Self {
        let text = reason.to_string();
        match reason {
            NotReady::Database(DatabaseError::PoolBusy | DatabaseError::LockTimeout(_)) => {
                Self::Overloaded(text)
            }
            _ => Self::Outage(text),
        }
    }
}

/// Checks the database: it answers, allows writes, keeps committed data in a crash, has room on its
/// disk, and its sessions have the needed settings. It also has every migration of this release. A
/// newer release may have applied more migrations: they work with this release too.
///
/// # Errors
///
/// What is missing.
pub async fn check_database(database: &Database) -> Result<(), NotReady> {
    let outcome = check_session(database).await;
    if matches!(
        outcome,
        Err(NotReady::ReadOnly | NotReady::Session { .. } | NotReady::NotDurable(_))
    ) {
        // A session keeps the settings it began with. The next check must use a new one.
        broken_connections::record_break();
    }
    outcome?;
    if !has_disk_space(database).await? {
        return Err(NotReady::DiskFull);
    }
    check_migrations(database).await.map(|_| ())
}

/// Waits until the database has all migrations of this release, and logs what is missing meanwhile.
/// Nothing may be read or written before that.
pub async fn wait_until_migrated(database: &Database) {
    let mut said = String::new();
    loop {
        match check_migrations(database).await {
            Ok(last) => {
                let known = last_step();
                if last > known {
                    tracing::info!(
                        last,
                        known,
                        "the database was migrated by a newer release than this one"
                    );
                }
                return;
            }
            Err(reason) => {
                let reason = reason.to_string();
                if reason != said {
                    tracing::error!(reason, "waiting for the database");
                    said = reason;
                }
            }
        }
        sleep(CHECK_INTERVAL).await;
    }
}

async fn check_session(database: &Database) -> Result<(), NotReady> {
    let names = SESSION_SETTINGS.map(|(setting, _)| setting.to_owned());
    let asked = Utc::now();
    let found = sqlx::query!(
        r#"select clock_timestamp() as "now!", current_setting('transaction_read_only') = 'on' as "read_only!",
            (
                select needed.name from unnest($2::text[]) as needed (name)
                where current_setting(needed.name) = 'off'
                    and current_setting('kreis.may_lose_data', true) is distinct from 'on'
                limit 1
            ) as may_lose_data,
            array(
                select current_setting(name)
                from unnest($1::text[]) with ordinality as asked (name, place)
                order by place
            ) as "settings!""#,
        &names,
        &DURABLE.map(str::to_owned),
    )
    .fetch_one(&database.reads)
    .await
    .map_err(DatabaseError::from)?;
    for ((setting, wanted), found) in SESSION_SETTINGS.into_iter().zip(found.settings) {
        if found != wanted {
            return Err(NotReady::Session {
                setting,
                found,
                wanted,
            });
        }
    }
    if let Some(setting) = found.may_lose_data {
        return Err(NotReady::NotDurable(setting));
    }
    if found.read_only {
        return Err(NotReady::ReadOnly);
    }
    let difference = clock::difference(found.now, asked, Utc::now());
    if difference.abs() > clock::MAX_CLOCK_DIFFERENCE {
        return Err(NotReady::Clock(difference));
    }
    Ok(())
}

/// Whether there is free space. The database is probed only after a write found none.
async fn has_disk_space(database: &Database) -> Result<bool, DatabaseError> {
    match disk_full::state() {
        DiskState::HasSpace => return Ok(true),
        DiskState::Full => return Ok(false),
        DiskState::ProbeDue => {}
    }
    // The pool for writes ends a transaction that a failure leaves open.
    let taken = database.writes.execute(FILL_PROBE).await;
    match taken {
        Ok(_) => {}
        // There was space up to that limit.
        Err(error) if is_limit(&error) => {}
        Err(error) => {
            return match DatabaseError::from(error) {
                DatabaseError::DiskFull(_) => Ok(false),
                other => Err(other),
            };
        }
    }
    disk_full::clear();
    Ok(true)
}

fn is_limit(error: &sqlx::Error) -> bool {
    let database = error.as_database_error();
    database.is_some_and(|error| error.code().as_deref() == Some(LIMIT_EXCEEDED))
}

/// The last migration of the database, if it has all migrations of this release.
async fn check_migrations(database: &Database) -> Result<i64, NotReady> {
    let applied = sqlx::query_scalar!("select version from kreis._sqlx_migrations where success")
        .fetch_all(&database.reads)
        .await
        .map_err(DatabaseError::from)?;
    let applied: BTreeSet<i64> = applied.into_iter().collect();
    let last = applied.last().copied().unwrap_or(0);
    let mut steps = MIGRATIONS.iter().map(|step| step.version);
    match steps.find(|step| !applied.contains(step)) {
        None => Ok(last),
        Some(missing) => Err(NotReady::MissingMigration {
            missing,
            last,
            needed: last_step(),
        }),
    }
}

fn last_step() -> i64 {
    MIGRATIONS
        .iter()
        .map(|step| step.version)
        .max()
        .unwrap_or(0)
}
