//! Progress of KPIs and circles, and the performance of KPIs against their own history.
//!
//! In the formulas, x of a level is the value. x of a flow is the sum of the values of the calendar
//! year up to the period. All results are percentages.

use super::{
    FiniteValue, Forecast, KpiState, MonthOfYear, NoStatementReason, PaceDistance, Period,
    Periodicity, StateThresholds, Target, Targets, UnitKind, Year,
    sum::{KahanSum, mean},
};

/// The recorded values of a KPI, with the data for computing progress.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ValueSeries {
    /// Whether its values are flows or levels.
    pub kind: UnitKind,
    /// How often it has a value.
    pub periodicity: Periodicity,
    /// Baselines and targets by year.
    pub targets: Targets,
    /// The values, oldest first, at most one for each period.
    pub values: Vec<(Period, FiniteValue)>,
}

/// The progress of a KPI at one period.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ProgressPoint {
    /// The period.
    pub period: Period,
    /// Its value.
    pub value: FiniteValue,
    /// For a flow: the sum of the year's values up to this one.
    pub sum: Option<f64>,
    /// Progress towards the target, in percent.
    pub progress: Option<f64>,
    /// Performance against the KPI's own history, in percent.
    pub performance: Option<f64>,
    /// Earlier periods of the same year that have no value, oldest first.
    pub missing: Vec<Period>,
    /// The baseline and target that hold for this period.
    pub target: Option<Target>,
    /// The distance from the pace, or why there is none.
    pub distance: Result<PaceDistance, NoStatementReason>,
    /// For a flow with no period missing, before the year's last period: what the year may end
    /// with.
    pub forecast: Option<Forecast>,
}

impl ValueSeries {
    /// A point for each value, oldest first.
    pub(crate) fn points(&self) -> Vec<ProgressPoint> {
        // The sum of a flow is compared with the sums at the same month of earlier years. A level
        // is compared with every earlier value.
        let mut past = [PastRange::default(); 12];
        let mut points = Vec::with_capacity(self.values.len());
        let mut last_year = YearOfSums::default();
        for year in self
            .values
            .chunk_by(|(one, _), (next, _)| one.year == next.year)
        {
            let mut sum = KahanSum::default();
            let mut this_year = YearOfSums::default();
            for (index, (period, value)) in year.iter().enumerate() {
                sum.add(f64::from(*value));
                let missing = self.missing(*period, &year[..index]);
                let past = match self.kind {
                    UnitKind::Flow => &mut past[period.month.index()],
                    UnitKind::Level => &mut past[0],
                };
                if missing.is_empty() {
                    this_year.set(*period, sum.total());
                }
                let mut point = self.point(*period, *value, sum.total(), missing, past);
                point.forecast = forecast(&point, &last_year);
                points.push(point);
            }
            last_year = this_year;
        }
        points
    }

    /// The value of a period.
    pub(crate) fn value_of(&self, period: Period) -> Option<FiniteValue> {
        let found = self
            .values
            .binary_search_by_key(&period, |(period, _)| *period);
        found.ok().map(|index| self.values[index].1)
    }

    /// Sets or removes the value of a period.
    pub(super) fn set(&mut self, period: Period, value: Option<FiniteValue>) {
        let found = self
            .values
            .binary_search_by_key(&period, |(period, _)| *period);
        match (found, value) {
            (Ok(index), Some(value)) => self.values[index].1 = value,
            (Ok(index), None) => {
                self.values.remove(index);
            }
            (Err(index), Some(value)) => self.values.insert(index, (period, value)),
            (Err(_), None) => {}
        }
    }

    fn missing(&self, period: Period, earlier: &[(Period, FiniteValue)]) -> Vec<Period> {
        self.periodicity
            .earlier_in_year(period)
            .filter(|asked| earlier.iter().all(|(recorded, _)| recorded != asked))
            .collect()
    }

    fn point(
        &self,
        period: Period,
        value: FiniteValue,
        sum: f64,
        missing: Vec<Period>,
        past: &mut PastRange,
    ) -> ProgressPoint {
        let target = self.targets.for_year(period.year).copied();
        let (x, sum) = match self.kind {
            UnitKind::Flow => (sum, Some(sum)),
            UnitKind::Level => (f64::from(value), None),
        };
        let complete = missing.is_empty();
        let comparable = self.kind == UnitKind::Level || complete;
        if comparable {
            past.include(x);
        }
        // If lower is better, a small sum early in the year is not yet a success.
        let early =
            self.kind == UnitKind::Flow && !(complete && period.month == MonthOfYear::DECEMBER);
        ProgressPoint {
            period,
            value,
            sum,
            progress: target
                .filter(|target| !(early && target.lower_is_better()))
                .and_then(|target| progress(x, &target)),
            performance: target
                .filter(|_| comparable)
                .and_then(|target| past.performance(x, target.lower_is_better())),
            distance: PaceDistance::at(period, x, self.kind, target.as_ref(), complete),
            forecast: None,
            missing,
            target,
        }
    }
}

