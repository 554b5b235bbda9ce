//! Reading the change log.

use kreis_service::page::{Page, TimeCursor};

use crate::{
    error::Error,
    model::{Change, ListChanges},
    store::Store,
};

/// A page of changes, newest first. Months begin in the organisation's time zone.
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
