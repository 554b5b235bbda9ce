//! Ids: positive numbers, with one type for each kind of thing.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize};

/// Id of a KPI.
pub(crate) type KpiId = Id<OfKpi>;
/// Id of a value.
pub(crate) type KpiValueId = Id<OfKpiValue>;
/// Id of a circle.
pub(crate) type CircleId = Id<OfCircle>;

/// Id of a user.
pub(crate) type UserId = Id<OfUser>;

/// A positive number that identifies one thing of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Id<Of> {
    number: i64,
    of: PhantomData<Of>,
}

/// Type parameter of KPI ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum OfKpi {}

/// Type parameter of value ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum OfKpiValue {}

/// Type parameter of circle ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum OfCircle {}

/// Type parameter of user ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum OfUser {}

/// A number that is not positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a positive number")]
pub(crate) struct IdError;

impl<Of> Id<Of> {
    /// An id from the database.
    pub(crate) const fn stored(number: i64) -> Self {
        Self {
            number,
            of: PhantomData,
        }
    }

    /// The number itself.
    pub(crate) const fn number(self) -> i64
    where
        Of: Copy,
    {
        self.number
    }
}

impl<Of> TryFrom<i64> for Id<Of> {
    type Error = IdError;

    fn try_from(number: i64) -> Result<Self, IdError> {
        if number > 0 {
            Ok(Self {
                number,
                of: PhantomData,
            })
        } else {
            Err(IdError)
        }
    }
}

impl<Of> fmt::Display for Id<Of> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(formatter)
    }
}
