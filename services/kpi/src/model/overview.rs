//! The overview of circles and their KPIs.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kreis_service::names;

use super::{
    CircleId, CircleProgress, Delivery, FiniteValue, Kpi, KpiId, KpiState, LastEnded, Period,
    Periodicity, ProgressPoint, StateCounts, StateThresholds, ValueSeries,
    progress::newest_progress, state_as_of,
};

/// The largest number of circles, and of KPIs, in an overview. An overview has no pages; a caller
/// with more must choose circles.
pub(crate) const MAX_OVERVIEW_SIZE: usize = 1_000;

/// Which circles and KPIs an overview has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OverviewFilter {
    /// Only these circles; empty for all.
    pub circles: Vec<CircleId>,
    /// Whether inactive KPIs are included.
    pub include_inactive: bool,
}

/// A circle and its KPIs in the overview.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CircleOverview {
    /// The circle.
    pub id: CircleId,
    /// Its name.
    pub name: String,
    /// Its progress.
    pub progress: CircleProgress,
    /// The states of its active KPIs.
    pub counts: StateCounts,
    /// Its KPIs.
    pub kpis: Vec<KpiOverview>,
}

/// A KPI with its values up to a month.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KpiWithValues {
    /// The KPI.
    pub kpi: Kpi,
    /// Its values.
    pub series: ValueSeries,
    /// The periods that are marked as having nothing to report.
    pub marks: Vec<Period>,
    /// Its own thresholds, or else the organisation's.
    pub thresholds: StateThresholds,
    /// Since when it takes values.
    pub active_since: DateTime<Utc>,
}

/// A KPI in the overview.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KpiOverview {
    /// The KPI.
    pub kpi: Kpi,
    /// Its newest value and the progress at it.
    pub newest: Option<ProgressPoint>,
    /// The value of the period before the newest.
    pub previous: Option<FiniteValue>,
    /// The value of the same period a year before the newest.
    pub last_year: Option<FiniteValue>,
    /// Its last periods up to the month, oldest first. Blank periods are included.
    pub sparkline: Vec<SparklinePoint>,
    /// Its state.
    pub state: KpiState,
    /// The thresholds behind the state.
    pub thresholds: StateThresholds,
    /// Whether its last due period has a value; not due if it is inactive.
    pub delivery: Delivery,
    /// What was known earlier, if a day to compare with was chosen.
    pub earlier: Option<EarlierState>,
}

/// What an overview is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Since {
    /// The month of the chosen day.
    pub month: Period,
    /// The values that have changed since, as they were then.
    pub replaced: HashMap<KpiId, Vec<(Period, Option<FiniteValue>)>>,
}

/// The state of a KPI as it was known earlier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct EarlierState {
    /// The state as of the month of the chosen day.
    pub state: KpiState,
    /// The distance from the pace in points of progress; absent without a statement.
    pub distance_points: Option<f64>,
    /// Number of periods that have got a value since.
    pub recorded: usize,
    /// Number of periods whose value has been corrected or retracted since.
    pub corrected: usize,
}

impl EarlierState {
    /// From today's points, or from earlier values if some have changed.
    fn of(with_values: &KpiWithValues, points: &[ProgressPoint], since: &Since) -> Self {
        let Some(replaced) = since.replaced.get(&with_values.kpi.id) else {
            return Self::at(since.month, points, with_values.thresholds);
        };
        let mut series = with_values.series.clone();
        let (mut recorded, mut corrected) = (0, 0);
        for (period, then) in replaced {
            match (then, series.value_of(*period)) {
                (None, Some(_)) => recorded += 1,
                (Some(then), now) if now != Some(*then) => corrected += 1,
                _ => {}
            }
            series.set(*period, *then);
        }
        Self {
            recorded,
            corrected,
            ..Self::at(since.month, &series.points(), with_values.thresholds)
        }
    }

    /// The state as of a month. The points must be in the order of their periods.
    fn at(month: Period, points: &[ProgressPoint], thresholds: StateThresholds) -> Self {
        let until = points.partition_point(|point| point.period <= month);
        let points = &points[..until];
        let state = state_as_of(points, month, thresholds);
        let distance = points.last().and_then(|point| point.distance.ok());
        Self {
            state,
            distance_points: distance
                .filter(|_| !matches!(state, KpiState::NoStatement(_)))
                .map(|distance| distance.points),
            recorded: 0,
            corrected: 0,
        }
    }
}

