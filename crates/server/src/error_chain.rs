//! An error with the errors that caused it.

use std::{error::Error, iter::successors};

/// An error and its sources, outermost first.
pub fn error_chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source())
}
