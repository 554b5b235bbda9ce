//! Baselines and targets by year.

use std::fmt;

use super::{FiniteValue, Year};

/// The baseline and target that hold from a year on.
#[expect(
    clippy::struct_field_names,
    reason = "a target is a baseline and a target, in the customer's words"
)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Target {
    /// First year in which it holds.
    pub from_year: Year,
    /// The baseline.
    pub initial: FiniteValue,
    /// The value to reach.
    pub target: FiniteValue,
}

impl Target {
    /// Whether lower is better: the target is below the baseline.
    pub(crate) fn lower_is_better(&self) -> bool {
        self.target < self.initial
    }
}

/// For example `0 → 100`.
impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} → {}", self.initial, self.target)
    }
}

/// The targets of a KPI, oldest first, one for each year at most.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Targets(Vec<Target>);

impl Targets {
    /// Sorts the targets. If a year occurs twice, the last one counts.
    pub(crate) fn new(targets: impl IntoIterator<Item = Target>) -> Self {
        let mut by_year = std::collections::BTreeMap::new();
        for target in targets {
            by_year.insert(target.from_year, target);
        }
        Self(by_year.into_values().collect())
    }

    /// The target for a year: the newest one that does not begin after it. For years before the
    /// first target: the first one.
    pub(crate) fn for_year(&self, year: Year) -> Option<&Target> {
        let not_after = self.0.partition_point(|target| target.from_year <= year);
        self.0.get(not_after.saturating_sub(1))
    }

    /// The target that begins with this year.
    pub(crate) fn starting_in(&self, year: Year) -> Option<&Target> {
        self.0.iter().find(|target| target.from_year == year)
    }

    /// The targets, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Target> {
        self.0.iter()
    }
}

#[cfg(test)]
pub(super) fn target(from_year: i32, initial: f64, target: f64) -> Target {
    Target {
        from_year: Year::try_from(from_year).unwrap(),
        initial: FiniteValue::try_from(initial).unwrap(),
        target: FiniteValue::try_from(target).unwrap(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn year(number: i32) -> Year {
        Year::try_from(number).unwrap()
    }

    #[test]
    fn a_period_uses_the_newest_target_not_after_its_year() {
        let targets = Targets::new([target(2025, 1.0, 2.0), target(2023, 3.0, 4.0)]);
        for (asked, expected) in [
            (1900, 2023),
            (2022, 2023),
            (2023, 2023),
            (2024, 2023),
            (2025, 2025),
            (2200, 2025),
        ] {
            let found = targets.for_year(year(asked)).unwrap();
            assert_eq!(found.from_year, year(expected), "{asked}");
        }
        assert_eq!(Targets::default().for_year(year(2023)), None);
    }

    proptest! {
        #[test]
        fn changing_next_year_s_target_leaves_this_year_s_alone(
            years in proptest::collection::btree_set(1900i32..2200, 1..6),
            this in 1900i32..2200,
        ) {
            // From the second target on, because the first one also holds for the years before it.
            prop_assume!(*years.first().unwrap() <= this);
            let targets = Targets::new(years.iter().map(|year| target(*year, 0.0, 1.0)));
            let changed = Targets::new(targets.iter().copied().chain([target(this + 1, 5.0, 6.0)]));
            prop_assert_eq!(targets.for_year(year(this)), changed.for_year(year(this)));
            prop_assert_eq!(changed.for_year(year(this + 1)).copied(), Some(target(this + 1, 5.0, 6.0)));
        }
    }
}
