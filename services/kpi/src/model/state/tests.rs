//! Examples by hand, which docs/progress.md repeats, and properties that hold for all numbers.

use proptest::prelude::*;

use super::{
    super::{period::period, target::target},
    *,
};
use crate::model::UnitKind::{Flow, Level};
use KpiState::{Behind, OnTrack, SlightlyBehind};

fn defaults() -> StateThresholds {
    StateThresholds::new(0.0, -10.0).unwrap()
}

fn level(x: f64, (initial, goal): (f64, f64)) -> Result<PaceDistance, NoStatementReason> {
    let target = target(2023, initial, goal);
    PaceDistance::at(period(2023, 12), x, Level, Some(&target), true)
}

fn flow(
    month: i32,
    x: f64,
    (initial, goal): (f64, f64),
) -> Result<PaceDistance, NoStatementReason> {
    let target = target(2023, initial, goal);
    PaceDistance::at(period(2023, month), x, Flow, Some(&target), true)
}

#[test]
fn a_flow_is_compared_with_the_part_of_its_target_that_is_due() {
    let distance = flow(11, 1_437_082.0, (0.0, 1_670_000.0)).unwrap();
    assert!((distance.pace - 1_530_833.33).abs() < 0.01);
    assert!((distance.amount + 93_751.33).abs() < 0.01);
    assert!((distance.points + 5.61).abs() < 0.005);
    assert_eq!(defaults().state(Ok(distance)), SlightlyBehind);
}

#[test]
fn a_level_is_compared_with_its_target() {
    let distance = level(93.3, (78.0, 95.0)).unwrap();
    assert!((distance.amount + 1.7).abs() < 1e-9);
    assert_eq!((distance.pace, distance.points), (95.0, -10.0));
    assert_eq!(defaults().state(Ok(distance)), SlightlyBehind);
}

#[test]
fn ahead_is_above_zero_also_where_lower_is_better() {
    let leave = level(2.04, (3.5, 0.0)).unwrap();
    assert!((leave.points + 58.29).abs() < 0.005);
    assert_eq!((leave.pace, leave.amount), (0.0, -2.04));
    // Ten hours by March, where fifteen are due of the sixty that are the aim.
    let hours = flow(3, 10.0, (100.0, 60.0)).unwrap();
    assert_eq!((hours.pace, hours.amount, hours.points), (15.0, 5.0, 12.5));
}

#[test]
fn no_statement_has_its_reason() {
    let row = target(2024, 0.0, 100.0);
    let at = |year, target, complete| {
        PaceDistance::at(period(year, 6), 1.0, Flow, target, complete).unwrap_err()
    };
    assert_eq!(at(2024, None, true), NoStatementReason::NoTarget);
    assert_eq!(at(2023, Some(&row), false), NoStatementReason::TooEarly);
    assert_eq!(
        at(2024, Some(&row), false),
        NoStatementReason::PeriodsMissing
    );
    for goal in [5.0, 5.0 + f64::EPSILON * 4.0] {
        let same = target(2024, 5.0, goal);
        let far = PaceDistance::at(period(2024, 6), 1e300, Flow, Some(&same), false);
        assert_eq!(far, Err(NoStatementReason::TargetIsBaseline));
    }
    let state = defaults().state(Err(NoStatementReason::NoTarget));
    assert_eq!(state, KpiState::NoStatement(NoStatementReason::NoTarget));
}

#[test]
fn missing_months_matter_only_for_sums() {
    let target = target(2024, 0.0, 100.0);
    let level = PaceDistance::at(period(2024, 6), 100.0, Level, Some(&target), false).unwrap();
    assert_eq!((level.amount, level.points), (0.0, 0.0));
}

#[test]
fn what_lies_on_the_pace_is_on_track_whatever_binary_fractions_do() {
    // 1.2 · 7 / 12 is 0.7000000000000001 in binary.
    let distance = flow(7, 0.7, (0.0, 1.2)).unwrap();
    assert_eq!((distance.amount, distance.points), (0.0, 0.0));
    assert_eq!(defaults().state(Ok(distance)), OnTrack);
}

#[test]
fn thresholds_are_numbers_in_order() {
    assert!(StateThresholds::new(5.0, 5.0).is_ok());
    assert_eq!(
        StateThresholds::new(-1.0, 0.0),
        Err(ThresholdError::NotInOrder)
    );
    for wrong in [f64::NAN, f64::INFINITY, 1_000.1] {
        assert_eq!(threshold(wrong), Err(ThresholdError::OutOfRange));
        assert!(StateThresholds::new(wrong, -1.0).is_err());
    }
}

#[test]
fn a_forecast_is_a_range_between_steady_and_as_last_year() {
    // By June half of a year is over, and last year a quarter of the total was there.
    let forecast = Forecast::of(period(2024, 6), 60.0, Some((25.0, 100.0)));
    assert_eq!((forecast.low, forecast.high), (120.0, 240.0));
    for last_year in [None, Some((0.0, 100.0)), Some((-5.0, 100.0))] {
        let forecast = Forecast::of(period(2024, 6), 60.0, last_year);
        assert_eq!((forecast.low, forecast.high), (120.0, 120.0));
    }
}

