//! The customer's own figures, and properties that hold for all others.

use proptest::prelude::*;

use super::{
    super::{period::period, target::target},
    *,
};
use crate::model::UnitKind::{Flow, Level};

mod circles;
mod states;

fn number(number: f64) -> FiniteValue {
    FiniteValue::try_from(number).unwrap()
}

fn series(
    kind: UnitKind,
    periodicity: Periodicity,
    targets: &[Target],
    values: &[(i32, i32, f64)],
) -> ValueSeries {
    ValueSeries {
        kind,
        periodicity,
        targets: Targets::new(targets.iter().copied()),
        values: values
            .iter()
            .map(|(year, month, value)| (period(*year, *month), number(*value)))
            .collect(),
    }
}

/// Values of the periods of 2023, beginning with the first.
fn of_2023(
    kind: UnitKind,
    periodicity: Periodicity,
    from_to: (f64, f64),
    values: &[f64],
) -> ValueSeries {
    let values: Vec<(i32, i32, f64)> = periodicity
        .allowed_months()
        .zip(values)
        .map(|(month, value)| (2023, i32::from(month), *value))
        .collect();
    let (initial, goal) = from_to;
    series(kind, periodicity, &[target(2023, initial, goal)], &values)
}

#[expect(clippy::cast_possible_truncation, reason = "rounded percentages")]
fn rounded(series: &ValueSeries) -> Vec<i64> {
    series
        .points()
        .iter()
        .map(|point| point.progress.unwrap().round() as i64)
        .collect()
}

fn performances(series: &ValueSeries) -> Vec<Option<f64>> {
    series
        .points()
        .iter()
        .map(|point| point.performance)
        .collect()
}

/// The state at each point by the default thresholds.
fn states(series: &ValueSeries) -> Vec<KpiState> {
    let thresholds = StateThresholds::new(0.0, -10.0).unwrap();
    let points = series.points();
    points
        .iter()
        .map(|point| thresholds.state(point.distance))
        .collect()
}

#[test]
fn donations_add_up_towards_the_target_of_the_year() {
    // The amounts are scaled. Scaling does not change progress.
    let donations = [
        846_223.28,
        1_325_340.54,
        1_189_020.16,
        787_938.34,
        1_110_677.55,
        835_868.12,
        840_456.40,
        680_484.48,
        952_001.11,
        680_484.48,
        952_001.11,
        835_868.12,
    ];
    let from_to = (882_909.10, 10_374_181.87);
    let series = of_2023(Flow, Periodicity::Monthly, from_to, &donations);
    assert_eq!(
        rounded(&series),
        [0, 14, 26, 34, 46, 55, 64, 71, 81, 88, 98, 107]
    );
    let first = &series.points()[0];
    let progress = first.progress.unwrap();
    assert!((progress + 0.39).abs() < 0.005, "{progress}");
    // A twelfth of the target is due in January, and all but 0.19 points of it are there.
    let points = first.distance.unwrap().points;
    assert!((points + 0.19).abs() < 0.005, "{points}");
    let mut expected = vec![KpiState::OnTrack; 12];
    expected[0] = KpiState::SlightlyBehind;
    assert_eq!(states(&series), expected);
}

#[test]
fn ten_times_a_tenth_is_one() {
    let series = of_2023(Flow, Periodicity::Monthly, (0.0, 1.0), &[0.1; 10]);
    assert_eq!(series.points()[9].sum, Some(1.0));
    assert_eq!(series.points()[9].progress, Some(100.0));
}

#[test]
fn a_net_promoter_score_counts_from_below_zero() {
    let score = of_2023(Level, Periodicity::Yearly, (-100.0, 100.0), &[35.0]);
    assert_eq!(score.points()[0].progress, Some(67.5));
    assert_eq!(states(&score), [KpiState::Behind]);
}

#[test]
fn a_percentage_from_nothing_to_all_is_its_own_progress() {
    let teams = [
        35.0, 50.0, 50.0, 55.0, 70.0, 80.0, 85.0, 90.0, 90.0, 90.0, 95.0, 95.0,
    ];
    let series = of_2023(Level, Periodicity::Monthly, (0.0, 100.0), &teams);
    assert_eq!(
        rounded(&series),
        [35, 50, 50, 55, 70, 80, 85, 90, 90, 90, 95, 95]
    );
    // 90 is ten points from the target.
    let mut expected = [KpiState::Behind; 12];
    expected[7..].fill(KpiState::SlightlyBehind);
    assert_eq!(states(&series), expected);
    let reached = [46.0, 44.9, 43.6, 44.83];
    let series = of_2023(Level, Periodicity::Quarterly, (0.0, 100.0), &reached);
    assert_eq!(rounded(&series), [46, 45, 44, 45]);
    assert_eq!(states(&series), [KpiState::Behind; 4]);
}

