//! What the fuzz targets may call in this crate.

use crate::model::{Month, Period, Periodicity, Year};

/// Computes a period and its neighbours.
pub fn period(year: i32, month: i32, periodicity: u8) {
    let (Ok(year), Ok(month)) = (Year::try_from(year), Month::try_from(month)) else {
        return;
    };
    let period = Period { year, month };
    let periodicity = [
        Periodicity::Monthly,
        Periodicity::Quarterly,
        Periodicity::Yearly,
    ][usize::from(periodicity % 3)];
    if !periodicity.has(month) {
        return;
    }
    let before = periodicity.before(period);
    assert!(before.is_none_or(|before| before < period));
    assert!(
        periodicity
            .year_before(period)
            .is_none_or(|before| before < period)
    );
    assert!(
        periodicity
            .earlier_in_year(period)
            .all(|earlier| earlier < period)
    );
    let _ = periodicity.begins_on(period);
    assert!(periodicity.periods_to(period).next().is_some());
}
