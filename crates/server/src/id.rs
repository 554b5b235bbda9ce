//! Ids: positive numbers, with a type of their own for each kind of thing.

use std::{fmt, marker::PhantomData};

/// Id of a user.
pub type UserId = Id<OfUser>;
/// Id of a circle.
pub type CircleId = Id<OfCircle>;

/// A positive number that identifies one thing of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<Of> {
    number: i64,
    of: PhantomData<Of>,
}

/// Type parameter of user ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfUser {}

/// Type parameter of circle ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfCircle {}

/// A number that is not positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a positive number")]
pub struct IdError;

impl<Of: Copy> Id<Of> {
    /// Checks an id from a request.
    pub const fn parse(number: i64) -> Result<Self, IdError> {
        if number > 0 {
            Ok(Self::stored(number))
        } else {
            Err(IdError)
        }
    }

    /// An id from the database.
    #[must_use]
    pub const fn stored(number: i64) -> Self {
        Self {
            number,
            of: PhantomData,
        }
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.number
    }
}

impl<Of> fmt::Display for Id<Of> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_positive_numbers_are_ids() {
        for wrong in [0, -1, i64::MIN] {
            assert_eq!(UserId::parse(wrong), Err(IdError));
        }
        for right in [1, i64::MAX] {
            assert_eq!(CircleId::parse(right).map(CircleId::get), Ok(right));
        }
    }
}
