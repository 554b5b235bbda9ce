//! Years, months of a year, calendar months, and ranges of them.

use std::fmt;

use kreis_proto::org::v1::Month;
use kreis_server::status::Violations;

const FIRST_YEAR: i32 = 1900;
const LAST_YEAR: i32 = 2200;

/// A year from 1900 to 2200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Year(i32);

/// A year outside 1900 to 2200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from {FIRST_YEAR} to {LAST_YEAR}")]
pub struct YearError;

impl Year {
    /// The first year.
    pub const FIRST: Self = Self(FIRST_YEAR);
    /// The last year.
    pub const LAST: Self = Self(LAST_YEAR);
    /// Number of years.
    pub const COUNT: usize = LAST_YEAR.abs_diff(FIRST_YEAR) as usize + 1;

    /// A year from the database, whose constraints hold the rule, or from a calculation.
    #[must_use]
    pub fn stored(number: i32) -> Self {
        debug_assert!(Self::try_from(number).is_ok(), "{number}");
        Self(number)
    }
}

impl TryFrom<i32> for Year {
    type Error = YearError;

    fn try_from(number: i32) -> Result<Self, YearError> {
        if (FIRST_YEAR..=LAST_YEAR).contains(&number) {
            Ok(Self(number))
        } else {
            Err(YearError)
        }
    }
}

impl From<Year> for i32 {
    fn from(year: Year) -> Self {
        year.0
    }
}

impl fmt::Display for Year {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A month of a year, 1 to 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthOfYear(u32);

/// A number outside 1 to 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 1 to 12")]
pub struct MonthError;

impl MonthOfYear {
    /// January.
    pub const JANUARY: Self = Self(1);
    /// December.
    pub const DECEMBER: Self = Self(12);

    /// A month from the database, whose constraints hold the rule, or from a calculation.
    #[must_use]
    pub fn stored(number: i32) -> Self {
        debug_assert!(Self::try_from(number).is_ok(), "{number}");
        Self(number.unsigned_abs())
    }

    /// The number, 1 to 12.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The index in a list of months, 0 to 11.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize - 1
    }
}

impl TryFrom<i32> for MonthOfYear {
    type Error = MonthError;

    fn try_from(number: i32) -> Result<Self, MonthError> {
        match u32::try_from(number) {
            Ok(number @ 1..=12) => Ok(Self(number)),
            _ => Err(MonthError),
        }
    }
}

impl From<MonthOfYear> for i32 {
    fn from(month: MonthOfYear) -> Self {
        month.0.cast_signed()
    }
}

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarMonth {
    /// Its year.
    pub year: Year,
    /// The month.
    pub month: MonthOfYear,
}

impl CalendarMonth {
    /// The last supported month.
    pub const LAST: Self = Self {
        year: Year::LAST,
        month: MonthOfYear::DECEMBER,
    };

    /// Decodes the month in a field of a request.
    pub fn decode(violations: &mut Violations, field: &str, message: Month) -> Option<Self> {
        let Month { year, month } = message;
        let year = violations.check(&format!("{field}.year"), Year::try_from(year));
        let month = violations.check(&format!("{field}.month"), MonthOfYear::try_from(month));
        Some(Self {
            year: year?,
            month: month?,
        })
    }
}

/// The months of a list. Both bounds are included; absent means no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthRange {
    /// First month.
    pub from: Option<CalendarMonth>,
    /// Last month.
    pub to: Option<CalendarMonth>,
}

/// A range whose end is before its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must not be before `from`")]
pub struct RangeError;

impl MonthRange {
    /// Decodes the fields `from` and `to` of a request.
    pub fn decode(violations: &mut Violations, from: Option<Month>, to: Option<Month>) -> Self {
        let mut month = |field, message| {
            Option::and_then(message, |message| {
                CalendarMonth::decode(violations, field, message)
            })
        };
        let (from, to) = (month("from", from), month("to", to));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            violations.add("to", RangeError.to_string());
        }
        Self { from, to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: (i32, i32), to: (i32, i32)) -> Result<MonthRange, String> {
        let month = |(year, month)| Some(Month { year, month });
        let mut violations = Violations::default();
        let range = MonthRange::decode(&mut violations, month(from), month(to));
        match violations.into_result() {
            Ok(()) => Ok(range),
            Err(refusal) => Err(refusal.message().to_owned()),
        }
    }

    #[test]
    fn years_and_months_out_of_range_are_refused() {
        for wrong in [i32::MIN, -4, 0, 1899, 2201, 99999] {
            assert_eq!(Year::try_from(wrong), Err(YearError), "{wrong}");
        }
        for wrong in [i32::MIN, -1, 0, 13] {
            assert_eq!(MonthOfYear::try_from(wrong), Err(MonthError), "{wrong}");
        }
    }

    #[test]
    fn a_range_may_be_one_month_and_cross_new_year_but_not_end_before_it_begins() {
        assert!(range((2025, 12), (2025, 12)).is_ok());
        assert!(range((2025, 12), (2026, 1)).is_ok());
        let reversed = range((2026, 1), (2025, 12));
        assert_eq!(reversed.unwrap_err(), "to: must not be before `from`");
    }

    #[test]
    fn every_error_of_a_range_is_reported() {
        let refusal = range((1899, 1), (2201, 13)).unwrap_err();
        assert!(refusal.starts_with("3 fields"), "{refusal}");
    }
}
