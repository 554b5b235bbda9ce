//! Periods that have ended and have no value yet.

use chrono::NaiveDate;
use kreis_chassis::page::PageFault;
use serde::{Deserialize, Serialize};

use super::{CircleId, FiniteValue, KpiId, KpiName, Limits, Period, Periodicity, Unit, UserId};

/// For how many months after its end a period counts as due.
const MONTHS: i32 = 12;

/// A period whose span has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EndedPeriod {
    /// How often a KPI has a value that has this period.
    pub periodicity: Periodicity,
    /// The period.
    pub period: Period,
    /// The period before.
    pub before: Period,
}

/// The periods that ended in the last twelve months, seen from a day.
pub(crate) fn ended_periods(today: NaiveDate) -> Vec<EndedPeriod> {
    let this_month = Period::of(today);
    let (oldest, newest) = (this_month.later(-MONTHS), this_month.later(-1));
    [
        Periodicity::Monthly,
        Periodicity::Quarterly,
        Periodicity::Yearly,
    ]
    .into_iter()
    .flat_map(|periodicity| {
        periodicity
            .periods_to(newest)
            .take_while(move |period| *period >= oldest)
            .filter_map(move |period| {
                Some(EndedPeriod {
                    periodicity,
                    period,
                    before: periodicity.before(period)?,
                })
            })
    })
    .collect()
}

/// A period without a value, and what it takes to record one.
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
    /// What the value must lie between.
    pub limits: Limits,
    /// The period.
    pub period: Period,
    /// The value of the period before.
    pub previous: Option<FiniteValue>,
    /// The value of the same period a year before.
    pub last_year: Option<FiniteValue>,
}

/// Which due values a caller asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum DueFilter {
    /// Those of all circles.
    WholeOrganisation,
    /// Those of some circles; both absent for the caller's.
    Of {
        /// Only those of this circle.
        circle: Option<CircleId>,
        /// Only those of this user's circles.
        user: Option<UserId>,
    },
}

/// Whose due values a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DueScope {
    /// Those of all circles.
    WholeOrganisation,
    /// Those of a circle.
    Circle(CircleId),
    /// Those of all circles of a user.
    User(UserId),
    /// Those of a circle if it is one of a user's.
    UserInCircle(UserId, CircleId),
}

/// A place in the list of due values: the entry before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DuePlace {
    /// Its period.
    pub period: Period,
    /// Key of its KPI's name.
    pub name_key: String,
    /// Id of its KPI.
    pub id: i64,
}

impl DuePlace {
    /// The place before the first entry.
    pub(crate) const START: Self = Self {
        period: Period::FIRST,
        name_key: String::new(),
        id: 0,
    };

    /// A place from outside, if something due can stand there.
    pub(crate) fn possible(self) -> Result<Self, PageFault> {
        if self.name_key.contains('\0') {
            return Err(PageFault::ForeignToken);
        }
        Ok(self)
    }

    /// The place after an entry.
    pub(crate) fn of(due: &DueValue) -> Self {
        Self {
            period: due.period,
            name_key: due.kpi_name.key(),
            id: due.kpi.number(),
        }
    }
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
