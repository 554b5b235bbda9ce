//! The definition of a KPI, and its changes.

use chrono::{DateTime, NaiveDate, Utc};
use kreis_service::{
    expected_version::Version,
    names::{self, NameError},
};

use super::{
    CircleId, Description, FieldChange, KpiCursor, KpiId, KpiThresholds, Limits, Period,
    Periodicity, Person, StateThresholds, Targets, Unit, UserId, ValueRuleError,
};

const MAX_NAME_CHARACTERS: usize = 200;

/// A normalised name of 1 to 200 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KpiName(String);

impl KpiName {
    /// Normalises and checks a name.
    pub(crate) fn new(text: &str) -> Result<Self, NameError> {
        names::name(text, MAX_NAME_CHARACTERS).map(Self)
    }

    /// A name from the database.
    pub(crate) const fn stored(name: String) -> Self {
        Self(name)
    }

    /// The name as it is shown.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The key for comparing and sorting. It is unique in a circle.
    pub(crate) fn key(&self) -> String {
        names::key(&self.0)
    }
}

/// A KPI without its targets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    /// The circle it belongs to.
    pub circle: CircleId,
    /// Its name, unique within the circle.
    pub name: KpiName,
    /// How often it has a value.
    pub periodicity: Periodicity,
    /// The unit of its values.
    pub unit: Unit,
    /// Bounds of its values.
    pub limits: Limits,
    /// What it measures; may be empty.
    pub description: Description,
    /// The thresholds of its state.
    pub thresholds: KpiThresholds,
}

/// A field that cannot change once a KPI has values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrozenField {
    /// The periodicity.
    Periodicity,
    /// The kind of the unit: flow or level.
    Unit,
}

impl FrozenField {
    /// The field's name in the contract.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Periodicity => "periodicity",
            Self::Unit => "unit",
        }
    }

    /// The field's name in a sentence.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Periodicity => "periodicity",
            Self::Unit => "kind of unit (flow or level)",
        }
    }
}

impl Definition {
    /// The first frozen field that differs in `next`. Frozen fields stay once values exist.
    pub(crate) fn frozen_difference(&self, next: &Self) -> Option<FrozenField> {
        if self.periodicity != next.periodicity {
            Some(FrozenField::Periodicity)
        } else if self.unit.kind() != next.unit.kind() {
            Some(FrozenField::Unit)
        } else {
            None
        }
    }

    /// The fields that differ in `next`, as the change log shows them.
    pub(crate) fn differences(&self, next: &Self) -> Vec<FieldChange> {
        let number = |limit: Option<super::FiniteValue>| {
            limit.map(|limit| limit.to_string()).unwrap_or_default()
        };
        let threshold = |thresholds: KpiThresholds, which: fn(StateThresholds) -> f64| {
            let own = thresholds.own().map(which);
            own.map(|points| points.to_string()).unwrap_or_default()
        };
        let fields = [
            (
                "circle_id",
                self.circle.to_string(),
                next.circle.to_string(),
            ),
            ("name", self.name.0.clone(), next.name.0.clone()),
            (
                "periodicity",
                self.periodicity.name().to_owned(),
                next.periodicity.name().to_owned(),
            ),
            (
                "unit",
                self.unit.name().to_owned(),
                next.unit.name().to_owned(),
            ),
            (
                "minimum",
                number(self.limits.minimum()),
                number(next.limits.minimum()),
            ),
            (
                "maximum",
                number(self.limits.maximum()),
                number(next.limits.maximum()),
            ),
            (
                "description",
                self.description.as_str().to_owned(),
                next.description.as_str().to_owned(),
            ),
            (
                "on_track_from",
                threshold(self.thresholds, StateThresholds::on_track_from),
                threshold(next.thresholds, StateThresholds::on_track_from),
            ),
            (
                "slightly_behind_from",
                threshold(self.thresholds, StateThresholds::slightly_behind_from),
                threshold(next.thresholds, StateThresholds::slightly_behind_from),
            ),
        ];
        fields
            .into_iter()
            .filter(|(_, old, new)| old != new)
            .map(|(field, old, new)| FieldChange {
                field: field.to_owned(),
                old,
                new,
            })
            .collect()
    }
}

/// A KPI as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kpi {
    /// Id.
    pub id: KpiId,
    /// The definition.
    pub definition: Definition,
    /// Name of its circle.
    pub circle_name: String,
    /// The person to ask about it.
    pub steward: Option<Person>,
    /// Baselines and targets by year.
    pub targets: Targets,
    /// Whether it takes values.
    pub active: bool,
    /// When it was created.
    pub create_time: DateTime<Utc>,
    /// When it or one of its targets was last changed.
    pub update_time: DateTime<Utc>,
    /// Every change of the KPI or of its targets raises it.
    pub version: Version,
}

impl Kpi {
    /// The cursor after this KPI.
    pub(crate) fn cursor(&self) -> KpiCursor {
        KpiCursor {
            name_key: self.definition.name.key(),
            id: self.id.get(),
        }
    }
}

/// The person to ask about a KPI.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Steward {
    /// None.
    #[default]
    Nobody,
    /// A user.
    User(UserId),
}

/// A KPI to create.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NewKpi {
    /// The definition.
    pub definition: Definition,
    /// The person to ask about it.
    pub steward: Steward,
    /// Baselines and targets by year.
    pub targets: Targets,
    /// Whether it takes values, and since when.
    pub activation: Activation,
}

