//! The numbers of values, limits, baselines and targets.

use std::fmt;

/// Largest magnitude of a number. Up to here `f64` holds whole numbers exactly.
const MAX_NUMBER: f64 = 1e15;

/// A finite number between −10¹⁵ and 10¹⁵. −0 becomes 0.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct FiniteValue(f64);

/// A number that is not finite or too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a finite number of at most 10^15 either way")]
pub(crate) struct FiniteValueError;

impl FiniteValue {
    /// A number from the database, whose constraints hold the rules.
    pub(crate) fn stored(number: f64) -> Self {
        debug_assert!(Self::try_from(number).is_ok(), "{number}");
        Self(number)
    }
}

impl TryFrom<f64> for FiniteValue {
    type Error = FiniteValueError;

    fn try_from(number: f64) -> Result<Self, FiniteValueError> {
        if number.abs() <= MAX_NUMBER {
            // Adding zero turns −0 into 0 and changes no other number.
            Ok(Self(number + 0.0))
        } else {
            Err(FiniteValueError)
        }
    }
}

impl From<FiniteValue> for f64 {
    fn from(value: FiniteValue) -> Self {
        value.0
    }
}

/// In decimal, without an exponent.
impl fmt::Display for FiniteValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_a_number_or_too_great_is_refused() {
        for wrong in [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            1e16,
            -1e16,
            1_000_000_000_000_000.1,
        ] {
            assert_eq!(
                FiniteValue::try_from(wrong),
                Err(FiniteValueError),
                "{wrong}"
            );
        }
    }

    #[test]
    fn minus_zero_is_zero() {
        let zero = f64::from(FiniteValue::try_from(-0.0).unwrap());
        assert!(zero.is_sign_positive());
    }

    #[test]
    fn great_numbers_are_written_without_an_exponent() {
        let text = |number| FiniteValue::try_from(number).unwrap().to_string();
        assert_eq!(text(1e15), "1000000000000000");
        assert_eq!(text(-44.83), "-44.83");
    }

    proptest! {
        #[test]
        fn a_number_in_bounds_stays_as_it_is(number in -MAX_NUMBER..=MAX_NUMBER) {
            let kept = f64::from(FiniteValue::try_from(number).unwrap());
            prop_assert_eq!(kept.to_bits(), (number + 0.0).to_bits());
        }
    }
}
