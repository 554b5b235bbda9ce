//! Units of values.

use std::str::FromStr;

/// The unit of a KPI's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Swiss francs.
    Chf,
    /// Percent: 46 % is the number 46.
    Percentage,
    /// A count or quantity.
    Amount,
    /// Points on a scale.
    Score,
}

/// How the values of a unit combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitKind {
    /// They add up within a calendar year.
    Flow,
    /// The newest value is the state.
    Level,
}

impl Unit {
    pub(crate) const ALL: [Self; 4] = [Self::Chf, Self::Percentage, Self::Amount, Self::Score];

    /// The name in the database and in the change log.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Chf => "chf",
            Self::Percentage => "percentage",
            Self::Amount => "amount",
            Self::Score => "score",
        }
    }

    /// How the values combine.
    pub(crate) const fn kind(self) -> UnitKind {
        match self {
            Self::Chf | Self::Amount => UnitKind::Flow,
            Self::Percentage | Self::Score => UnitKind::Level,
        }
    }
}

/// A name in the database that is no unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no unit `{0}`")]
pub(crate) struct UnknownUnit(String);

impl FromStr for Unit {
    type Err = UnknownUnit;

    fn from_str(name: &str) -> Result<Self, UnknownUnit> {
        Self::ALL
            .into_iter()
            .find(|unit| unit.name() == name)
            .ok_or_else(|| UnknownUnit(name.to_owned()))
    }
}