#[test]
fn less_leave_is_more_progress() {
    let leave = of_2023(Level, Periodicity::Monthly, (3.5, 0.0), &[2.04, 3.30, 0.93]);
    assert_eq!(rounded(&leave), [42, 6, 73]);
    assert_eq!(states(&leave), [KpiState::Behind; 3]);
}

#[test]
fn no_progress_on_the_way_down_is_zero_and_not_minus_zero() {
    let leave = of_2023(Level, Periodicity::Monthly, (3.5, 0.0), &[3.5]);
    let progress = leave.points()[0].progress.unwrap();
    assert!(progress == 0.0 && progress.is_sign_positive());
}

#[test]
fn blank_periods_have_no_point_and_are_named_at_the_later_ones() {
    let series = series(
        Flow,
        Periodicity::Quarterly,
        &[target(2020, 0.0, 100.0)],
        &[(2023, 6, 10.0), (2023, 12, 5.0), (2024, 3, 0.0)],
    );
    let points = series.points();
    assert_eq!(points.len(), 3);
    assert_eq!(points[0].missing, [period(2023, 3)]);
    assert_eq!(points[1].missing, [period(2023, 3), period(2023, 9)]);
    assert!(points[2].missing.is_empty());
    // Zero is a value. A new year begins a new sum.
    let sums: Vec<_> = points.iter().map(|point| point.sum).collect();
    assert_eq!(sums, [Some(10.0), Some(15.0), Some(0.0)]);
}

#[test]
fn there_is_no_progress_without_a_target_or_without_a_way_to_go() {
    let values = [(2023, 1, 5.0), (2023, 2, 6.0)];
    let aimless = series(Level, Periodicity::Monthly, &[], &values);
    for point in aimless.points() {
        assert_eq!((point.progress, point.performance), (None, None));
        assert_eq!(point.target, None);
    }
    let arrived = [target(2023, 7.0, 7.0)];
    let arrived = series(Level, Periodicity::Monthly, &arrived, &values);
    let points = arrived.points();
    assert_eq!(points[1].progress, None);
    assert_eq!(points[1].performance, Some(100.0));
}

#[test]
fn a_way_too_short_for_a_number_has_no_progress() {
    let tiny = [target(2023, 0.0, f64::MIN_POSITIVE)];
    let series = series(Level, Periodicity::Monthly, &tiny, &[(2023, 1, 1e15)]);
    assert_eq!(series.points()[0].progress, None);
}

#[test]
fn a_sum_that_should_stay_small_has_progress_only_once_the_year_is_complete() {
    let mut costs = of_2023(
        Flow,
        Periodicity::Quarterly,
        (100.0, 60.0),
        &[10.0, 20.0, 20.0, 20.0],
    );
    let progress = |series: &ValueSeries| -> Vec<Option<f64>> {
        series.points().iter().map(|point| point.progress).collect()
    };
    assert_eq!(progress(&costs), [None, None, None, Some(75.0)]);
    costs.values.remove(1);
    assert_eq!(progress(&costs), [None, None, None]);
}

#[test]
fn each_year_is_measured_by_its_own_target() {
    let targets = [target(2023, 0.0, 100.0), target(2025, 0.0, 200.0)];
    let values = [(2022, 12, 50.0), (2024, 12, 50.0), (2025, 12, 50.0)];
    let series = series(Level, Periodicity::Yearly, &targets, &values);
    assert_eq!(rounded(&series), [50, 50, 25]);
    let later = series.points()[2].target;
    assert_eq!(later, Some(targets[1]));
}

#[test]
fn a_level_performs_within_all_its_values_so_far() {
    let values = [
        (2022, 12, 10.0),
        (2023, 1, 30.0),
        (2023, 2, 20.0),
        (2023, 3, 50.0),
    ];
    let up = [target(2022, 0.0, 100.0)];
    let series_up = series(Level, Periodicity::Monthly, &up, &values);
    assert_eq!(
        performances(&series_up),
        [None, Some(100.0), Some(50.0), Some(100.0)]
    );
    let down = [target(2022, 100.0, 0.0)];
    let series_down = series(Level, Periodicity::Monthly, &down, &values);
    assert_eq!(
        performances(&series_down),
        [None, Some(0.0), Some(50.0), Some(0.0)]
    );
}

