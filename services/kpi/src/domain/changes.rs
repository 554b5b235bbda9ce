//! Reading the change log.

use kreis_service::page::{Page, TimeCursor};

use crate::{
    error::Error,
    model::{Change, KpiValueId, ListChanges},
    store::Store,
};

/// A page of changes, newest first.
pub(crate) async fn list(store: &Store, list: &ListChanges) -> Result<Page<Change>, Error> {
    let moments = store.zone().await?.moments_of(list.months);
    let end = TimeCursor {
        time: moments.end,
        id: 0,
    };
    let before = list.page.after.unwrap_or(end);
    let limit = list.page.row_limit();
    let found = store
        .changes(list.scope, moments.start, before, limit)
        .await?;
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
