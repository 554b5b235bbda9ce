//! The calendar of the organisation: its time zone, its current day, and the moments at which its
//! months begin.

use std::str::FromStr;

use chrono::{DateTime, Months, NaiveDate, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use crate::month::CalendarMonth;

/// A time zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeZone(Tz);

/// A name that is not in the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone `{0}`; name one of the IANA database, such as Europe/Zurich")]
pub struct UnknownTimeZone(pub String);

impl FromStr for TimeZone {
    type Err = UnknownTimeZone;

    fn from_str(name: &str) -> Result<Self, UnknownTimeZone> {
        Tz::from_str(name)
            .map(Self)
            .map_err(|_| UnknownTimeZone(name.to_owned()))
    }
}

impl TimeZone {
    /// Name of the zone.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The day in this zone at a moment.
    #[must_use]
    pub fn date_at(self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.0).date_naive()
    }

    /// What clocks and calendars of this zone show at a moment.
    #[must_use]
    pub fn local_time(self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.0).naive_local()
    }

    /// The current day in this zone.
    #[must_use]
    pub fn today(self) -> NaiveDate {
        self.date_at(Utc::now())
    }

    /// The moment at which a day begins in this zone. If a change of the clock skips midnight, this
    /// is the first moment after the gap.
    #[must_use]
    pub fn start_of_day(self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(chrono::NaiveTime::MIN);
        (0..=24 * 4)
            .map(|quarters| midnight + chrono::TimeDelta::minutes(15 * quarters))
            .find_map(|local| self.0.from_local_datetime(&local).earliest())
            .map_or_else(
                || Utc.from_utc_datetime(&midnight),
                |start| start.with_timezone(&Utc),
            )
    }

    /// The moment at which a month begins in this zone.
    #[must_use]
    pub fn start_of_month(self, month: CalendarMonth) -> DateTime<Utc> {
        self.start_of_day(first_day(month))
    }

    /// The moment at which the next month begins in this zone.
    #[must_use]
    pub fn end_of_month(self, month: CalendarMonth) -> DateTime<Utc> {
        self.start_of_day(first_day(month) + Months::new(1))
    }
}

fn first_day(month: CalendarMonth) -> NaiveDate {
    NaiveDate::from_ymd_opt(month.year.into(), month.month.number(), 1)
        .expect("every supported month is in the calendar")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::month::{MonthOfYear, Year};
    use chrono::Datelike;
    use proptest::prelude::*;

    fn month(year: i32, month: i32) -> CalendarMonth {
        CalendarMonth {
            year: Year::stored(year),
            month: MonthOfYear::stored(month),
        }
    }

    #[test]
    fn an_unknown_zone_is_refused_by_name() {
        let refusal = TimeZone::from_str("Europe/Atlantis").unwrap_err();
        assert!(refusal.to_string().contains("Europe/Atlantis"));
    }

    #[test]
    fn midnight_belongs_to_the_organisations_day() {
        let zurich = TimeZone::from_str("Europe/Zurich").unwrap();
        let before: DateTime<Utc> = "2025-12-31T22:59:59Z".parse().unwrap();
        let after: DateTime<Utc> = "2025-12-31T23:00:00Z".parse().unwrap();
        assert_eq!(
            zurich.date_at(before),
            NaiveDate::from_ymd_opt(2025, 12, 31).unwrap()
        );
        assert_eq!(
            zurich.date_at(after),
            NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
        );
        assert_eq!(zurich.start_of_month(month(2026, 1)), after);
        assert_eq!(zurich.end_of_month(month(2025, 12)), after);
    }

    #[test]
    fn a_midnight_that_the_clock_skips_begins_after_the_gap() {
        // Clocks in Beirut went from 00:00 to 01:00 on 28 March 2021.
        let beirut = TimeZone::from_str("Asia/Beirut").unwrap();
        let day = NaiveDate::from_ymd_opt(2021, 3, 28).unwrap();
        assert_eq!(
            beirut.start_of_day(day),
            "2021-03-27T22:00:00Z".parse::<DateTime<Utc>>().unwrap()
        );
    }

    proptest! {
        #[test]
        fn a_moment_lies_between_the_ends_of_its_month(
            seconds in 0i64..4_000_000_000,
            zone in prop_oneof![
                Just("Europe/Zurich"), Just("Pacific/Kiritimati"), Just("America/St_Johns"),
                Just("Pacific/Pago_Pago"), Just("UTC"), Just("Asia/Kathmandu"),
            ],
        ) {
            let zone = TimeZone::from_str(zone).unwrap();
            let moment = DateTime::from_timestamp(seconds, 0).unwrap();
            let day = zone.date_at(moment);
            let month = month(day.year(), day.month().cast_signed());
            prop_assert!(zone.start_of_month(month) <= moment);
            prop_assert!(moment < zone.end_of_month(month));
        }
    }
}
