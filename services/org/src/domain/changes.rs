//! The change log.

use kreis_service::page::Page;

use crate::{
    error::Error,
    model::{Change, ListChanges},
    store::{ChangeRange, Store},
};

/// A page of the change log, newest first. Months begin in the organisation's time zone.
pub(crate) async fn list(store: &Store, list: &ListChanges) -> Result<Page<Change>, Error> {
    let months = list.months;
    let (from, until) = if months.from.is_none() && months.to.is_none() {
        (None, None)
    } else {
        let zone = store.zone().await?;
        (
            months.from.map(|month| zone.start_of_month(month)),
            months.to.map(|month| zone.end_of_month(month)),
        )
    };
    let range = ChangeRange {
        from,
        until,
        before: list.page.after,
        limit: list.page.row_limit(),
    };
    let found = store.changes(list.scope, &range).await?;
    Ok(Page::from_rows(found, &list.page))
}