/// The order of states: greater is better.
fn rank(state: KpiState) -> u8 {
    match state {
        OnTrack => 2,
        SlightlyBehind => 1,
        Behind => 0,
        KpiState::NoStatement(reason) => panic!("{reason:?}"),
    }
}

prop_compose! {
    /// A kind, a month, an initial value, a target away from it, and two x.
    fn anything()(
        flow in any::<bool>(),
        month in 1..=12i32,
        initial in -1e6f64..1e6,
        way in prop_oneof![-1e6f64..-1.0, 1.0..1e6f64],
        x in -1e7f64..1e7,
        other in -1e7f64..1e7,
    ) -> (UnitKind, i32, f64, f64, f64, f64) {
        (if flow { Flow } else { Level }, month, initial, initial + way, x, other)
    }
}

fn distance(kind: UnitKind, month: i32, x: f64, initial: f64, goal: f64) -> PaceDistance {
    let target = target(2023, initial, goal);
    PaceDistance::at(period(2023, month), x, kind, Some(&target), true).unwrap()
}

proptest! {
    #[test]
    fn a_mirrored_kpi_has_the_same_state((kind, month, initial, goal, x, _) in anything()) {
        let up = distance(kind, month, x, initial, goal);
        let down = distance(kind, month, -x, -initial, -goal);
        let mirrored = PaceDistance { pace: 0.0 - down.pace, ..down };
        prop_assert_eq!(up, mirrored);
    }

    #[test]
    fn a_state_does_not_depend_on_the_scale(
        (kind, month, initial, goal, x, _) in anything(),
        scale in 0.001f64..1e3,
    ) {
        let small = distance(kind, month, x, initial, goal);
        let large = distance(kind, month, x * scale, initial * scale, goal * scale);
        let tolerance = 1e-6 * small.points.abs().max(1.0);
        prop_assert!((small.points - large.points).abs() <= tolerance, "{small:?} {large:?}");
        for threshold in [0.0, -10.0] {
            prop_assume!((small.points - threshold).abs() > tolerance);
        }
        prop_assert_eq!(defaults().state(Ok(small)), defaults().state(Ok(large)));
    }

    #[test]
    fn more_in_the_direction_of_the_target_is_never_worse(
        (kind, month, initial, goal, x, other) in anything(),
    ) {
        let (less, more) = if (x < other) == (goal > initial) { (x, other) } else { (other, x) };
        let worse = distance(kind, month, less, initial, goal);
        let better = distance(kind, month, more, initial, goal);
        prop_assert!(worse.points <= better.points);
        prop_assert!(worse.amount <= better.amount + 1e-6);
        prop_assert!(rank(defaults().state(Ok(worse))) <= rank(defaults().state(Ok(better))));
    }

    #[test]
    fn amount_and_points_agree_in_their_sign((kind, month, initial, goal, x, _) in anything()) {
        let distance = distance(kind, month, x, initial, goal);
        prop_assert_eq!(distance.points > 0.0, distance.amount > 0.0);
        prop_assert_eq!(distance.points < 0.0, distance.amount < 0.0);
    }

    #[test]
    fn at_the_target_a_year_ends_on_track(
        (kind, _, initial, goal, _, _) in anything(),
    ) {
        let end = distance(kind, 12, goal, initial, goal);
        prop_assert_eq!((end.points, end.amount), (0.0, 0.0));
    }

    #[test]
    fn stricter_thresholds_make_no_state_better(
        (kind, month, initial, goal, x, _) in anything(),
        on_track in -50f64..50.0,
        below in 0f64..50.0,
        stricter in 0f64..50.0,
    ) {
        let distance = distance(kind, month, x, initial, goal);
        let mild = StateThresholds::new(on_track, on_track - below).unwrap();
        let strict =
            StateThresholds::new(on_track + stricter, on_track - below + stricter).unwrap();
        prop_assert!(rank(strict.state(Ok(distance))) <= rank(mild.state(Ok(distance))));
    }

    #[test]
    fn a_forecast_has_the_scale_of_its_sum_and_grows_with_it(
        month in 1..=11i32,
        sum in 0f64..1e9,
        more in 0f64..1e9,
        then in 1f64..1e6,
        rest in 0f64..1e6,
        power in -8..8i32,
    ) {
        let last_year = Some((then, then + rest));
        let at = |sum: f64| Forecast::of(period(2024, month), sum, last_year);
        let forecast = at(sum);
        prop_assert!(forecast.low <= forecast.high);
        // A year without negative values does not end below what is there.
        prop_assert!(forecast.low >= sum * (1.0 - 1e-12));
        prop_assert!(at(sum + more).low >= forecast.low && at(sum + more).high >= forecast.high);
        let scale = 2f64.powi(power);
        let scaled = Forecast { low: forecast.low * scale, high: forecast.high * scale };
        prop_assert_eq!(at(sum * scale), scaled);
        let mirrored = at(-sum);
        prop_assert_eq!((0.0 - mirrored.high, 0.0 - mirrored.low), (forecast.low, forecast.high));
    }
}
