//! The periods of values.

use std::{fmt, iter::successors, str::FromStr};

use chrono::{Datelike, NaiveDate};
use kreis_service::month::CalendarMonth;
pub(crate) use kreis_service::month::{MonthOfYear, Year};

/// The month, quarter or year of a value. Its last month names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Period {
    /// Its year.
    pub year: Year,
    /// Its last month.
    pub month: MonthOfYear,
}

impl Period {
    /// A period from the database, whose constraints hold the rules, or from a calculation.
    pub(crate) fn stored(year: i32, month: i32) -> Self {
        Self {
            year: Year::stored(year),
            month: MonthOfYear::stored(month),
        }
    }

    /// The first supported month.
    pub(crate) const FIRST: Self = Self {
        year: Year::FIRST,
        month: MonthOfYear::JANUARY,
    };
    /// The last supported month.
    pub(crate) const LAST: Self = Self {
        year: Year::LAST,
        month: MonthOfYear::DECEMBER,
    };

    /// The month of a day, clamped to the supported months.
    pub(crate) fn of(day: NaiveDate) -> Self {
        let years = day.year() - i32::from(Year::FIRST);
        Self::FIRST.plus_months(years * 12 + day.month0().cast_signed())
    }

    /// The month so many months later, or earlier for a negative number, clamped to the supported
    /// months.
    pub(crate) fn plus_months(self, months: i32) -> Self {
        let first_year = i32::from(Year::FIRST);
        let since_first = (i32::from(self.year) - first_year) * 12 + i32::from(self.month) - 1;
        let last = (i32::from(Year::LAST) - first_year) * 12 + 11;
        let index = since_first.saturating_add(months).clamp(0, last);
        Self::stored(first_year + index / 12, index % 12 + 1)
    }
}

/// The month that names the period.
impl From<Period> for CalendarMonth {
    fn from(Period { year, month }: Period) -> Self {
        Self { year, month }
    }
}

/// The period of one month.
impl From<CalendarMonth> for Period {
    fn from(CalendarMonth { year, month }: CalendarMonth) -> Self {
        Self { year, month }
    }
}

/// For example `2023-03`.
impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{:02}", self.year, self.month.number())
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
    pub(crate) const ALL: [Self; 3] = [Self::Monthly, Self::Quarterly, Self::Yearly];

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
        let months = self.months().cast_signed();
        (1..=12 / months).map(move |count| MonthOfYear::stored(count * months))
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
        month.number().is_multiple_of(self.months())
    }

    /// The first day of a period. For a fourth quarter: 1 October.
    pub(crate) fn begins_on(self, period: Period) -> NaiveDate {
        let first = period.month.number().saturating_sub(self.months()) + 1;
        NaiveDate::from_ymd_opt(period.year.into(), first, 1)
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
        Self::ALL
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
            prop_assert_eq!((i32::from(found.year), found.month.number()), (year, month));
        }

        #[test]
        fn going_on_and_back_leads_home(year in 1950i32..=2150, month in 1i32..=12, months in -500i32..=500) {
            let start = period(year, month);
            prop_assert_eq!(start.plus_months(months).plus_months(-months), start);
            prop_assert_eq!(start.plus_months(months) > start, months > 0);
        }
    }
}
