//! How far KPIs and circles have got, and how good they are by their own past.
//!
//! In all formulas x is the value of a level, and the sum of the calendar
//! year's values up to the period for a flow. All answers are percentages.

use super::{
    FiniteValue, Kind, Month, Period, Periodicity, Target, Targets, Year,
    sum::{Sum, mean},
};

/// The recorded values of a KPI, with what it takes to judge them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    /// How its values go together.
    pub kind: Kind,
    /// How often it has one.
    pub periodicity: Periodicity,
    /// Baseline and target by year.
    pub targets: Targets,
    /// The values, oldest first, each period once.
    pub values: Vec<(Period, FiniteValue)>,
}

/// How far a KPI had got at one period.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    /// The period.
    pub period: Period,
    /// Its value.
    pub value: FiniteValue,
    /// For a flow: the sum of the year's values up to this one.
    pub sum: Option<f64>,
    /// How far towards the target.
    pub progress: Option<f64>,
    /// How good against the KPI's own past.
    pub performance: Option<f64>,
    /// Earlier periods of the same year that have no value, oldest first.
    pub missing: Vec<Period>,
    /// The baseline and target that hold for this period.
    pub target: Option<Target>,
}

impl Series {
    /// A point for each value, oldest first.
    pub(crate) fn points(&self) -> Vec<Point> {
        // What a flow's sum is compared with are the sums at the same month;
        // a level is compared with every value before.
        let mut past = [Past::default(); 12];
        let mut points = Vec::with_capacity(self.values.len());
        for year in self
            .values
            .chunk_by(|(one, _), (next, _)| one.year == next.year)
        {
            let mut sum = Sum::default();
            for (index, (period, value)) in year.iter().enumerate() {
                sum.add(f64::from(*value));
                let missing = self.missing(*period, &year[..index]);
                let past = match self.kind {
                    Kind::Flow => &mut past[period.month.index()],
                    Kind::Level => &mut past[0],
                };
                points.push(self.point(*period, *value, sum.total(), missing, past));
            }
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

    /// The series with the values of one year alone.
    pub(crate) fn of_year(&self, year: Year) -> Self {
        let values = self.values.iter();
        Self {
            targets: self.targets.clone(),
            values: values
                .filter(|(period, _)| period.year == year)
                .copied()
                .collect(),
            ..*self
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
        past: &mut Past,
    ) -> Point {
        let target = self.targets.in_force(period.year).copied();
        let (x, sum) = match self.kind {
            Kind::Flow => (sum, Some(sum)),
            Kind::Level => (f64::from(value), None),
        };
        let complete = missing.is_empty();
        let comparable = self.kind == Kind::Level || complete;
        if comparable {
            past.include(x);
        }
        // A small sum in January is no success.
        let early = self.kind == Kind::Flow && !(complete && period.month == Month::DECEMBER);
        Point {
            period,
            value,
            sum,
            progress: target
                .filter(|target| !(early && target.lower_is_better()))
                .and_then(|target| progress(x, &target)),
            performance: target
                .filter(|_| comparable)
                .and_then(|target| past.performance(x, target.lower_is_better())),
            missing,
            target,
        }
    }
}

/// (x − initial) / (target − initial) · 100. Absent where target and initial
/// value are the same, or so close that no number holds the answer.
fn progress(x: f64, target: &Target) -> Option<f64> {
    let initial = f64::from(target.initial);
    let way = f64::from(target.target) - initial;
    // Adding zero turns −0 into 0.
    let progress = (x - initial) / way * 100.0 + 0.0;
    (way != 0.0 && progress.is_finite()).then_some(progress)
}

/// Least and greatest of what x is compared with, x included.
#[derive(Debug, Clone, Copy)]
struct Past {
    least: f64,
    greatest: f64,
}

impl Default for Past {
    fn default() -> Self {
        Self {
            least: f64::INFINITY,
            greatest: f64::NEG_INFINITY,
        }
    }
}

impl Past {
    const fn include(&mut self, x: f64) {
        self.least = self.least.min(x);
        self.greatest = self.greatest.max(x);
    }

    /// (x − least) / (greatest − least) · 100, and 100 minus that where lower
    /// is better. Absent with fewer than two distinct numbers.
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

/// How far a circle has got.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CircleProgress {
    /// Mean progress of the KPIs that took part; absent when none did.
    pub progress: Option<f64>,
    /// How many KPIs took part.
    pub took_part: usize,
    /// How many active KPIs there are.
    pub active: usize,
    /// The oldest period that took part; absent when none did.
    pub oldest_period: Option<Period>,
}

/// The mean over the newest points with progress. Each series is that of an
/// active KPI, with the values from January to the month asked for.
pub(crate) fn circle_progress(series: &[Series]) -> CircleProgress {
    let newest: Vec<(Period, f64)> = series
        .iter()
        .filter_map(|series| {
            let points = series.points();
            points
                .iter()
                .rev()
                .find_map(|point| point.progress.map(|progress| (point.period, progress)))
        })
        .collect();
    let progress: Vec<f64> = newest.iter().map(|(_, progress)| *progress).collect();
    CircleProgress {
        progress: mean(&progress),
        took_part: newest.len(),
        active: series.len(),
        oldest_period: newest.iter().map(|(period, _)| *period).min(),
    }
}

#[cfg(test)]
mod tests;
