//! Periods that have ended and have no value yet.

use chrono::NaiveDate;

use super::{CircleId, FiniteValue, KpiId, KpiName, Limits, Period, Periodicity, Unit, UserId};

/// Periods are due if they ended at most this many months ago.
const MONTHS: i32 = 12;

/// A period that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EndedPeriod {
    /// The periodicity of the KPIs that have this period.
    pub periodicity: Periodicity,
    /// The period.
    pub period: Period,
    /// The period before.
    pub before: Period,
}

/// The periods that ended in the twelve months before a day.
pub(crate) fn ended_periods(today: NaiveDate) -> Vec<EndedPeriod> {
    let this_month = Period::of(today);
    let (oldest, newest) = (this_month.plus_months(-MONTHS), this_month.plus_months(-1));
    [
        Periodicity::Monthly,
        Periodicity::Quarterly,
        Periodicity::Yearly,
    ]
    .into_iter()
    .flat_map(|periodicity| {
        periodicity
            .periods_up_to(newest)
            .take_while(move |period| *period >= oldest)
            .filter_map(move |period| {
                Some(EndedPeriod {
                    periodicity,
                    period,
                    before: periodicity.previous(period)?,
                })
            })
    })
    .collect()
}

/// A period without a value, and the data for recording one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DueValue {
    /// The KPI.
    pub kpi: KpiId,
    /// Its name.
    pub kpi_name: KpiName,
    /// Its circle.
    pub circle: CircleId,
    /// Name of its circle.
    pub circle_name: String,
    /// How often it has a value.
    pub periodicity: Periodicity,
    /// What its values are counted in.
    pub unit: Unit,
    /// Bounds of the values.
    pub limits: Limits,
    /// The period.
    pub period: Period,
    /// The value of the period before.
    pub previous: Option<FiniteValue>,
    /// The value of the same period a year before.
    pub last_year: Option<FiniteValue>,
}

impl DueValue {
    /// The cursor after this entry.
    pub(crate) fn cursor(&self) -> DueCursor {
        DueCursor {
            period: self.period,
            name_key: self.kpi_name.key(),
            id: self.kpi.get(),
        }
    }
}

/// The due values that a caller asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DueFilter {
    /// All circles.
    WholeOrganisation,
    /// Some circles. If both fields are absent: the caller's circles.
    Of {
        /// Only this circle.
        circle: Option<CircleId>,
        /// Only circles that this user is a member of.
        user: Option<UserId>,
    },
}

/// The due values that a list contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DueScope {
    /// All circles.
    WholeOrganisation,
    /// One circle.
    Circle(CircleId),
    /// All circles that a user is a member of.
    User(UserId),
    /// One circle, if a user is a member of it.
    UserInCircle(UserId, CircleId),
}

/// A cursor in the list of due values: the last entry of the page before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DueCursor {
    /// Its period.
    pub period: Period,
    /// Key of its KPI's name.
    pub name_key: String,
    /// Id of its KPI.
    pub id: i64,
}

impl DueCursor {
    /// The cursor before the first entry.
    pub(crate) const START: Self = Self {
        period: Period::FIRST,
        name_key: String::new(),
        id: 0,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(periodicity: Periodicity, today: &str) -> Vec<String> {
        let mut periods: Vec<String> = ended_periods(today.parse().unwrap())
            .into_iter()
            .filter(|ended| ended.periodicity == periodicity)
            .map(|ended| format!("{} after {}", ended.period, ended.before))
            .collect();
        periods.reverse();
        periods
    }

    #[test]
    fn a_period_is_due_from_the_day_after_its_end_for_twelve_months() {
        let monthly = ended(Periodicity::Monthly, "2026-03-31");
        assert_eq!(monthly.len(), 12);
        assert_eq!(monthly[0], "2025-03 after 2025-02");
        assert_eq!(monthly[11], "2026-02 after 2026-01");
        let quarterly = ended(Periodicity::Quarterly, "2026-03-31");
        assert_eq!(quarterly.len(), 4);
        assert_eq!(quarterly[3], "2025-12 after 2025-09");
        let quarterly = ended(Periodicity::Quarterly, "2026-04-01");
        assert_eq!(quarterly[3], "2026-03 after 2025-12");
        for day in ["2026-01-01", "2026-12-31"] {
            let yearly = ended(Periodicity::Yearly, day);
            assert_eq!(yearly, ["2025-12 after 2024-12"], "{day}");
        }
    }
}
