//! What a server needs of its database before it serves, and what is said where it is
//! missing.

use std::{collections::BTreeSet, time::Duration};

use chrono::{TimeDelta, Utc};
use tokio::time::sleep;

use crate::{
    clock,
    database::{Database, DatabaseFault, SESSION, breaks, room},
    migrations::STEPS,
};

const PAUSE: Duration = Duration::from_millis(250);

/// What Postgres needs so that no crash loses what it answered as committed.
const DURABLE: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];

/// Why a server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// Who was locked out meanwhile is not known.
    #[error("the list of revocations is out of date")]
    RevocationsUnknown,
    /// A server that calls are passed on to does not serve.
    #[error("a service behind this server is not ready")]
    Upstream,
    /// The database does not answer, or was never migrated.
    #[error(transparent)]
    Database(#[from] DatabaseFault),
    /// A standby, or sessions that an operator has set to read.
    #[error("the database can only be read")]
    ReadOnly,
    /// A session is not set as the statements need it.
    #[error(
        "a session of the database has {setting} = {found} and needs {wanted}: run `kreis \
         migrate`, which sets it for the services' roles, and log in as one of them"
    )]
    Session {
        /// Name of the setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it has to be.
        wanted: &'static str,
    },
    /// A crash of Postgres would lose what was answered as saved.
    #[error(
        "the database has {0} = off, with which a crash loses what was saved: turn it on, or set \
         kreis.may_lose_data = on where that does no harm"
    )]
    MayLoseData(String),
    /// The clocks of this machine and of the database disagree: tokens and the list of
    /// revocations are judged by both.
    #[error(
        "the clock of the database is {} this server's, and may differ by {} s: set both by \
         the same source", clock::told(*.0), clock::MOST_DIFFERENCE.num_seconds()
    )]
    Clock(TimeDelta),
    /// Steps of this release were not applied.
    #[error(
        "the database lacks step {missing}: its last one is {last}, and this release needs those \
         up to {needed}; run `kreis migrate`"
    )]
    Behind {
        /// The first step that is missing.
        missing: i64,
        /// The last step of the database; 0 for none.
        last: i64,
        /// The last step of this release.
        needed: i64,
    },
}

/// Whether the database answers, can be written to, keeps what it has committed, has room,
/// has its sessions set as they are needed, and has every step of this release. A newer release may have applied more:
/// its steps work while this one still runs.
///
/// # Errors
///
/// What is missing.
pub async fn of_database(database: &Database) -> Result<(), NotReady> {
    let outcome = session(database).await;
    if matches!(
        outcome,
        Err(NotReady::ReadOnly | NotReady::Session { .. } | NotReady::MayLoseData(_))
    ) {
        // A session keeps what it began with: the next question goes to a new one.
        breaks::note();
    }
    outcome?;
    room::check(database).await?;
    steps(database).await.map(|_| ())
}

/// Waits until the database has what this release needs, and says what is missing
/// meanwhile. Before that nothing may be read or written.
pub(crate) async fn until_migrated(database: &Database) {
    let mut said = String::new();
    loop {
        match steps(database).await {
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
        sleep(PAUSE).await;
    }
}

async fn session(database: &Database) -> Result<(), NotReady> {
    let names = SESSION.map(|(setting, _)| setting.to_owned());
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
    .map_err(DatabaseFault::from)?;
    for ((setting, wanted), found) in SESSION.into_iter().zip(found.settings) {
        if found != wanted {
            return Err(NotReady::Session {
                setting,
                found,
                wanted,
            });
        }
    }
    if let Some(setting) = found.may_lose_data {
        return Err(NotReady::MayLoseData(setting));
    }
    if found.read_only {
        return Err(NotReady::ReadOnly);
    }
    let difference = clock::difference(found.now, asked, Utc::now());
    if difference.abs() > clock::MOST_DIFFERENCE {
        return Err(NotReady::Clock(difference));
    }
    Ok(())
}

/// The last step of the database, which has all of this release.
async fn steps(database: &Database) -> Result<i64, NotReady> {
    let applied = sqlx::query_scalar!("select version from kreis._sqlx_migrations where success")
        .fetch_all(&database.reads)
        .await
        .map_err(DatabaseFault::from)?;
    let applied: BTreeSet<i64> = applied.into_iter().collect();
    let last = applied.last().copied().unwrap_or(0);
    let mut steps = STEPS.iter().map(|step| step.version);
    match steps.find(|step| !applied.contains(step)) {
        None => Ok(last),
        Some(missing) => Err(NotReady::Behind {
            missing,
            last,
            needed: last_step(),
        }),
    }
}

fn last_step() -> i64 {
    STEPS.iter().map(|step| step.version).max().unwrap_or(0)
}
