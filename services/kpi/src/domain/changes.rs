//! Reading the change log.

use chrono::DateTime;
use kreis_service::{
    month::CalendarMonth,
    page::{Page, TimeCursor},
};

use crate::{
    error::Error,
    model::{Change, KpiValueId, ListChanges},
    store::Store,
};

/// A page of changes, newest first.
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

/// The three most recent changes of one value, newest first.
pub(crate) async fn recent(store: &Store, value: KpiValueId) -> Result<Vec<Change>, Error> {
    let changes = store.recent_changes(value).await?;
    // Every value has at least one entry, that of its recording.
    if changes.is_empty() {
        return Err(Error::KpiValueNotFound(value));
    }
    Ok(changes)
}