/// A period of a sparkline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SparklinePoint {
    /// The period.
    pub period: Period,
    /// Its value; absent if it is blank.
    pub value: Option<FiniteValue>,
    /// The state at the period; absent if it is blank.
    pub state: Option<KpiState>,
    /// The distance from the pace in points of progress; absent without a statement.
    pub distance_points: Option<f64>,
    /// Whether it is marked as having nothing to report.
    pub nothing_to_report: bool,
}

impl KpiOverview {
    /// A KPI as of a month, from all its points up to that month.
    fn of(
        with_values: KpiWithValues,
        mut points: Vec<ProgressPoint>,
        as_of: Period,
        last_ended: LastEnded,
        since: Option<&Since>,
    ) -> Self {
        let earlier = since.map(|since| EarlierState::of(&with_values, &points, since));
        let KpiWithValues {
            kpi,
            series,
            marks,
            thresholds,
            active_since,
        } = with_values;
        let periodicity = series.periodicity;
        let delivery = if kpi.active {
            Delivery::of(last_ended, periodicity, active_since, |period| {
                series.value_of(period).is_some() || marks.contains(&period)
            })
        } else {
            Delivery::NotDue
        };
        let state = state_as_of(&points, as_of, thresholds);
        let mut sparkline: Vec<_> = periodicity
            .periods_up_to(as_of)
            .take(sparkline_length(periodicity))
            .map(|period| {
                let point = point_of(&points, period);
                let distance = point.and_then(|point| point.distance.ok());
                SparklinePoint {
                    period,
                    value: point.map(|point| point.value),
                    state: point.map(|point| thresholds.state(point.distance)),
                    distance_points: distance.map(|distance| distance.points),
                    nothing_to_report: marks.contains(&period),
                }
            })
            .collect();
        sparkline.reverse();
        let newest = points.pop();
        let compared = |with: fn(Periodicity, Period) -> Option<Period>| {
            let period = with(periodicity, newest.as_ref()?.period)?;
            series.value_of(period)
        };
        Self {
            kpi,
            previous: compared(Periodicity::previous),
            last_year: compared(Periodicity::same_last_year),
            newest,
            sparkline,
            state,
            thresholds,
            delivery,
            earlier,
        }
    }
}

/// The point of a period. The points must be in the order of their periods.
fn point_of(points: &[ProgressPoint], period: Period) -> Option<&ProgressPoint> {
    let found = points.binary_search_by_key(&period, |point| point.period);
    found.ok().map(|index| &points[index])
}

/// Circles, ordered by name, as of a month. KPIs keep their order. Each series must hold the values
/// up to that month.
pub(crate) fn overview(
    mut circles: Vec<(CircleId, String)>,
    kpis: Vec<KpiWithValues>,
    as_of: Period,
    last_ended: LastEnded,
    since: Option<&Since>,
) -> Vec<CircleOverview> {
    let mut of_circle: HashMap<CircleId, Vec<KpiWithValues>> = HashMap::new();
    for with_values in kpis {
        let circle = with_values.kpi.definition.circle;
        of_circle.entry(circle).or_default().push(with_values);
    }
    circles.sort_by_cached_key(|(id, name)| (names::key(name), id.get()));
    circles
        .into_iter()
        .map(|(id, name)| {
            let kpis = of_circle.remove(&id).unwrap_or_default();
            circle_overview(id, name, kpis, as_of, last_ended, since)
        })
        .collect()
}

fn circle_overview(
    id: CircleId,
    name: String,
    kpis: Vec<KpiWithValues>,
    as_of: Period,
    last_ended: LastEnded,
    since: Option<&Since>,
) -> CircleOverview {
    let mut progress = Vec::with_capacity(kpis.len());
    let mut counts = StateCounts::default();
    let kpis = kpis
        .into_iter()
        .map(|with_values| {
            let points = with_values.series.points();
            let newest = newest_progress(&points, as_of.year);
            let overview = KpiOverview::of(with_values, points, as_of, last_ended, since);
            if overview.kpi.active {
                progress.push(newest);
                counts.count(overview.state, overview.delivery);
            }
            overview
        })
        .collect();
    CircleOverview {
        id,
        name,
        progress: CircleProgress::of(&progress),
        counts,
        kpis,
    }
}

