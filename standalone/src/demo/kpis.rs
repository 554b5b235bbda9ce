//! The KPIs of the demo, and plausible values for them.

use kreis_proto::kpi::v1::{Periodicity, Unit};

/// Number of months with values.
pub(super) const MONTHS: i32 = 36;

/// A KPI of the demo.
pub(super) struct DemoKpi {
    /// Its circle.
    pub(super) circle: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// How often it has a value.
    pub(super) periodicity: Periodicity,
    /// The unit of its values.
    pub(super) unit: Unit,
    /// Minimum and maximum of its values.
    pub(super) limits: Option<(f64, f64)>,
    /// Initial value and target of the first year, and what each further year adds to the target.
    pub(super) target: Option<(f64, f64, f64)>,
    /// Average value at the start, growth per year, and largest deviation.
    values: (f64, f64, f64),
    /// Whether last month's value is missing. It is due from the start, and a visitor can enter it.
    pub(super) last_month_is_due: bool,
}

const PERCENT: Option<(f64, f64)> = Some((0.0, 100.0));

/// All KPIs, by circle. Their targets tell a story, whatever the month in which the demo starts: new
/// members, consultations and the satisfaction of staff are on track, the newsletter is slightly
/// behind, and reachability behind. Short-term leave was on track and is behind since its newest
/// value. Donations are slightly behind from April on. The website has no target.
#[rustfmt::skip]
pub(super) const KPIS: [DemoKpi; 11] = [
    DemoKpi { circle: "Fundraising", name: "donations", periodicity: Periodicity::Monthly, unit: Unit::Chf, limits: None, target: Some((0.0, 1_400_000.0, 90_000.0)), values: (104_000.0, 9_500.0, 31_000.0), last_month_is_due: true },
    DemoKpi { circle: "Fundraising", name: "new members", periodicity: Periodicity::Monthly, unit: Unit::Amount, limits: None, target: Some((0.0, 400.0, 25.0)), values: (33.0, 3.0, 12.0), last_month_is_due: false },
    DemoKpi { circle: "Fundraising", name: "grants approved", periodicity: Periodicity::Quarterly, unit: Unit::Percentage, limits: PERCENT, target: Some((40.0, 58.0, 0.0)), values: (43.0, 5.0, 6.0), last_month_is_due: false },
    DemoKpi { circle: "Counselling", name: "reachability", periodicity: Periodicity::Monthly, unit: Unit::Percentage, limits: PERCENT, target: Some((78.0, 95.0, 0.0)), values: (81.0, 3.5, 4.0), last_month_is_due: true },
    DemoKpi { circle: "Counselling", name: "consultations", periodicity: Periodicity::Monthly, unit: Unit::Amount, limits: None, target: Some((0.0, 8_400.0, 200.0)), values: (690.0, 35.0, 110.0), last_month_is_due: false },
    DemoKpi { circle: "Counselling", name: "net promoter score", periodicity: Periodicity::Yearly, unit: Unit::Score, limits: Some((-100.0, 100.0)), target: Some((20.0, 46.0, 0.0)), values: (28.0, 7.0, 3.0), last_month_is_due: false },
    DemoKpi { circle: "People", name: "short-term leave", periodicity: Periodicity::Monthly, unit: Unit::Percentage, limits: PERCENT, target: Some((3.5, 2.5, 0.0)), values: (3.2, -0.3, 0.6), last_month_is_due: true },
    DemoKpi { circle: "People", name: "overtime hours", periodicity: Periodicity::Quarterly, unit: Unit::Amount, limits: None, target: Some((1_000.0, 600.0, 0.0)), values: (228.0, -22.0, 40.0), last_month_is_due: false },
    DemoKpi { circle: "People", name: "satisfaction of staff", periodicity: Periodicity::Yearly, unit: Unit::Score, limits: PERCENT, target: Some((60.0, 72.0, 0.0)), values: (64.0, 4.0, 2.0), last_month_is_due: false },
    DemoKpi { circle: "Digital", name: "newsletter open rate", periodicity: Periodicity::Monthly, unit: Unit::Percentage, limits: PERCENT, target: Some((22.0, 28.0, 0.0)), values: (23.5, 1.8, 2.2), last_month_is_due: true },
    DemoKpi { circle: "Digital", name: "sessions on the website", periodicity: Periodicity::Monthly, unit: Unit::Amount, limits: None, target: None, values: (41_000.0, 2_600.0, 7_800.0), last_month_is_due: false },
];

/// What the economist says about a value: the KPI, the number of the month, and the comment.
const COMMENTS: [(&str, i32, &str); 4] = [
    ("donations", 30, "The appeal went out two weeks late."),
    (
        "consultations",
        30,
        "The second line was open for the whole month.",
    ),
    ("short-term leave", 34, "Flu in two of five teams."),
    ("newsletter open rate", 33, "Two issues instead of four."),
];

/// A value that was recorded with a wrong number and then corrected.
pub(super) struct Correction {
    kpi: &'static str,
    /// The number of the month.
    months: i32,
    /// The wrong number.
    pub(super) first: f64,
    /// What the economist says about the correction.
    pub(super) comment: &'static str,
}

const CORRECTIONS: [Correction; 2] = [
    Correction {
        kpi: "new members",
        months: 32,
        first: 36.0,
        comment: "Three people had been counted twice.",
    },
    Correction {
        kpi: "short-term leave",
        months: 32,
        first: 2.1,
        comment: "The digital team was missing.",
    },
];

/// The comment on the value of a month; empty for none.
pub(super) fn comment_on(kpi: &DemoKpi, months: i32) -> &'static str {
    COMMENTS
        .iter()
        .find(|(name, month, _)| *name == kpi.name && *month == months)
        .map_or("", |(_, _, comment)| comment)
}

/// The correction of the value of a month.
pub(super) fn correction_of(kpi: &DemoKpi, months: i32) -> Option<&'static Correction> {
    CORRECTIONS
        .iter()
        .find(|correction| correction.kpi == kpi.name && correction.months == months)
}

/// A plausible value: a trend, a season, and a pseudo-random part that is the same in every demo.
pub(super) fn sample_value(kpi: &DemoKpi, number: usize, months: i32) -> f64 {
    let (base, growth, spread) = kpi.values;
    let seed = number * 97 + usize::try_from(months).unwrap_or(0) * 31;
    let chance = (seed * seed * 2_654 + seed * 7_919) % 1_000;
    let chance = u32::try_from(chance).map_or(0.0, f64::from) / 500.0 - 1.0;
    let season = (f64::from(months % 12) / 12.0 * std::f64::consts::TAU).cos();
    let value = base + growth * f64::from(months) / 12.0 + spread * (0.6 * chance + 0.4 * season);
    let rounded = match kpi.unit {
        Unit::Percentage => (value * 10.0).round() / 10.0,
        Unit::Chf => (value * 20.0).round() / 20.0,
        _ => value.round(),
    };
    match kpi.limits {
        Some((minimum, maximum)) => rounded.clamp(minimum, maximum),
        None => rounded.max(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_the_demo_lies_within_its_limits() {
        for (number, kpi) in KPIS.iter().enumerate() {
            for months in 0..MONTHS {
                let value = sample_value(kpi, number, months);
                assert!(value.is_finite());
                if let Some((minimum, maximum)) = kpi.limits {
                    assert!((minimum..=maximum).contains(&value), "{} {value}", kpi.name);
                }
            }
        }
    }
}
