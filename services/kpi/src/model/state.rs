//! Whether a KPI is where it should be: the distance of x from its pace, and the state that follows
//! from the thresholds.
//!
//! x of a level is the value, and its pace is the target. x of a flow is the sum of the year up to
//! the period, and its pace is the part of the target that is due by then: target · month / 12.

use super::{FiniteValue, Period, Target, UnitKind};

/// Largest size of a threshold, above or below zero, in points of progress.
const MAX_THRESHOLD: f64 = 1_000.0;
/// Distances are rounded to this many decimals before they are compared with thresholds. Further
/// decimals only hold errors of binary fractions: 93.3 on the way from 78 to 95 is exactly 10 points
/// below the target, and `f64` computes a little more or less.
const DECIMALS: i32 = 9;

/// The smallest distances at which a KPI is on track, and slightly behind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StateThresholds {
    on_track_from: f64,
    slightly_behind_from: f64,
}

/// Why thresholds are not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ThresholdError {
    /// A number is not finite, or too large.
    #[error("must be a number from -1000 to 1000")]
    OutOfRange,
    /// "Slightly behind" would begin above "on track".
    #[error("must not be above on_track_from")]
    NotInOrder,
}

impl StateThresholds {
    /// Thresholds in points of progress.
    pub(crate) fn new(
        on_track_from: f64,
        slightly_behind_from: f64,
    ) -> Result<Self, ThresholdError> {
        if on_track_from < slightly_behind_from {
            return Err(ThresholdError::NotInOrder);
        }
        Ok(Self {
            on_track_from: threshold(on_track_from)?,
            slightly_behind_from: threshold(slightly_behind_from)?,
        })
    }

    /// Thresholds from the database, whose constraints hold the rules.
    pub(crate) fn stored(on_track_from: f64, slightly_behind_from: f64) -> Self {
        debug_assert!(Self::new(on_track_from, slightly_behind_from).is_ok());
        Self {
            on_track_from,
            slightly_behind_from,
        }
    }

    /// The smallest distance that is on track.
    pub(crate) const fn on_track_from(self) -> f64 {
        self.on_track_from
    }

    /// The smallest distance that is slightly behind.
    pub(crate) const fn slightly_behind_from(self) -> f64 {
        self.slightly_behind_from
    }

    /// The state at a distance.
    pub(crate) fn state(self, distance: Result<PaceDistance, NoStatementReason>) -> KpiState {
        match distance {
            Ok(distance) if distance.points >= self.on_track_from => KpiState::OnTrack,
            Ok(distance) if distance.points >= self.slightly_behind_from => {
                KpiState::SlightlyBehind
            }
            Ok(_) => KpiState::Behind,
            Err(reason) => KpiState::NoStatement(reason),
        }
    }
}

/// Which thresholds apply to a KPI.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum KpiThresholds {
    /// Those of the organisation.
    #[default]
    OfOrganisation,
    /// Those of the KPI itself.
    Own(StateThresholds),
}

impl KpiThresholds {
    /// The KPI's own thresholds, if it has any.
    pub(crate) const fn own(self) -> Option<StateThresholds> {
        match self {
            Self::OfOrganisation => None,
            Self::Own(thresholds) => Some(thresholds),
        }
    }
}

/// A single threshold. −0 becomes 0.
pub(crate) fn threshold(points: f64) -> Result<f64, ThresholdError> {
    if points.abs() <= MAX_THRESHOLD {
        Ok(points + 0.0)
    } else {
        Err(ThresholdError::OutOfRange)
    }
}

/// Whether a KPI is where it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KpiState {
    /// The distance is at least the first threshold.
    OnTrack,
    /// The distance is below that, and at least the second threshold.
    SlightlyBehind,
    /// The distance is below both thresholds.
    Behind,
    /// The values and targets do not allow a statement.
    NoStatement(NoStatementReason),
}

/// Why there is no statement. If several reasons apply, the first one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoStatementReason {
    /// There is no value in the last 13 months.
    NoValue,
    /// There is no target.
    NoTarget,
    /// The value is from a year before the first target begins.
    TooEarly,
    /// Target and initial value are equal, or too close to divide by.
    TargetIsBaseline,
    /// A flow lacks earlier values of the year, so its sum says too little.
    PeriodsMissing,
}

/// How far x is from the pace. Above 0 is ahead of the pace and below 0 is behind it, also if lower
/// is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PaceDistance {
    /// Where x should be, in the KPI's unit.
    pub pace: f64,
    /// The distance in the KPI's unit.
    pub amount: f64,
    /// The distance in points of progress: (x − pace) / (target − initial) · 100.
    pub points: f64,
}

impl PaceDistance {
    /// The distance at a period. `complete` says whether the year has every earlier value.
    pub(super) fn at(
        period: Period,
        x: f64,
        kind: UnitKind,
        target: Option<&Target>,
        complete: bool,
    ) -> Result<Self, NoStatementReason> {
        let target = target.ok_or(NoStatementReason::NoTarget)?;
        if period.year < target.from_year {
            return Err(NoStatementReason::TooEarly);
        }
        let pace = pace(period, kind, target.target);
        let way = f64::from(target.target) - f64::from(target.initial);
        let points = rounded((x - pace) / way * 100.0);
        if way == 0.0 || !points.is_finite() {
            return Err(NoStatementReason::TargetIsBaseline);
        }
        if kind == UnitKind::Flow && !complete {
            return Err(NoStatementReason::PeriodsMissing);
        }
        let amount = if points == 0.0 {
            0.0
        } else {
            (x - pace) * way.signum()
        };
        Ok(Self {
            pace,
            amount,
            points,
        })
    }
}

/// Where x should be at a period.
fn pace(period: Period, kind: UnitKind, target: FiniteValue) -> f64 {
    let target = f64::from(target);
    match kind {
        UnitKind::Flow => target * f64::from(period.month.number()) / 12.0,
        UnitKind::Level => target,
    }
}

/// Rounds to [`DECIMALS`]. Adding zero turns −0 into 0.
fn rounded(points: f64) -> f64 {
    let scale = 10_f64.powi(DECIMALS);
    let rounded = (points * scale).round() / scale + 0.0;
    // A number that overflows here has no decimals.
    if rounded.is_finite() { rounded } else { points }
}

/// Estimates of the sum of a flow at the end of its year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Forecast {
    /// The smaller estimate.
    pub low: f64,
    /// The larger estimate.
    pub high: f64,
}

impl Forecast {
    /// Estimates from the sum up to a month. One estimate continues this year's pace. The other one
    /// repeats last year's course after that month. `last_year` has last year's sum at the same
    /// month and its total, if the year is complete.
    pub(super) fn of(period: Period, sum: f64, last_year: Option<(f64, f64)>) -> Self {
        let steady = sum * 12.0 / f64::from(period.month.number());
        let shaped = last_year
            // A sum of zero, or one whose sign changes, says nothing about the rest of the year.
            .filter(|(then, total)| then * total > 0.0)
            .map(|(then, total)| sum * (total / then))
            .filter(|shaped| shaped.is_finite())
            .unwrap_or(steady);
        Self {
            low: steady.min(shaped),
            high: steady.max(shaped),
        }
    }
}

#[cfg(test)]
mod tests;