/// Number of periods in a sparkline. It covers the last period and the same one a year before,
/// and is long enough to show a trend.
const fn sparkline_length(periodicity: Periodicity) -> usize {
    match periodicity {
        Periodicity::Monthly => 13,
        Periodicity::Quarterly => 9,
        Periodicity::Yearly => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::super::period::period;
    use super::super::{
        Definition, Description, KpiName, KpiThresholds, Limits, Targets, Unit, Version,
    };
    use super::*;

    fn kpi(periodicity: Periodicity) -> Kpi {
        Kpi {
            id: KpiId::parse(1).unwrap(),
            definition: Definition {
                circle: CircleId::parse(1).unwrap(),
                name: KpiName::new("Reachability").unwrap(),
                periodicity,
                unit: Unit::Percentage,
                limits: Limits::default(),
                description: Description::default(),
                thresholds: KpiThresholds::OfOrganisation,
            },
            steward: None,
            circle_name: "HR".to_owned(),
            targets: Targets::default(),
            active: true,
            create_time: DateTime::UNIX_EPOCH,
            update_time: DateTime::UNIX_EPOCH,
            version: Version::stored(1),
        }
    }

    fn overview(
        periodicity: Periodicity,
        as_of: (i32, i32),
        values: &[(i32, i32, f64)],
    ) -> KpiOverview {
        let series = ValueSeries {
            kind: Unit::Percentage.kind(),
            periodicity,
            targets: Targets::default(),
            values: values
                .iter()
                .map(|(year, month, value)| {
                    let value = FiniteValue::try_from(*value).unwrap();
                    (period(*year, *month), value)
                })
                .collect(),
        };
        let as_of = period(as_of.0, as_of.1);
        let points = series.points();
        let with_values = KpiWithValues {
            kpi: kpi(periodicity),
            series,
            marks: Vec::new(),
            thresholds: StateThresholds::stored(0.0, -10.0),
            active_since: DateTime::UNIX_EPOCH,
        };
        let zone = "Europe/Zurich".parse().unwrap();
        let last_ended = LastEnded::by(as_of, "2026-11-30".parse().unwrap(), zone);
        KpiOverview::of(with_values, points, as_of, last_ended, None)
    }

    #[test]
    fn the_newest_value_is_compared_with_its_own_neighbours_and_not_with_the_months() {
        let glance = overview(
            Periodicity::Quarterly,
            (2025, 2),
            &[(2023, 9, 1.0), (2024, 6, 2.0), (2024, 9, 3.0)],
        );
        assert_eq!(glance.newest.unwrap().period, period(2024, 9));
        assert_eq!(glance.previous.map(f64::from), Some(2.0));
        assert_eq!(glance.last_year.map(f64::from), Some(1.0));
    }

    #[test]
    fn blank_periods_are_no_zeros() {
        let glance = overview(Periodicity::Monthly, (2025, 2), &[(2024, 12, 0.0)]);
        assert_eq!((glance.previous, glance.last_year), (None, None));
        let recorded: Vec<_> = glance
            .sparkline
            .iter()
            .filter(|point| point.value.is_some())
            .collect();
        assert_eq!(recorded.len(), 1);
        let nothing = overview(Periodicity::Monthly, (2025, 2), &[]);
        assert_eq!((nothing.newest, nothing.previous), (None, None));
        assert_eq!(nothing.sparkline.len(), 13);
    }

    #[test]
    fn a_sparkline_ends_with_the_last_period_up_to_the_month() {
        for (periodicity, first, last, length) in [
            (Periodicity::Monthly, "2024-05", "2025-05", 13),
            (Periodicity::Quarterly, "2023-03", "2025-03", 9),
            (Periodicity::Yearly, "2019-12", "2024-12", 6),
        ] {
            let sparkline = overview(periodicity, (2025, 5), &[]).sparkline;
            let from = sparkline.first().unwrap().period;
            let to = sparkline.last().unwrap().period;
            assert_eq!(
                (from.to_string(), to.to_string()),
                (first.into(), last.into())
            );
            assert_eq!(sparkline.len(), length);
        }
    }
}
