//! Reading the change log.

use chrono::DateTime;
use kreis_service::{
    month::CalendarMonth,
    page::{Page, TimeCursor},
};

use crate::{
    error::Error,
    model::{Change, ListChanges},
    store::Store,
};

/// A page of changes, newest first. Months begin in the organisation's time zone.
pub(crate) async fn list(store: &Store, list: &ListChanges) -> Result<Page<Change>, Error> {
    let zone = store.zone().await?;
    let since = match list.months.from {
        Some(month) => zone.start_of_month(month),
        None => DateTime::UNIX_EPOCH,
    };
    // The last month is later than every change, and still a valid timestamp for Postgres.
    let last_month = list.months.to.unwrap_or(CalendarMonth::LAST);
    let first = TimeCursor {
        time: zone.end_of_month(last_month),
        id: 0,
    };
    let before = list.page.after.unwrap_or(first);
    let limit = list.page.row_limit();
    let found = store.changes(list.scope, since, before, limit).await?;
    Ok(Page::from_rows(found, &list.page))
}
