//! Due values: periods that have ended and have no value yet.

use kreis_chassis::{page, token::Caller};

use crate::{
    model::{DueCursor, DueFilter, DueScope, DueValue, Error, UserId, ended_periods},
    store::Store,
};

/// A page of due values, oldest first, and the cursor of the next page.
pub(crate) async fn list(
    store: &Store,
    caller: &Caller,
    filter: DueFilter,
    after: Option<DueCursor>,
    size: i64,
) -> Result<(Vec<DueValue>, Option<DueCursor>), Error> {
    let scope = scope(caller, filter)?;
    let zone = store.zone().await?;
    let ended = ended_periods(zone.today());
    let after = after.unwrap_or(DueCursor::START);
    let found = store
        .due_values(scope, &ended, zone, &after, size + 1)
        .await?;
    let (found, more) = page::split_page(found, size);
    let next = found.last().filter(|_| more).map(DueCursor::of);
    Ok((found, next))
}

/// Gatekeepers may list the due values of all users and circles, other users only their own.
fn scope(caller: &Caller, filter: DueFilter) -> Result<DueScope, Error> {
    let own = UserId::stored(caller.user_id);
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