/// Whether a new KPI takes values, and since when. Periods before that are not due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// It takes none.
    Inactive,
    /// It takes values from its creation on.
    Now,
    /// It has been in use since the first day of this month, which may lie before its creation.
    Since(Period),
}

impl Activation {
    /// The day since which it has been in use; absent if that is its creation. Refuses a month that
    /// has not begun.
    pub(crate) fn first_day(self, today: NaiveDate) -> Result<Option<NaiveDate>, ValueRuleError> {
        let Self::Since(month) = self else {
            return Ok(None);
        };
        let first = Periodicity::Monthly.begins_on(month);
        if today < first {
            return Err(ValueRuleError::PeriodNotBegun(first));
        }
        Ok(Some(first))
    }
}

/// What to change about a KPI. Absent fields stay as they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct KpiUpdate {
    /// Circle to move it to.
    pub circle: Option<CircleId>,
    /// New name.
    pub name: Option<KpiName>,
    /// New periodicity.
    pub periodicity: Option<Periodicity>,
    /// New unit.
    pub unit: Option<Unit>,
    /// New limits; they replace both bounds.
    pub limits: Option<Limits>,
    /// New description.
    pub description: Option<Description>,
    /// New steward, or none.
    pub steward: Option<Steward>,
    /// New thresholds, or the organisation's.
    pub thresholds: Option<KpiThresholds>,
}

impl KpiUpdate {
    /// The definition after the update.
    pub(crate) fn applied_to(self, current: &Definition) -> Definition {
        Definition {
            circle: self.circle.unwrap_or(current.circle),
            name: self.name.unwrap_or_else(|| current.name.clone()),
            periodicity: self.periodicity.unwrap_or(current.periodicity),
            unit: self.unit.unwrap_or(current.unit),
            limits: self.limits.unwrap_or(current.limits),
            description: self
                .description
                .unwrap_or_else(|| current.description.clone()),
            thresholds: self.thresholds.unwrap_or(current.thresholds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FiniteValue, period::period};

    fn definition() -> Definition {
        Definition {
            circle: CircleId::parse(1).unwrap(),
            name: KpiName::new("Reachability").unwrap(),
            periodicity: Periodicity::Quarterly,
            unit: Unit::Percentage,
            limits: Limits::new(FiniteValue::try_from(0.0).ok(), None).unwrap(),
            description: Description::default(),
            thresholds: KpiThresholds::OfOrganisation,
        }
    }

    #[test]
    fn an_update_of_nothing_and_one_to_the_same_make_no_difference() {
        let current = definition();
        let same = KpiUpdate {
            circle: Some(current.circle),
            name: Some(KpiName::new("  Reachability ").unwrap()),
            periodicity: Some(current.periodicity),
            unit: Some(current.unit),
            limits: Some(current.limits),
            description: Some(Description::new(" ").unwrap()),
            steward: None,
            thresholds: Some(current.thresholds),
        };
        for update in [KpiUpdate::default(), same] {
            assert!(current.differences(&update.applied_to(&current)).is_empty());
        }
    }

    #[test]
    fn each_changed_field_is_logged_with_what_it_held_before() {
        let current = definition();
        let next = KpiUpdate {
            name: Some(KpiName::new("reachability").unwrap()),
            limits: Some(Limits::new(None, FiniteValue::try_from(99.5).ok()).unwrap()),
            description: Some(Description::new("Of all teams").unwrap()),
            thresholds: Some(KpiThresholds::Own(StateThresholds::new(2.5, -7.0).unwrap())),
            ..KpiUpdate::default()
        }
        .applied_to(&current);
        let logged: Vec<String> = current
            .differences(&next)
            .iter()
            .map(|change| format!("{}: {} > {}", change.field, change.old, change.new))
            .collect();
        assert_eq!(
            logged,
            [
                "name: Reachability > reachability",
                "minimum: 0 > ",
                "maximum:  > 99.5",
                "description:  > Of all teams",
                "on_track_from:  > 2.5",
                "slightly_behind_from:  > -7",
            ]
        );
    }

    #[test]
    fn a_kpi_can_be_in_use_since_any_month_that_has_begun() {
        let today = "2026-03-01".parse().unwrap();
        let first_day = |activation: Activation| activation.first_day(today);
        for activation in [Activation::Inactive, Activation::Now] {
            assert!(matches!(first_day(activation), Ok(None)));
        }
        for month in [period(1900, 1), period(2025, 12), period(2026, 3)] {
            let day = first_day(Activation::Since(month)).unwrap().unwrap();
            assert_eq!(day.to_string(), format!("{month}-01"));
        }
        let refused = first_day(Activation::Since(period(2026, 4))).unwrap_err();
        assert_eq!(refused.to_string(), "the period begins on 2026-04-01");
    }

    #[test]
    fn values_freeze_the_periodicity_and_the_kind_of_unit_and_nothing_else() {
        let current = definition();
        let with = |update: KpiUpdate| current.frozen_difference(&update.applied_to(&current));
        let score = KpiUpdate {
            unit: Some(Unit::Score),
            ..KpiUpdate::default()
        };
        let chf = KpiUpdate {
            unit: Some(Unit::Chf),
            ..KpiUpdate::default()
        };
        let yearly = KpiUpdate {
            periodicity: Some(Periodicity::Yearly),
            ..KpiUpdate::default()
        };
        assert_eq!(with(score), None);
        assert_eq!(with(chf), Some(FrozenField::Unit));
        assert_eq!(with(yearly), Some(FrozenField::Periodicity));
    }
}
