//! Parses ranges such as `0 <= % <= 100`, `0 <= X`, `0 <= X <= 100`.

use std::fmt;

use crate::table::{
    Limits, MAX_VALUE, Unit,
    number::{self, DecimalSign, ParsedNumber},
};

/// Unit and limits that a range gives for the values of a KPI.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    /// Whether the values are in percent.
    pub(super) percent: bool,
    /// Minimum and maximum of the values.
    pub(super) limits: Limits,
}

impl Range {
    /// The unit of a range if no unit is stated: `%` means percentage, two limits mean score,
    /// anything else means amount.
    pub(super) fn unit(self) -> Unit {
        if self.percent {
            return Unit::Percentage;
        }
        match self.limits {
            Limits {
                minimum: Some(_),
                maximum: Some(_),
            } => Unit::Score,
            _ => Unit::Amount,
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(minimum) = self.limits.minimum {
            write!(formatter, "{minimum} <= ")?;
        }
        formatter.write_str(if self.percent { "%" } else { "X" })?;
        if let Some(maximum) = self.limits.maximum {
            write!(formatter, " <= {maximum}")?;
        }
        Ok(())
    }
}

/// Why a range is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RangeError {
    #[error("is not a range such as `0 <= % <= 100`, `0 <= X` or `0 <= X <= 100`")]
    Shape,
    #[error("holds `{0}`, which can be read in two ways; state the decimal sign")]
    Ambiguous(String),
    #[error("ends before it begins")]
    Reversed,
}

/// Parses a range; absent for a blank cell.
pub(super) fn read(text: &str, stated: Option<DecimalSign>) -> Result<Option<Range>, RangeError> {
    let text = text.trim().replace('≤', "<=").replace('≥', ">=");
    if text.is_empty() {
        return Ok(None);
    }
    let descending = text.contains(">=");
    let sign = if descending { ">=" } else { "<=" };
    let mut parts: Vec<&str> = text.split(sign).map(str::trim).collect();
    if descending {
        parts.reverse();
    }
    let (low, subject, high) = match *parts.as_slice() {
        [subject] => (None, subject, None),
        [low, subject, high] => (Some(low), subject, Some(high)),
        [low, subject] if is_subject(subject) => (Some(low), subject, None),
        [subject, high] => (None, subject, Some(high)),
        _ => return Err(RangeError::Shape),
    };
    if !is_subject(subject) {
        return Err(RangeError::Shape);
    }
    let limits = Limits {
        minimum: low.map(|low| bound(low, stated)).transpose()?,
        maximum: high.map(|high| bound(high, stated)).transpose()?,
    };
    if let (Some(minimum), Some(maximum)) = (limits.minimum, limits.maximum)
        && minimum > maximum
    {
        return Err(RangeError::Reversed);
    }
    Ok(Some(Range {
        percent: subject == "%",
        limits,
    }))
}

fn is_subject(text: &str) -> bool {
    matches!(text, "%" | "X" | "x")
}

fn bound(text: &str, stated: Option<DecimalSign>) -> Result<f64, RangeError> {
    match number::read(text, stated) {
        ParsedNumber::Exact(bound) if bound.abs() <= MAX_VALUE => Ok(bound),
        ParsedNumber::Ambiguous { .. } => Err(RangeError::Ambiguous(text.to_owned())),
        ParsedNumber::Exact(_) | ParsedNumber::Blank | ParsedNumber::NotANumber => {
            Err(RangeError::Shape)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(percent: bool, minimum: Option<f64>, maximum: Option<f64>) -> Range {
        Range {
            percent,
            limits: Limits { minimum, maximum },
        }
    }

    #[test]
    fn a_range_gives_unit_and_limits() {
        for (text, expected, unit) in [
            (
                "0 <= % <= 100",
                range(true, Some(0.0), Some(100.0)),
                Unit::Percentage,
            ),
            (
                "0 <= X <= 100",
                range(false, Some(0.0), Some(100.0)),
                Unit::Score,
            ),
            (
                "-100<=x<=100",
                range(false, Some(-100.0), Some(100.0)),
                Unit::Score,
            ),
            ("0 <= X", range(false, Some(0.0), None), Unit::Amount),
            ("X <= 1'000", range(false, None, Some(1000.0)), Unit::Amount),
            ("X >= 0", range(false, Some(0.0), None), Unit::Amount),
            (
                "100 ≥ X ≥ 0",
                range(false, Some(0.0), Some(100.0)),
                Unit::Score,
            ),
            ("0 ≤ %", range(true, Some(0.0), None), Unit::Percentage),
            ("X", range(false, None, None), Unit::Amount),
        ] {
            let read = read(text, None).unwrap().unwrap();
            assert_eq!(read, expected, "{text}");
            assert_eq!(read.unit(), unit, "{text}");
        }
        assert_eq!(read("  ", None), Ok(None));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "0",
            "0 < X",
            "0 <= Y",
            "0 <= X >= 100",
            "0 <= X <= 100 <= 200",
            "<= X",
            "0 <= 100",
            "X <= X",
            "between 0 and 100",
            "0 <= X <=",
        ] {
            assert_eq!(read(text, None), Err(RangeError::Shape), "{text}");
        }
        assert_eq!(read("100 <= X <= 0", None), Err(RangeError::Reversed));
        assert_eq!(
            read("0 <= X <= 1.000", None),
            Err(RangeError::Ambiguous("1.000".to_owned()))
        );
    }

    proptest! {
        #[test]
        fn a_written_range_comes_back(
            percent: bool,
            minimum in proptest::option::of(-1000_i32..0),
            maximum in proptest::option::of(0_i32..1000),
        ) {
            let written = range(percent, minimum.map(f64::from), maximum.map(f64::from));
            prop_assert_eq!(read(&written.to_string(), None), Ok(Some(written)));
        }
    }
}
