//! Due values: periods that have ended and have no value yet.

use kreis_server::token::Caller;
use kreis_service::page::Page;

use crate::{
    error::Error,
    model::{DueCursor, DueFilter, DueScope, DueValue, ListDueValues, ended_periods},
    store::Store,
};

/// A page of due values, oldest first.
pub(crate) async fn list(
    store: &Store,
    caller: &Caller,
    list: &ListDueValues,
) -> Result<Page<DueValue>, Error> {
    let scope = scope(caller, list.filter)?;
    let zone = store.zone().await?;
    let ended = ended_periods(zone.today());
    let after = list.page.after.clone().unwrap_or(DueCursor::START);
    let limit = list.page.row_limit();
    let found = store.due_values(scope, &ended, zone, &after, limit).await?;
    Ok(Page::from_rows(found, &list.page))
}

/// Gatekeepers may list the due values of all users and circles, other users only their own.
fn scope(caller: &Caller, filter: DueFilter) -> Result<DueScope, Error> {
    let own = caller.user_id;
    match filter {
        DueFilter::WholeOrganisation if caller.gatekeeper => Ok(DueScope::WholeOrganisation),
        DueFilter::WholeOrganisation => Err(Error::GatekeeperRequired),
        DueFilter::Of {
            user: Some(user), ..
        } if user != own && !caller.gatekeeper => Err(Error::GatekeeperRequired),
        DueFilter::Of { circle, user } => Ok(match (circle, user) {
            (Some(circle), None) if caller.gatekeeper => DueScope::Circle(circle),
            (Some(circle), user) => DueScope::UserInCircle(user.unwrap_or(own), circle),
            (None, user) => DueScope::User(user.unwrap_or(own)),
        }),
    }
}
