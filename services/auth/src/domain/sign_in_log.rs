//! The log of sign-ins, and the notices for users.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kreis_server::token::Caller;
use kreis_service::page::{Page, TimeCursor};

use super::transaction::begin;
use crate::{
    error::Error,
    model::{ConfirmNotices, Entry, ListSignIns, UserId},
    store::{EntryRange, Store},
};

/// A page of the log, newest first. A gatekeeper sees the entries of all users, another user only
/// their own.
pub(crate) async fn list(
    store: &Store,
    caller: &Caller,
    list: ListSignIns,
) -> Result<Page<Entry>, Error> {
    let user = match list.user {
        Some(user) if user != caller.user_id && !caller.gatekeeper => {
            return Err(Error::GatekeeperRequired);
        }
        None if !caller.gatekeeper => Some(caller.user_id),
        user => user,
    };
    let end = TimeCursor {
        time: list.until.unwrap_or_else(end_of_time),
        id: i64::MIN,
    };
    let range = EntryRange {
        activities: list.activities,
        from: list.from.unwrap_or(DateTime::UNIX_EPOCH),
        before: list.page.after.map_or(end, |after| after.min(end)),
        limit: list.page.row_limit(),
    };
    let found = store.sign_ins(user, &range).await?;
    Ok(Page::from_rows(found, &list.page))
}

/// What a user has not confirmed to have read, newest first.
pub(crate) async fn notices(store: &Store, user: UserId) -> Result<Vec<Entry>, Error> {
    Ok(store.notices(user).await?)
}

/// Confirms that a caller has read these notices.
pub(crate) async fn confirm(
    store: &Store,
    caller: &Caller,
    ConfirmNotices { ids }: ConfirmNotices,
) -> Result<(), Error> {
    let mut tx = begin(store, caller).await?;
    tx.confirm_notices(caller.user_id, &ids).await?;
    Ok(tx.commit().await?)
}

/// Later than every entry, and still a valid timestamp for Postgres.
fn end_of_time() -> DateTime<Utc> {
    NaiveDate::MAX.and_time(NaiveTime::MIN).and_utc()
}
