//! Years, months, and the periods of values.

use std::{fmt, iter::successors, str::FromStr};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

const FIRST_YEAR: i32 = 1900;
const LAST_YEAR: i32 = 2200;

/// A year from 1900 to 2200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub(crate) struct Year(i32);

/// A year outside 1900 to 2200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from {FIRST_YEAR} to {LAST_YEAR}")]
pub(crate) struct YearError;

impl Year {
    /// Number of years.
    pub(crate) const COUNT: usize = LAST_YEAR.abs_diff(FIRST_YEAR) as usize + 1;

    /// A year from the database, whose constraints hold the rule.
    pub(crate) fn stored(number: i32) -> Self {
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

/// A calendar month, 1 to 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub(crate) struct MonthOfYear(u32);

/// A number outside 1 to 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 1 to 12")]
pub(crate) struct MonthError;

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

impl MonthOfYear {
    /// January.
    pub(crate) const JANUARY: Self = Self(1);
    /// December.
    pub(crate) const DECEMBER: Self = Self(12);

    /// The number, 1 to 12.
    pub(crate) const fn number(self) -> u32 {
        self.0
    }

    /// The index in a list of months, 0 to 11.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize - 1
    }
}

/// The month, quarter or year of a value. Its last month names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Period {
    /// Its year.
    pub year: Year,
    /// Its last month.
    pub month: MonthOfYear,
}

impl Period {
    /// A period from the database, whose constraints hold the rules.
    pub(crate) fn stored(year: i32, month: i32) -> Self {
        debug_assert!(MonthOfYear::try_from(month).is_ok(), "{month}");
        Self {
            year: Year::stored(year),
            month: MonthOfYear(month.unsigned_abs()),
        }
    }

    /// The first supported month.
    pub(crate) const FIRST: Self = Self {
        year: Year(FIRST_YEAR),
        month: MonthOfYear::JANUARY,
    };
    /// The last supported month.
    pub(crate) const LAST: Self = Self {
        year: Year(LAST_YEAR),
        month: MonthOfYear::DECEMBER,
    };

    /// The month of a day, clamped to the supported months.
    pub(crate) fn of(day: NaiveDate) -> Self {
        Self::FIRST.plus_months((day.year() - FIRST_YEAR) * 12 + day.month0().cast_signed())
    }

    /// The month so many months later, or earlier for a negative number, clamped to the supported
    /// months.
    pub(crate) fn plus_months(self, months: i32) -> Self {
        let since_first = (self.year.0 - FIRST_YEAR) * 12 + self.month.0.cast_signed() - 1;
        let last = (LAST_YEAR - FIRST_YEAR) * 12 + 11;
        let index = since_first.saturating_add(months).clamp(0, last);
        Self {
            year: Year(FIRST_YEAR + index / 12),
            month: MonthOfYear((index % 12).unsigned_abs() + 1),
        }
    }
}

/// For example `2023-03`.
impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{:02}", self.year.0, self.month.0)
    }
}

/// How often a KPI has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Periodicity {
    /// Every month.
    Monthly,
    /// Every quarter: months 3, 6, 9 and 12.
    Quarterly,
    /// Every year: month 12.
    Yearly,
}

impl Periodicity {
    /// The name in the database and in the change log.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }

