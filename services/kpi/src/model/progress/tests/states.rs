//! States and forecasts along a series.

use super::*;

#[test]
fn a_sum_that_should_stay_small_has_a_state_before_it_has_progress() {
    let costs = of_2023(
        Flow,
        Periodicity::Quarterly,
        (100.0, 60.0),
        &[10.0, 20.0, 20.0, 11.0],
    );
    // Due are 15, 30, 45 and 60.
    let points: Vec<f64> = costs
        .points()
        .iter()
        .map(|point| point.distance.unwrap().points)
        .collect();
    assert_eq!(points, [12.5, 0.0, -12.5, -2.5]);
    assert_eq!(
        states(&costs),
        [
            KpiState::OnTrack,
            KpiState::OnTrack,
            KpiState::Behind,
            KpiState::SlightlyBehind
        ]
    );
}

#[test]
fn a_state_is_that_of_the_newest_value_for_a_year() {
    let values = [(2023, 11, 100.0), (2023, 12, 50.0)];
    let targets = [target(2023, 0.0, 100.0)];
    let series = series(Level, Periodicity::Monthly, &targets, &values);
    let thresholds = StateThresholds::new(0.0, -10.0).unwrap();
    let as_of = |year, month| state_as_of(&series.points(), period(year, month), thresholds);
    assert_eq!(as_of(2023, 12), KpiState::Behind);
    assert_eq!(as_of(2024, 12), KpiState::Behind);
    let none = KpiState::NoStatement(NoStatementReason::NoValue);
    assert_eq!(as_of(2025, 1), none);
    assert_eq!(state_as_of(&[], period(2023, 12), thresholds), none);
}

#[test]
fn a_year_is_forecast_until_its_last_period_from_complete_sums() {
    let values = [
        (2022, 3, 10.0),
        (2022, 6, 10.0),
        (2022, 9, 10.0),
        (2022, 12, 50.0),
        (2023, 3, 20.0),
        (2023, 6, 20.0),
        // The third quarter is missing.
        (2023, 12, 20.0),
        (2024, 3, 20.0),
    ];
    let forecasts: Vec<Option<(f64, f64)>> = series(Flow, Periodicity::Quarterly, &[], &values)
        .points()
        .iter()
        .map(|point| point.forecast.map(|forecast| (forecast.low, forecast.high)))
        .collect();
    assert_eq!(
        forecasts,
        [
            Some((40.0, 40.0)),
            Some((40.0, 40.0)),
            Some((40.0, 40.0)),
            None,
            // Last year ended with eight times, and four times, what it had then.
            Some((80.0, 160.0)),
            Some((80.0, 160.0)),
            None,
            // The year before is not complete.
            Some((80.0, 80.0)),
        ]
    );
    let level = series(Level, Periodicity::Quarterly, &[], &values);
    assert!(level.points().iter().all(|point| point.forecast.is_none()));
}
