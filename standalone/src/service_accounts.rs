//! `kreis service-account add`, `list`, `rotate` and `remove`.

use std::io::Write;

use chrono::{DateTime, Utc};
use kreis_database::operator_pool;
use kreis_org::operator::{
    OperatorError,
    service_accounts::{self as accounts, ListedServiceAccount, NewKey, NewServiceAccountInput},
};
use sqlx::postgres::PgConnectOptions;

/// What to do with service accounts.
#[derive(Debug, clap::Subcommand)]
pub enum ServiceAccountVerb {
    /// Add a service account, and print its key
    Add {
        /// Name, by which the change logs call it
        name: String,
        /// E-mail of its owner, a gatekeeper
        #[arg(long)]
        owner: String,
        /// Let it write for its circles; otherwise it only reads
        #[arg(long)]
        write: bool,
        /// Circle to write for; may be given several times
        #[arg(
            long = "circle",
            value_name = "NAME",
            required_unless_present = "all_circles"
        )]
        circles: Vec<String>,
        /// All circles, also those that come later
        #[arg(long, conflicts_with = "circles")]
        all_circles: bool,
        /// Days until the key expires, 1 to 365
        #[arg(long, value_name = "DAYS", default_value_t = 90)]
        days: i32,
    },
    /// List service accounts and their keys
    List,
    /// Print a new key; the newest one before it goes on to work, older ones end
    Rotate {
        /// Name of the service account
        name: String,
        /// Days until the new key expires, 1 to 365
        #[arg(long, value_name = "DAYS", default_value_t = 90)]
        days: i32,
        /// End every other key at once, as after a theft
        #[arg(long)]
        at_once: bool,
    },
    /// Remove a service account with its keys
    Remove {
        /// Name of the service account
        name: String,
    },
}

/// Why a command for service accounts failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceAccountError {
    /// org refused it.
    #[error(transparent)]
    Org(#[from] OperatorError),
    /// The output cannot be written.
    #[error("the output cannot be written: {0}")]
    Output(#[from] std::io::Error),
}

/// Runs a command. Keys and lists go to `out`, and nothing else does, so that a program can read a
/// key from there. Sentences for people go to `err`.
pub async fn run(
    connect: &PgConnectOptions,
    verb: ServiceAccountVerb,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), ServiceAccountError> {
    let org = operator_pool(connect, "kreis_org");
    match verb {
        ServiceAccountVerb::Add {
            name,
            owner,
            write,
            circles,
            all_circles: _,
            days,
        } => {
            let new = NewServiceAccountInput {
                name,
                owner_email: owner,
                writes: write,
                circles,
                key_days: days,
            };
            show_key(&accounts::add(&org, new).await?, out, err)
        }
        ServiceAccountVerb::List => {
            for account in accounts::list(&org).await? {
                show_account(&account, out)?;
            }
            Ok(())
        }
        ServiceAccountVerb::Rotate {
            name,
            days,
            at_once,
        } => {
            let key = accounts::rotate(&org, &name, days, at_once).await?;
            show_key(&key, out, err)
        }
        ServiceAccountVerb::Remove { name } => Ok(accounts::remove(&org, &name).await?),
    }
}

fn show_key(
    new: &NewKey,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), ServiceAccountError> {
    writeln!(out, "{}", new.key)?;
    let until = day(new.expire_time);
    Ok(writeln!(
        err,
        "the key is valid until {until}; it is shown only now"
    )?)
}

fn show_account(
    account: &ListedServiceAccount,
    out: &mut dyn Write,
) -> Result<(), ServiceAccountError> {
    let suspended = if account.suspended {
        ", suspended: the owner is no active gatekeeper"
    } else {
        ""
    };
    writeln!(
        out,
        "{}: {}, circles: {}, owner: {}{suspended}",
        account.name, account.access, account.circles, account.owner
    )?;
    for key in &account.keys {
        let used = key.last_use_time.map_or_else(
            || "never".to_owned(),
            |time| time.format("%F %R UTC").to_string(),
        );
        let until = day(key.expire_time);
        writeln!(
            out,
            "  {}…  valid until {until}, last used: {used}",
            key.hint
        )?;
    }
    Ok(())
}

fn day(time: DateTime<Utc>) -> String {
    time.format("%F").to_string()
}
