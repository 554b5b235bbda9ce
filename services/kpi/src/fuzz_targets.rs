//! What the fuzz targets may call in this crate.

use crate::model::{MonthOfYear, Period, Periodicity, Year};

/// Computes a period and its neighbours.
pub fn period(year: i32, month: i32, periodicity: u8) {
    let (Ok(year), Ok(month)) = (Year::try_from(year), MonthOfYear::try_from(month)) else {
        return;
    };
    let period = Period { year, month };
    let periodicity = [
        Periodicity::Monthly,
        Periodicity::Quarterly,
        Periodicity::Yearly,
    ][usize::from(periodicity % 3)];
    if !periodicity.ends_in(month) {
        return;
    }
    let before = periodicity.previous(period);
    assert!(before.is_none_or(|before| before < period));
    assert!(
        periodicity
            .same_last_year(period)
            .is_none_or(|before| before < period)
    );
    assert!(
        periodicity
            .earlier_in_year(period)
            .all(|earlier| earlier < period)
    );
    let _ = periodicity.begins_on(period);
    assert!(periodicity.periods_up_to(period).next().is_some());
}