/// The forecast at a point of a flow, while the year is open and no period is missing.
fn forecast(point: &ProgressPoint, last_year: &YearOfSums) -> Option<Forecast> {
    let ProgressPoint { period, sum, .. } = *point;
    let open = point.missing.is_empty() && period.month != MonthOfYear::DECEMBER;
    sum.filter(|_| open)
        .map(|sum| Forecast::of(period, sum, last_year.shape(period)))
}

/// The sums of a flow's year at each month, as far as no earlier period is missing.
#[derive(Debug, Default)]
struct YearOfSums {
    year: Option<Year>,
    sums: [Option<f64>; 12],
}

impl YearOfSums {
    fn set(&mut self, period: Period, sum: f64) {
        self.year = Some(period.year);
        self.sums[period.month.index()] = Some(sum);
    }

    /// If this is the complete year before a period: its sum at the same month, and its total.
    fn shape(&self, period: Period) -> Option<(f64, f64)> {
        let before = i32::from(self.year?) + 1 == i32::from(period.year);
        self.sums[period.month.index()]
            .zip(self.sums[MonthOfYear::DECEMBER.index()])
            .filter(|_| before)
    }
}

/// How many months a value stays new enough for a statement. A yearly KPI has one until the end of
/// the next year.
const MONTHS_OF_A_STATEMENT: i32 = 12;

/// The state as of a month: that of the newest point, if it is not older than the same month a year
/// before. The points must end with that month.
pub(crate) fn state_as_of(
    points: &[ProgressPoint],
    as_of: Period,
    thresholds: StateThresholds,
) -> KpiState {
    let oldest = as_of.plus_months(-MONTHS_OF_A_STATEMENT);
    match points.last() {
        Some(point) if point.period >= oldest => thresholds.state(point.distance),
        _ => KpiState::NoStatement(NoStatementReason::NoValue),
    }
}

/// (x − initial) / (target − initial) · 100. Absent if target and initial value are equal, or so
/// close that the result overflows.
fn progress(x: f64, target: &Target) -> Option<f64> {
    let initial = f64::from(target.initial);
    let way = f64::from(target.target) - initial;
    // Adding zero turns −0 into 0.
    let progress = (x - initial) / way * 100.0 + 0.0;
    (way != 0.0 && progress.is_finite()).then_some(progress)
}

/// The smallest and largest x so far, including the current one.
#[derive(Debug, Clone, Copy)]
struct PastRange {
    least: f64,
    greatest: f64,
}

impl Default for PastRange {
    fn default() -> Self {
        Self {
            least: f64::INFINITY,
            greatest: f64::NEG_INFINITY,
        }
    }
}

impl PastRange {
    const fn include(&mut self, x: f64) {
        self.least = self.least.min(x);
        self.greatest = self.greatest.max(x);
    }

    /// (x − least) / (greatest − least) · 100; if lower is better, 100 minus that. Absent with
    /// fewer than two distinct numbers.
    fn performance(&self, x: f64, lower_is_better: bool) -> Option<f64> {
        if self.least >= self.greatest {
            return None;
        }
        let performance = (x - self.least) / (self.greatest - self.least) * 100.0;
        Some(if lower_is_better {
            100.0 - performance
        } else {
            performance
        })
    }
}

/// The progress of a KPI.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KpiProgress {
    /// A point for each value, oldest first.
    pub points: Vec<ProgressPoint>,
    /// The state.
    pub state: KpiState,
    /// The thresholds behind the states.
    pub thresholds: StateThresholds,
}

/// The progress of a circle.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CircleProgress {
    /// Mean progress of the KPIs that took part, in percent; absent if none did.
    pub progress: Option<f64>,
    /// Number of KPIs that took part.
    pub with_progress: usize,
    /// Number of active KPIs.
    pub active: usize,
    /// The oldest period that took part; absent if none did.
    pub oldest_period: Option<Period>,
}

impl CircleProgress {
    /// The mean of the newest progress of each active KPI of a circle, with its period; absent for
    /// a KPI without progress in the year.
    pub(super) fn of(newest: &[Option<(Period, f64)>]) -> Self {
        let found = || newest.iter().flatten();
        let progress: Vec<f64> = found().map(|(_, progress)| *progress).collect();
        Self {
            progress: mean(&progress),
            with_progress: progress.len(),
            active: newest.len(),
            oldest_period: found().map(|(period, _)| *period).min(),
        }
    }
}

/// The newest progress of a year, with its period.
pub(super) fn newest_progress(points: &[ProgressPoint], year: Year) -> Option<(Period, f64)> {
    points
        .iter()
        .rev()
        .take_while(|point| point.period.year == year)
        .find_map(|point| point.progress.map(|progress| (point.period, progress)))
}

/// The progress of a circle as of a month. Each series must belong to an active KPI and end with
/// that month.
pub(crate) fn circle_progress(series: &[ValueSeries], as_of: Period) -> CircleProgress {
    let newest: Vec<_> = series
        .iter()
        .map(|series| newest_progress(&series.points(), as_of.year))
        .collect();
    CircleProgress::of(&newest)
}

#[cfg(test)]
mod tests;