#[test]
fn the_same_value_twice_is_no_history() {
    let series = of_2023(Level, Periodicity::Monthly, (0.0, 100.0), &[5.0, 5.0]);
    assert_eq!(performances(&series), [None, None]);
}

#[test]
fn the_direction_of_performance_is_that_of_the_target_in_force() {
    let targets = [target(2022, 0.0, 100.0), target(2023, 100.0, 0.0)];
    let values = [(2021, 12, 10.0), (2022, 12, 30.0), (2023, 12, 30.0)];
    let series = series(Level, Periodicity::Yearly, &targets, &values);
    assert_eq!(performances(&series), [None, Some(100.0), Some(0.0)]);
}

#[test]
fn a_flow_performs_by_the_sums_at_the_same_month_of_complete_years() {
    let values = [
        (2021, 3, 10.0),
        (2021, 6, 10.0),
        // 2022 lacks its first quarter, so this sum is not compared.
        (2022, 6, 1_000.0),
        (2023, 3, 20.0),
        (2023, 6, 40.0),
        (2024, 3, 15.0),
        (2024, 6, 5.0),
    ];
    let targets = [target(2021, 0.0, 100.0)];
    let series = series(Flow, Periodicity::Quarterly, &targets, &values);
    assert_eq!(
        performances(&series),
        [
            None,
            None,
            None,
            Some(100.0),
            Some(100.0),
            Some(50.0),
            Some(0.0)
        ]
    );
}

prop_compose! {
    fn any_series()(
        flow in any::<bool>(),
        periodicity in prop_oneof![
            Just(Periodicity::Monthly), Just(Periodicity::Quarterly), Just(Periodicity::Yearly)
        ],
        values in proptest::collection::vec((any::<bool>(), -1e6f64..1e6), 60),
        targets in proptest::collection::vec((2015i32..2030, -1e6f64..1e6, -1e6f64..1e6), 0..4),
    ) -> ValueSeries {
        let periods: Vec<(i32, i32)> = (2020..2025)
            .flat_map(|year| periodicity.allowed_months().map(move |month| (year, i32::from(month))))
            .collect();
        let values: Vec<(i32, i32, f64)> = periods
            .iter()
            .zip(values)
            .filter(|(_, (recorded, _))| *recorded)
            .map(|((year, month), (_, value))| (*year, *month, value))
            .collect();
        let targets: Vec<Target> = targets
            .into_iter()
            .map(|(year, initial, goal)| target(year, initial, goal))
            .collect();
        series(if flow { Flow } else { Level }, periodicity, &targets, &values)
    }
}

proptest! {
    #[test]
    fn performance_lies_between_nothing_and_everything(series in any_series()) {
        for point in series.points() {
            if let Some(performance) = point.performance {
                prop_assert!((0.0..=100.0).contains(&performance));
            }
        }
    }

    #[test]
    fn there_is_a_point_for_each_value_in_their_order(series in any_series()) {
        let points: Vec<_> = series.points().iter().map(|point| (point.period, point.value)).collect();
        prop_assert_eq!(points, series.values);
    }

    #[test]
    fn what_comes_later_changes_no_earlier_point(series in any_series(), kept in 0usize..60) {
        let mut earlier = series.clone();
        earlier.values.truncate(kept);
        let expected: Vec<ProgressPoint> = series.points().into_iter().take(kept).collect();
        prop_assert_eq!(earlier.points(), expected);
    }

    #[test]
    fn each_year_of_a_flow_is_summed_for_itself(series in any_series()) {
        for point in series.points() {
            let sum = series.values.iter()
                .filter(|(period, _)| period.year == point.period.year && *period <= point.period)
                .map(|(_, value)| f64::from(*value))
                .fold(0.0, |sum, value| sum + value);
            let close = point.sum.map(|exact| (exact - sum).abs() < 1e-6);
            prop_assert_eq!(close, (series.kind == Flow).then_some(true));
        }
    }

    #[test]
    fn where_it_started_is_nothing_and_the_target_is_all(initial in -1e9f64..1e9, goal in -1e9f64..1e9) {
        prop_assume!((goal - initial).abs() > 1e-3);
        let series = of_2023(Level, Periodicity::Monthly, (initial, goal), &[initial, goal]);
        let points = series.points();
        prop_assert_eq!(points[0].progress, Some(0.0));
        prop_assert_eq!(points[1].progress, Some(100.0));
    }
}
