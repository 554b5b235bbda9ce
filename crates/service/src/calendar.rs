//! The calendar of the organisation: its time zone, its current day, and the moments at which its
//! months begin.

use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Tz;

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

    /// The moment at which a month begins in this zone. Absent if the year or the month is out of
    /// range.
    #[must_use]
    pub fn start_of_month(self, year: i32, month: u32) -> Option<DateTime<Utc>> {
        NaiveDate::from_ymd_opt(year, month, 1).map(|first| self.start_of_day(first))
    }

    /// The moment at which the next month begins in this zone.
    #[must_use]
    pub fn end_of_month(self, year: i32, month: u32) -> Option<DateTime<Utc>> {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let next = first.checked_add_days(Days::new(32))?.with_day(1)?;
        Some(self.start_of_day(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        assert_eq!(zurich.start_of_month(2026, 1), Some(after));
        assert_eq!(zurich.end_of_month(2025, 12), Some(after));
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
            prop_assert!(zone.start_of_month(day.year(), day.month()).unwrap() <= moment);
            prop_assert!(moment < zone.end_of_month(day.year(), day.month()).unwrap());
        }
    }
}