    const fn months(self) -> u32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        }
    }

    /// The months that can name a period.
    pub(crate) fn allowed_months(self) -> impl Iterator<Item = MonthOfYear> {
        (1..=12 / self.months()).map(move |count| MonthOfYear(count * self.months()))
    }

    /// The same months as text: `3, 6, 9, 12`.
    pub(crate) fn month_names(self) -> String {
        self.allowed_months()
            .map(|month| month.number().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Whether a month can name a period.
    pub(crate) const fn ends_in(self, month: MonthOfYear) -> bool {
        month.0.is_multiple_of(self.months())
    }

    /// The first day of a period. For a fourth quarter: 1 October.
    pub(crate) fn begins_on(self, period: Period) -> NaiveDate {
        let first = period.month.0.saturating_sub(self.months()) + 1;
        NaiveDate::from_ymd_opt(period.year.0, first, 1)
            .expect("a year from 1900 and a month from 1 are of the calendar")
    }

    /// The periods up to a month, newest first.
    pub(crate) fn periods_up_to(self, month: Period) -> impl Iterator<Item = Period> {
        let months = self.months().cast_signed();
        let newest = month.plus_months(-(i32::from(month.month) % months));
        // Months before the first supported one are clamped to it, so they are filtered out.
        let is_one = move |period: &Period| self.ends_in(period.month);
        successors(Some(newest).filter(is_one), move |period| {
            let before = period.plus_months(-months);
            Some(before).filter(|before| before < period && is_one(before))
        })
    }

    /// The period before; absent before the first supported one.
    pub(crate) fn previous(self, period: Period) -> Option<Period> {
        self.periods_up_to(period).nth(1)
    }

    /// The same period a year before; absent before the first supported one.
    pub(crate) fn same_last_year(self, period: Period) -> Option<Period> {
        self.periods_up_to(period)
            .find(|before| before.year < period.year && before.month == period.month)
    }

    /// The earlier periods of the same year, oldest first.
    pub(crate) fn earlier_in_year(self, period: Period) -> impl Iterator<Item = Period> {
        self.allowed_months()
            .take_while(move |month| *month < period.month)
            .map(move |month| Period { month, ..period })
    }
}

/// A name in the database that is no periodicity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no periodicity `{0}`")]
pub(crate) struct UnknownPeriodicity(String);

impl FromStr for Periodicity {
    type Err = UnknownPeriodicity;

    fn from_str(name: &str) -> Result<Self, UnknownPeriodicity> {
        [Self::Monthly, Self::Quarterly, Self::Yearly]
            .into_iter()
            .find(|periodicity| periodicity.name() == name)
            .ok_or_else(|| UnknownPeriodicity(name.to_owned()))
    }
}

#[cfg(test)]
pub(super) fn period(year: i32, month: i32) -> Period {
    Period {
        year: Year::try_from(year).unwrap(),
        month: MonthOfYear::try_from(month).unwrap(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn years_and_months_that_no_calendar_of_ours_has_are_refused() {
        for wrong in [i32::MIN, -4, 0, 1899, 2201, 99999] {
            assert_eq!(Year::try_from(wrong), Err(YearError), "{wrong}");
        }
        for wrong in [i32::MIN, -1, 0, 13] {
            assert_eq!(MonthOfYear::try_from(wrong), Err(MonthError), "{wrong}");
        }
    }

    #[test]
    fn each_periodicity_has_its_own_months() {
        let months = |periodicity: Periodicity| -> Vec<u32> {
            periodicity
                .allowed_months()
                .map(MonthOfYear::number)
                .collect()
        };
        assert_eq!(months(Periodicity::Monthly), (1..=12).collect::<Vec<_>>());
        assert_eq!(months(Periodicity::Quarterly), [3, 6, 9, 12]);
        assert_eq!(months(Periodicity::Yearly), [12]);
    }

    #[test]
    fn a_period_begins_on_the_first_day_of_its_span() {
        let begins = |periodicity: Periodicity, month| periodicity.begins_on(period(2025, month));
        assert_eq!(begins(Periodicity::Monthly, 2), day(2025, 2, 1));
        assert_eq!(begins(Periodicity::Quarterly, 3), day(2025, 1, 1));
        assert_eq!(begins(Periodicity::Quarterly, 12), day(2025, 10, 1));
        assert_eq!(begins(Periodicity::Yearly, 12), day(2025, 1, 1));
    }

    #[test]
    fn earlier_periods_are_those_of_the_same_year_alone() {
        let earlier = |periodicity: Periodicity, month| -> Vec<String> {
            periodicity
                .earlier_in_year(period(2025, month))
                .map(|period| period.to_string())
                .collect()
        };
        assert_eq!(earlier(Periodicity::Monthly, 3), ["2025-01", "2025-02"]);
        assert_eq!(earlier(Periodicity::Quarterly, 9), ["2025-03", "2025-06"]);
        assert!(earlier(Periodicity::Yearly, 12).is_empty());
        assert!(earlier(Periodicity::Monthly, 1).is_empty());
    }

    #[test]
    fn periods_go_back_from_a_month_to_the_first_there_is() {
        let back = |periodicity: Periodicity, from| -> Vec<String> {
            periodicity
                .periods_up_to(from)
                .take(3)
                .map(|period| period.to_string())
                .collect()
        };
        let (monthly, quarterly, yearly) = (
            Periodicity::Monthly,
            Periodicity::Quarterly,
            Periodicity::Yearly,
        );
        let january = period(2025, 1);
        assert_eq!(back(monthly, january), ["2025-01", "2024-12", "2024-11"]);
        assert_eq!(back(quarterly, january), ["2024-12", "2024-09", "2024-06"]);
        assert_eq!(back(yearly, january), ["2024-12", "2023-12", "2022-12"]);
        let december = period(2025, 12);
        assert_eq!(back(quarterly, december)[0], "2025-12");
        assert_eq!(back(yearly, december)[0], "2025-12");
        assert_eq!(back(monthly, period(1900, 2)), ["1900-02", "1900-01"]);
        assert_eq!(back(quarterly, period(1900, 5)), ["1900-03"]);
        assert!(back(yearly, period(1900, 11)).is_empty());
    }

    #[test]
    fn a_period_is_compared_with_the_one_before_and_the_same_of_the_year_before() {
        for (periodicity, month, before, year_before) in [
            (Periodicity::Monthly, 1, "2024-12", "2024-01"),
            (Periodicity::Quarterly, 3, "2024-12", "2024-03"),
            (Periodicity::Yearly, 12, "2024-12", "2024-12"),
        ] {
            let this = period(2025, month);
            assert_eq!(periodicity.previous(this).unwrap().to_string(), before);
            assert_eq!(
                periodicity.same_last_year(this).unwrap().to_string(),
                year_before
            );
            let first = period(1900, month);
            assert_eq!(periodicity.previous(first), None);
            assert_eq!(periodicity.same_last_year(first), None);
        }
    }

    #[test]
    fn the_calendar_ends_at_its_first_and_last_month() {
        assert_eq!(Period::FIRST.plus_months(-1), Period::FIRST);
        assert_eq!(Period::LAST.plus_months(1), Period::LAST);
        assert_eq!(Period::of(day(1850, 7, 1)), Period::FIRST);
        assert_eq!(Period::of(day(3000, 7, 1)), Period::LAST);
    }

    proptest! {
        #[test]
        fn the_month_of_a_day_is_the_day_s_month(year in 1900i32..=2200, month in 1u32..=12, of_month in 1u32..=28) {
            let found = Period::of(day(year, month, of_month));
            prop_assert_eq!((found.year.0, found.month.0), (year, month));
        }

        #[test]
        fn going_on_and_back_leads_home(year in 1950i32..=2150, month in 1i32..=12, months in -500i32..=500) {
            let start = period(year, month);
            prop_assert_eq!(start.plus_months(months).plus_months(-months), start);
            prop_assert_eq!(start.plus_months(months) > start, months > 0);
        }
    }
}
