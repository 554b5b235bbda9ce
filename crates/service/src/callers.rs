//! Locks on a person's role and activity, through functions that auth publishes. A write locks its
//! caller, and a write about a person locks that person, both until the end of the transaction.

use kreis_database::DatabaseError;
use kreis_server::{id::UserId, token::Caller};
use sqlx::PgConnection;

/// Keeps the caller's role, activity, version and circles unchanged until the end of the
/// transaction. Returns false if the token is no longer valid.
pub async fn hold_caller(
    transaction: &mut PgConnection,
    caller: &Caller,
) -> Result<bool, DatabaseError> {
    let in_force = sqlx::query_scalar!(
        r#"select auth.hold_caller($1, $2, $3) as "in_force!""#,
        caller.user_id.get(),
        caller.gatekeeper,
        caller.version,
    )
    .fetch_one(transaction)
    .await?;
    Ok(in_force)
}

/// Waits until the writes of a person have ended. New writes of that person wait until the end of
/// this transaction. Comes before any row of that person is locked.
pub async fn lock_person(
    transaction: &mut PgConnection,
    person: UserId,
) -> Result<(), DatabaseError> {
    sqlx::query!("select auth.lock_person($1)", person.get())
        .execute(transaction)
        .await?;
    Ok(())
}

/// Both locks, for a write of a caller about a person. Returns false if the token is no longer valid.
///
/// The smaller id comes first, so that two people who change each other do not deadlock. A caller who
/// changes their own user takes the stronger lock first, for the same reason.
pub async fn hold_caller_and_lock_person(
    transaction: &mut PgConnection,
    caller: &Caller,
    person: UserId,
) -> Result<bool, DatabaseError> {
    if caller.user_id < person {
        let in_force = hold_caller(transaction, caller).await?;
        if in_force {
            lock_person(transaction, person).await?;
        }
        Ok(in_force)
    } else {
        lock_person(transaction, person).await?;
        hold_caller(transaction, caller).await
    }
}
