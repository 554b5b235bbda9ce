//! Reading the change log.

use chrono::{DateTime, Utc};
use kreis_chassis::page;

use crate::{
    model::{Change, ChangeCursor, Error, KpiScope, KpiValueId, MonthRange, Period},
    store::Store,
};

/// A page of changes, newest first, and the cursor of the next page.
pub(crate) async fn list(
    store: &Store,
    scope: KpiScope,
    months: MonthRange,
    before: Option<ChangeCursor>,
    size: i64,
) -> Result<(Vec<Change>, Option<ChangeCursor>), Error> {
    let zone = store.zone().await?;
    let since = months
        .from
        .and_then(|from| zone.start_of_month(from.year.into(), from.month.number()));
    // Later than every change, and still a valid timestamp for Postgres.
    let end = months.to.unwrap_or(Period::LAST);
    let end = zone.end_of_month(end.year.into(), end.month.number());
    let first = ChangeCursor {
        create_time: end.unwrap_or_else(Utc::now),
        id: 0,
    };
    let since = since.unwrap_or(DateTime::UNIX_EPOCH);
    let found = store
        .changes(scope, since, before.unwrap_or(first), size + 1)
        .await?;
    let (found, more) = page::split_page(found, size);
    let next = found.last().filter(|_| more).map(ChangeCursor::of);
    Ok((found, next))
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
