//! The progress of circles.

use super::*;

#[test]
fn a_circle_is_the_mean_of_its_newest_progress_with_n_of_m_and_the_oldest_period() {
    let score = of_2023(Level, Periodicity::Quarterly, (0.0, 100.0), &[20.0]);
    let leave = of_2023(Level, Periodicity::Monthly, (4.0, 0.0), &[1.0, 2.0]);
    let aimless = series(Level, Periodicity::Monthly, &[], &[(2023, 1, 1.0)]);
    let blank = of_2023(Level, Periodicity::Monthly, (0.0, 1.0), &[]);
    let circle = circle_progress(&[score, leave, aimless, blank], period(2023, 12));
    assert_eq!(
        circle,
        CircleProgress {
            progress: Some(35.0),
            with_progress: 2,
            active: 4,
            oldest_period: Some(period(2023, 2)),
        }
    );
}

#[test]
fn a_circle_in_which_nothing_has_progress_has_none() {
    assert_eq!(
        circle_progress(
            &[of_2023(Flow, Periodicity::Monthly, (9.0, 0.0), &[1.0])],
            period(2023, 12)
        ),
        CircleProgress {
            progress: None,
            with_progress: 0,
            active: 1,
            oldest_period: None,
        }
    );
    assert_eq!(circle_progress(&[], period(2023, 12)).active, 0);
}

#[test]
fn twelve_kpis_at_their_targets_make_a_circle_at_its_own() {
    let done = of_2023(Level, Periodicity::Monthly, (0.0, 1.0), &[1.0]);
    assert_eq!(
        circle_progress(&vec![done; 12], period(2023, 12)).progress,
        Some(100.0)
    );
}

#[test]
fn the_newest_point_of_a_kpi_counts_and_no_older_one() {
    let sums = of_2023(Flow, Periodicity::Quarterly, (0.0, 100.0), &[10.0, 20.0]);
    let circle = circle_progress(&[sums], period(2023, 6));
    assert_eq!(circle.progress, Some(30.0));
    assert_eq!(circle.oldest_period, Some(period(2023, 6)));
}
