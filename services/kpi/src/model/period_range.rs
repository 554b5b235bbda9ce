//! Ranges of months: explicit ones, and ranges relative to today.

use chrono::NaiveDate;
use kreis_service::month::RangeError;

use super::{MonthOfYear, Period};

/// A range of months, with both ends included. It may cross a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PeriodRange {
    from: Period,
    to: Period,
}

impl PeriodRange {
    /// A range with both ends included.
    pub(crate) fn new(from: Period, to: Period) -> Result<Self, RangeError> {
        if from <= to {
            Ok(Self { from, to })
        } else {
            Err(RangeError)
        }
    }

    /// First month.
    pub(crate) const fn from(self) -> Period {
        self.from
    }

    /// Last month, included.
    pub(crate) const fn to(self) -> Period {
        self.to
    }

    /// Whether the range contains a month.
    pub(crate) fn contains(self, period: Period) -> bool {
        (self.from..=self.to).contains(&period)
    }
}

/// A range relative to today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PeriodPreset {
    /// This month.
    ThisMonth,
    /// The month before.
    LastMonth,
    /// This quarter, January to March and so on.
    ThisQuarter,
    /// The quarter before. In January to March: the last quarter of the year before.
    LastQuarter,
    /// This calendar year.
    ThisYear,
    /// The calendar year before.
    LastYear,
}

impl PeriodPreset {
    /// The months of the range, for a given today.
    pub(crate) fn on(self, today: NaiveDate) -> PeriodRange {
        let this_month = Period::of(today);
        let (length, back) = match self {
            Self::ThisMonth => (1, 0),
            Self::LastMonth => (1, 1),
            Self::ThisQuarter => (3, 0),
            Self::LastQuarter => (3, 3),
            Self::ThisYear => (12, 0),
            Self::LastYear => (12, 12),
        };
        let into_span = i32::from(this_month.month) - i32::from(MonthOfYear::JANUARY);
        let from = this_month
            .plus_months(-(into_span % length))
            .plus_months(-back);
        PeriodRange {
            from,
            to: from.plus_months(length - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::period::period;
    use super::*;
    use proptest::prelude::*;

    fn on(preset: PeriodPreset, year: i32, month: u32, day: u32) -> String {
        let range = preset.on(NaiveDate::from_ymd_opt(year, month, day).unwrap());
        format!("{} to {}", range.from, range.to)
    }

    #[test]
    fn the_last_quarter_of_january_to_march_is_the_last_of_the_year_before() {
        for (month, day) in [(1, 1), (2, 28), (3, 31)] {
            assert_eq!(
                on(PeriodPreset::LastQuarter, 2026, month, day),
                "2025-10 to 2025-12"
            );
        }
    }

    #[test]
    fn presets_hold_in_every_month_of_a_year() {
        let quarters = [
            "2025-10 to 2025-12",
            "2026-01 to 2026-03",
            "2026-04 to 2026-06",
            "2026-07 to 2026-09",
            "2026-10 to 2026-12",
        ];
        for month in 1..=12u32 {
            let quarter = (month as usize - 1) / 3;
            let last = period(2026, month.cast_signed()).plus_months(-1);
            for day in [1, 28] {
                let of = |preset| on(preset, 2026, month, day);
                assert_eq!(
                    of(PeriodPreset::ThisMonth),
                    format!("2026-{month:02} to 2026-{month:02}")
                );
                assert_eq!(of(PeriodPreset::LastMonth), format!("{last} to {last}"));
                assert_eq!(of(PeriodPreset::ThisQuarter), quarters[quarter + 1]);
                assert_eq!(of(PeriodPreset::LastQuarter), quarters[quarter]);
                assert_eq!(of(PeriodPreset::ThisYear), "2026-01 to 2026-12");
                assert_eq!(of(PeriodPreset::LastYear), "2025-01 to 2025-12");
            }
        }
        assert_eq!(
            on(PeriodPreset::LastMonth, 2026, 1, 31),
            "2025-12 to 2025-12"
        );
    }

    #[test]
    fn a_range_across_new_year_has_the_months_between_and_no_others() {
        let range = PeriodRange::new(period(2023, 11), period(2024, 2)).unwrap();
        for (year, month, inside) in [
            (2023, 10, false),
            (2023, 11, true),
            (2023, 12, true),
            (2024, 1, true),
            (2024, 2, true),
            (2024, 3, false),
            (2023, 1, false),
            (2024, 12, false),
        ] {
            assert_eq!(
                range.contains(period(year, month)),
                inside,
                "{year}-{month}"
            );
        }
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        assert_eq!(
            PeriodRange::new(period(2024, 1), period(2023, 12)),
            Err(RangeError)
        );
    }

    proptest! {
        #[test]
        fn this_span_has_today_and_follows_the_last(days in 0u64..80_000) {
            let today = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + chrono::Days::new(days);
            for (this, last) in [
                (PeriodPreset::ThisMonth, PeriodPreset::LastMonth),
                (PeriodPreset::ThisQuarter, PeriodPreset::LastQuarter),
                (PeriodPreset::ThisYear, PeriodPreset::LastYear),
            ] {
                let (this, last) = (this.on(today), last.on(today));
                prop_assert!(this.contains(Period::of(today)));
                prop_assert_eq!(last.to.plus_months(1), this.from);
            }
        }
    }
}
