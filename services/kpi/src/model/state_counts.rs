//! How many KPIs are in which state, and of how many the last due value is there.

use chrono::{DateTime, NaiveDate, Utc};
use kreis_service::calendar::TimeZone;

use super::{KpiState, Period, Periodicity};

/// The last period of each periodicity that has ended by a month, with the moment of its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastEnded {
    monthly: Option<(Period, DateTime<Utc>)>,
    quarterly: Option<(Period, DateTime<Utc>)>,
    yearly: Option<(Period, DateTime<Utc>)>,
}

impl LastEnded {
    /// The periods that have ended by the end of a month, and by today.
    pub(crate) fn by(as_of: Period, today: NaiveDate, zone: TimeZone) -> Self {
        let month = as_of.min(Period::of(today).plus_months(-1));
        let last = |periodicity: Periodicity| {
            let period = periodicity.periods_up_to(month).next()?;
            Some((period, zone.end_of_month(period.into())))
        };
        Self {
            monthly: last(Periodicity::Monthly),
            quarterly: last(Periodicity::Quarterly),
            yearly: last(Periodicity::Yearly),
        }
    }

    /// The last period that was due of a KPI that has been active since a moment.
    fn due(self, periodicity: Periodicity, active_since: DateTime<Utc>) -> Option<Period> {
        match periodicity {
            Periodicity::Monthly => self.monthly,
            Periodicity::Quarterly => self.quarterly,
            Periodicity::Yearly => self.yearly,
        }
        .filter(|(_, end)| *end > active_since)
        .map(|(period, _)| period)
    }
}

/// Whether the last due period of a KPI has its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// No period was due yet.
    NotDue,
    /// The last due period has a value, or a mark that there is nothing to report.
    Delivered,
    /// The last due period has neither.
    Missing(Period),
}

impl Delivery {
    /// The delivery of an active KPI. `has` says whether a period has a value or a mark.
    pub(crate) fn of(
        last: LastEnded,
        periodicity: Periodicity,
        active_since: DateTime<Utc>,
        has: impl Fn(Period) -> bool,
    ) -> Self {
        match last.due(periodicity, active_since) {
            None => Self::NotDue,
            Some(period) if has(period) => Self::Delivered,
            Some(period) => Self::Missing(period),
        }
    }
}

/// Numbers of active KPIs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StateCounts {
    /// On track.
    pub on_track: usize,
    /// Slightly behind.
    pub slightly_behind: usize,
    /// Behind.
    pub behind: usize,
    /// Without a statement.
    pub no_statement: usize,
    /// With a period that was due.
    pub due: usize,
    /// Whose last due period has a value or a mark.
    pub delivered: usize,
}

impl StateCounts {
    /// Counts one more active KPI.
    pub(crate) const fn count(&mut self, state: KpiState, delivery: Delivery) {
        match state {
            KpiState::OnTrack => self.on_track += 1,
            KpiState::SlightlyBehind => self.slightly_behind += 1,
            KpiState::Behind => self.behind += 1,
            KpiState::NoStatement(_) => self.no_statement += 1,
        }
        match delivery {
            Delivery::NotDue => {}
            Delivery::Delivered => {
                self.due += 1;
                self.delivered += 1;
            }
            Delivery::Missing(_) => self.due += 1,
        }
    }

    /// The counts of two groups together.
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self {
            on_track: self.on_track + other.on_track,
            slightly_behind: self.slightly_behind + other.slightly_behind,
            behind: self.behind + other.behind,
            no_statement: self.no_statement + other.no_statement,
            due: self.due + other.due,
            delivered: self.delivered + other.delivered,
        }
    }

    /// The share of KPIs with a statement, in percent; absent without KPIs.
    pub(crate) fn coverage(self) -> Option<f64> {
        let with_statement = self.on_track + self.slightly_behind + self.behind;
        let all = with_statement + self.no_statement;
        #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 KPIs")]
        (all > 0).then(|| with_statement as f64 / all as f64 * 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::period::period;
    use super::*;
    use crate::model::NoStatementReason;

    fn last_by(as_of: (i32, i32), today: &str) -> LastEnded {
        let zone = "Europe/Zurich".parse().unwrap();
        LastEnded::by(period(as_of.0, as_of.1), today.parse().unwrap(), zone)
    }

    #[test]
    fn a_period_is_due_once_it_has_ended_by_the_month_and_by_today() {
        for (as_of, today, periodicity, due) in [
            ((2026, 11), "2026-11-30", Periodicity::Monthly, (2026, 10)),
            ((2026, 11), "2026-12-01", Periodicity::Monthly, (2026, 11)),
            ((2026, 5), "2026-11-30", Periodicity::Monthly, (2026, 5)),
            ((2026, 11), "2026-11-30", Periodicity::Quarterly, (2026, 9)),
            ((2026, 5), "2026-11-30", Periodicity::Quarterly, (2026, 3)),
            ((2026, 12), "2026-12-31", Periodicity::Yearly, (2025, 12)),
            ((2026, 12), "2027-01-01", Periodicity::Yearly, (2026, 12)),
        ] {
            let found = last_by(as_of, today).due(periodicity, DateTime::UNIX_EPOCH);
            assert_eq!(found, Some(period(due.0, due.1)), "{as_of:?} {today}");
        }
    }

    #[test]
    fn what_ended_before_the_kpi_was_active_is_not_due() {
        let last = last_by((2026, 10), "2026-11-30");
        let delivery = |since: &str| {
            let since = since.parse().unwrap();
            Delivery::of(last, Periodicity::Monthly, since, |_| false)
        };
        // October ends in Zurich when it is 23:00 in Greenwich.
        let missing = Delivery::Missing(period(2026, 10));
        assert_eq!(delivery("2026-10-31T22:59:59Z"), missing);
        assert_eq!(delivery("2026-10-31T23:00:00Z"), Delivery::NotDue);
    }

    #[test]
    fn only_the_last_due_period_decides_whether_a_kpi_is_delivered() {
        let last = last_by((2026, 10), "2026-11-30");
        let with = |there: (i32, i32)| {
            let there = period(there.0, there.1);
            let since = DateTime::UNIX_EPOCH;
            Delivery::of(last, Periodicity::Monthly, since, |asked| asked == there)
        };
        assert_eq!(with((2026, 10)), Delivery::Delivered);
        assert_eq!(with((2026, 9)), Delivery::Missing(period(2026, 10)));
    }

    #[test]
    fn every_kpi_is_counted_in_one_state_and_coverage_is_the_share_with_a_statement() {
        let mut counts = StateCounts::default();
        assert_eq!(counts.coverage(), None);
        for (state, delivery) in [
            (KpiState::OnTrack, Delivery::Delivered),
            (KpiState::SlightlyBehind, Delivery::Missing(Period::FIRST)),
            (KpiState::Behind, Delivery::Delivered),
            (
                KpiState::NoStatement(NoStatementReason::NoValue),
                Delivery::NotDue,
            ),
        ] {
            counts.count(state, delivery);
        }
        let expected = StateCounts {
            on_track: 1,
            slightly_behind: 1,
            behind: 1,
            no_statement: 1,
            due: 3,
            delivered: 2,
        };
        assert_eq!(counts, expected);
        assert_eq!(counts.coverage(), Some(75.0));
        assert_eq!(counts.plus(counts).due, 6);
    }
}
