//! Reading the change log.

use chrono::{DateTime, Utc};
use kreis_service::page::Page;

use crate::{
    error::Error,
    model::{Change, ChangeCursor, KpiValueId, ListChanges, Period},
    store::Store,
};

/// A page of changes, newest first.
pub(crate) async fn list(store: &Store, list: &ListChanges) -> Result<Page<Change>, Error> {
    let zone = store.zone().await?;
    let since = list
        .months
        .from
        .and_then(|from| zone.start_of_month(from.year.into(), from.month.number()));
    // Later than every change, and still a valid timestamp for Postgres.
    let end = list.months.to.unwrap_or(Period::LAST);
    let end = zone.end_of_month(end.year.into(), end.month.number());
    let first = ChangeCursor {
        create_time: end.unwrap_or_else(Utc::now),
        id: 0,
    };
    let since = since.unwrap_or(DateTime::UNIX_EPOCH);
    let before = list.page.after.unwrap_or(first);
    let size = list.page.size;
    let found = store.changes(list.scope, since, before, size + 1).await?;
    Ok(Page::from_rows(found, size))
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
