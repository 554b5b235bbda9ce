//! Maps a failed statement to an error and a status.

use kreis_server::status;
use sqlx::postgres::PgDatabaseError;
use tonic::Status;

use super::{broken_connections, disk_full};

/// SQLSTATE: a lock was not available in time.
pub(super) const LOCK_NOT_AVAILABLE: &str = "55P03";

/// The error of a statement or a connection.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The database cannot be reached or lacks resources. The statement itself is not wrong.
    #[error("the database cannot be reached: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The connection broke, or its session cannot run the statement. Another connection may be
    /// able to.
    #[error("the connection to the database broke: {0}")]
    Broken(#[source] sqlx::Error),
    /// The disk of the database is full.
    #[error("the disk of the database is full: {0}")]
    DiskFull(#[source] sqlx::Error),
    /// All connections were in use for too long. The database answered other statements meanwhile.
    #[error("no connection was free in time")]
    PoolBusy,
    /// Another transaction held a lock for longer than a session may wait.
    #[error("a lock was not given in time: {0}")]
    LockTimeout(#[source] sqlx::Error),
    /// Another transaction conflicts with this one.
    #[error("the transaction conflicts with another: {0}")]
    Conflict(#[source] sqlx::Error),
    /// The constraint of this name was violated.
    #[error("the constraint {0} does not hold")]
    Constraint(String),
    /// Any other error: a bug of ours.
    #[error("a statement failed: {0}")]
    Failed(#[source] sqlx::Error),
}

/// No connection was free in time, but the database answered other statements meanwhile and was
/// not away shortly before. So the database works and is overloaded.
#[derive(Debug, thiserror::Error)]
#[error("all connections are in use")]
pub(super) struct PoolBusy;

impl DatabaseError {
    /// Name of the violated constraint, if there is one.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Constraint(name) => Some(name),
            _ => None,
        }
    }

    /// The status for the caller. Logs the cause, except of conflicts.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Unavailable(cause) | Self::Broken(cause) => {
                tracing::warn!(error.cause = %cause, "the database is unavailable");
                status::database_unavailable()
            }
            Self::DiskFull(cause) => {
                tracing::error!(error.cause = %cause, "the disk of the database is full");
                status::database_unavailable()
            }
            Self::LockTimeout(_) | Self::PoolBusy => {
                tracing::warn!(error.cause = %self, "the database is overloaded");
                status::overloaded()
            }
            Self::Conflict(_) => status::conflict(),
            Self::Constraint(_) | Self::Failed(_) => status::internal(self),
        }
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        let error = Self::classify(error);
        match error {
            Self::Broken(_) => broken_connections::record_break(),
            Self::DiskFull(_) => disk_full::record(),
            _ => {}
        }
        error
    }
}

impl DatabaseError {
    fn classify(error: sqlx::Error) -> Self {
        if is_break(&error) {
            return Self::Broken(error);
        }
        let Some(database) = error.as_database_error() else {
            return match error {
                sqlx::Error::AnyDriverError(cause) if cause.is::<PoolBusy>() => Self::PoolBusy,
                sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Self::Unavailable(error),
                _ => Self::Failed(error),
            };
        };
        if let Some(constraint) = database.constraint() {
            return Self::Constraint(constraint.to_owned());
        }
        // https://www.postgresql.org/docs/current/errcodes-appendix.html
        match database.code().as_deref() {
            Some("40001" | "40P01") => Self::Conflict(error),
            Some(LOCK_NOT_AVAILABLE) => Self::LockTimeout(error),
            Some("53100") => Self::DiskFull(error),
            // Classes: 28 authorization and 3D database name (both when connecting), 53 resources,
            // 57 operator intervention (including statement timeouts). 55000: the database accepts
            // no connections.
            Some(code) if ["28", "3D", "53", "57"].contains(&&code[..2]) || code == "55000" => {
                Self::Unavailable(error)
            }
            _ => Self::Failed(error),
        }
    }
}

/// Whether the connection cannot be used any more.
pub(super) fn is_break(error: &sqlx::Error) -> bool {
    let Some(database) = error.as_database_error() else {
        return matches!(
            error,
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed
        );
    };
    match database.code().as_deref() {
        // Class 08: the connection failed. 57P01 to 57P05 and 25P03: the server, an operator or a
        // timeout for idle sessions ended the session. 25006: the session may only read, as after
        // a switch to another server.
        Some(code) => {
            code.starts_with("08")
                || ["57P01", "57P02", "57P03", "57P05", "25P03", "25006"].contains(&code)
                || (code == "0A000" && is_outdated_statement(database))
        }
        None => false,
    }
}

/// Whether a table of a prepared statement was changed. The message is "cached plan must not change
/// result type", in the language of the server.
fn is_outdated_statement(error: &dyn sqlx::error::DatabaseError) -> bool {
    error
        .try_downcast_ref::<PgDatabaseError>()
        .is_some_and(|error| error.routine() == Some("RevalidateCachedQuery"))
}
