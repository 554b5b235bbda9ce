//! What a caller can know of a call that broke off: whether any of it was done.

use std::{error::Error, iter::successors};

use h2::Reason;
use tonic::ConnectError;

/// An error and what it came from, outermost first.
pub fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source())
}

/// Whether a call broke off before its server had begun with it, so that it can be
/// sent again, elsewhere, without being done twice:
///
/// - nobody could be reached;
/// - the connection had ended, and gave the call back;
/// - the connection was on its way out: the server had said GOAWAY without an error,
///   and fails a call with that only where it had not begun with it (RFC 9113,
///   section 6.8). Calls under way end with their own answers, or as broken.
#[must_use]
pub fn was_never_sent(error: &(dyn Error + 'static)) -> bool {
    let going_away = |error: &h2::Error| {
        error.is_go_away() && error.is_remote() && error.reason() == Some(Reason::NO_ERROR)
    };
    chain(error).any(|cause| {
        cause.is::<ConnectError>()
            || cause.downcast_ref().is_some_and(hyper::Error::is_canceled)
            || cause.downcast_ref().is_some_and(going_away)
    })
}
