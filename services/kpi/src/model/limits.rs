//! Bounds of a KPI's values.

use std::fmt;

use super::FiniteValue;

/// Bounds of values. Both bounds are allowed values.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Limits {
    minimum: Option<FiniteValue>,
    maximum: Option<FiniteValue>,
}

/// A minimum above the maximum, so that no value is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must not be below the minimum")]
pub(crate) struct LimitsError;

impl Limits {
    /// Limits with two bounds, each of which may be absent.
    pub(crate) fn new(
        minimum: Option<FiniteValue>,
        maximum: Option<FiniteValue>,
    ) -> Result<Self, LimitsError> {
        match (minimum, maximum) {
            (Some(minimum), Some(maximum)) if minimum > maximum => Err(LimitsError),
            _ => Ok(Self { minimum, maximum }),
        }
    }

    /// Limits from the database, whose constraints hold the rule.
    pub(crate) fn stored(minimum: Option<FiniteValue>, maximum: Option<FiniteValue>) -> Self {
        debug_assert!(Self::new(minimum, maximum).is_ok());
        Self { minimum, maximum }
    }

    /// The smallest allowed value.
    pub(crate) const fn minimum(self) -> Option<FiniteValue> {
        self.minimum
    }

    /// The largest allowed value.
    pub(crate) const fn maximum(self) -> Option<FiniteValue> {
        self.maximum
    }

    /// Whether a value is allowed.
    pub(crate) fn contains(self, value: FiniteValue) -> bool {
        self.minimum.is_none_or(|minimum| minimum <= value)
            && self.maximum.is_none_or(|maximum| value <= maximum)
    }
}

/// For example `between 0 and 100`.
impl fmt::Display for Limits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.minimum, self.maximum) {
            (Some(minimum), Some(maximum)) => {
                write!(formatter, "between {minimum} and {maximum}")
            }
            (Some(minimum), None) => write!(formatter, "at least {minimum}"),
            (None, Some(maximum)) => write!(formatter, "at most {maximum}"),
            (None, None) => formatter.write_str("anything"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: f64) -> FiniteValue {
        FiniteValue::try_from(number).unwrap()
    }

    #[test]
    fn both_ends_are_included() {
        let limits = Limits::new(Some(number(-100.0)), Some(number(100.0))).unwrap();
        for (value, inside) in [
            (-100.0, true),
            (100.0, true),
            (0.0, true),
            (-100.01, false),
            (100.01, false),
        ] {
            assert_eq!(limits.contains(number(value)), inside, "{value}");
        }
    }

    #[test]
    fn an_open_end_admits_everything_beyond() {
        let at_least = Limits::new(Some(number(0.0)), None).unwrap();
        assert!(at_least.contains(number(1e15)));
        assert!(!at_least.contains(number(-0.1)));
        assert!(Limits::default().contains(number(-1e15)));
    }

    #[test]
    fn limits_that_nothing_lies_between_are_refused() {
        assert_eq!(
            Limits::new(Some(number(1.0)), Some(number(0.0))),
            Err(LimitsError)
        );
        let one_number = Limits::new(Some(number(1.0)), Some(number(1.0))).unwrap();
        assert!(one_number.contains(number(1.0)));
    }
}
