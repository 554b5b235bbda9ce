//! The change log.

use kreis_chassis::page;

use crate::{
    model::{Change, ChangeQuery, Error, Page},
    store::{ChangeRange, Store},
};

/// A page of the change log, newest first. Months begin in the organisation's time zone.
pub(crate) async fn list(store: &Store, query: &ChangeQuery) -> Result<Page<Change>, Error> {
    let (from, until) = if query.from.is_none() && query.to.is_none() {
        (None, None)
    } else {
        let zone = store.zone().await?;
        (
            query.from.map(|month| month.start_in(zone)),
            query.to.map(|month| month.end_in(zone)),
        )
    };
    let range = ChangeRange {
        from,
        until,
        before: query.before,
        limit: query.size + 1,
    };
    let (entries, more) = page::split_page(store.changes(query.scope, &range).await?, query.size);
    Ok(Page { entries, more })
}
