//! Ids: users and circles have types of their own.

use serde::{Deserialize, Serialize};

/// An id that is not positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a positive number")]
pub(crate) struct IdError;

/// Id of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct UserId(i64);

impl UserId {
    /// Checks an id from a request.
    pub(crate) fn parse(id: i64) -> Result<Self, IdError> {
        if id > 0 { Ok(Self(id)) } else { Err(IdError) }
    }

    /// An id from the database.
    pub(crate) const fn stored(id: i64) -> Self {
        Self(id)
    }

    pub(crate) const fn get(self) -> i64 {
        self.0
    }
}

/// Id of a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct CircleId(i64);

impl CircleId {
    /// Checks an id from a request.
    pub(crate) fn parse(id: i64) -> Result<Self, IdError> {
        if id > 0 { Ok(Self(id)) } else { Err(IdError) }
    }

    /// An id from the database.
    pub(crate) const fn stored(id: i64) -> Self {
        Self(id)
    }

    pub(crate) const fn get(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_positive_numbers_are_ids() {
        for wrong in [0, -1, i64::MIN] {
            assert_eq!(UserId::parse(wrong), Err(IdError));
            assert_eq!(CircleId::parse(wrong), Err(IdError));
        }
        assert_eq!(UserId::parse(1).map(UserId::get), Ok(1));
        assert_eq!(CircleId::parse(i64::MAX).map(CircleId::get), Ok(i64::MAX));
    }
}
