//! Entries of the change log.

use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::{
    CircleId, Comment, FiniteValue, Kpi, KpiId, KpiName, KpiValueId, Period, Periodicity, Person,
    Target, Unit, ValueContent,
};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    /// A value was recorded.
    Recorded,
    /// A value was corrected.
    Corrected,
    /// A value was retracted.
    Retracted,
    /// A period was marked as having nothing to report.
    NothingToReport,
    /// A KPI was created.
    KpiCreated,
    /// A field of a KPI was changed.
    KpiUpdated,
    /// Baseline and target were set from a year on.
    TargetSet,
    /// Baseline and target of a year were removed.
    TargetRemoved,
    /// A KPI was activated.
    KpiActivated,
    /// A KPI was deactivated.
    KpiDeactivated,
}

impl Activity {
    const ALL: [Self; 10] = [
        Self::Recorded,
        Self::Corrected,
        Self::Retracted,
        Self::NothingToReport,
        Self::KpiCreated,
        Self::KpiUpdated,
        Self::TargetSet,
        Self::TargetRemoved,
        Self::KpiActivated,
        Self::KpiDeactivated,
    ];

    /// The name in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Corrected => "corrected",
            Self::Retracted => "retracted",
            Self::NothingToReport => "nothing_to_report",
            Self::KpiCreated => "kpi_created",
            Self::KpiUpdated => "kpi_updated",
            Self::TargetSet => "target_set",
            Self::TargetRemoved => "target_removed",
            Self::KpiActivated => "kpi_activated",
            Self::KpiDeactivated => "kpi_deactivated",
        }
    }
}

/// A name in the database that is no activity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no activity `{0}`")]
pub(crate) struct UnknownActivity(String);

impl FromStr for Activity {
    type Err = UnknownActivity;

    fn from_str(name: &str) -> Result<Self, UnknownActivity> {
        Self::ALL
            .into_iter()
            .find(|activity| activity.name() == name)
            .ok_or_else(|| UnknownActivity(name.to_owned()))
    }
}

/// One entry of the change log.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    /// Id.
    pub id: i64,
    /// When it happened.
    pub create_time: DateTime<Utc>,
    /// Who made the change.
    pub changed_by: Person,
    /// The KPI.
    pub kpi: KpiId,
    /// Current name of the KPI.
    pub kpi_name: KpiName,
    /// Current unit of the KPI.
    pub unit: Unit,
    /// Current periodicity of the KPI.
    pub periodicity: Periodicity,
    /// The circle that the KPI belonged to at the time of the change.
    pub circle: CircleId,
    /// What was done.
    pub activity: Activity,
    /// What was changed.
    pub detail: ChangeDetail,
}

/// What was changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ChangeDetail {
    /// A value.
    Value {
        change: ValueChange,
        /// The comment before this change; may be empty.
        old_comment: Comment,
    },
    /// The KPI itself.
    Definition(FieldChange),
}

/// The effect of one change on a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ValueChange {
    /// The value.
    pub value: KpiValueId,
    /// The period it is for.
    pub period: Period,
    /// The number before the change; absent if the period was blank.
    pub old: Option<FiniteValue>,
    /// The content of the period after the change.
    pub new: ValueContent,
}

/// The effect of one change on a field of a KPI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldChange {
    /// The field, by its name in the contract.
    pub field: String,
    /// Content before the change; empty if there was none.
    pub old: String,
    /// Content after the change; empty if there is none.
    pub new: String,
}

impl FieldChange {
    /// A KPI was created.
    pub(crate) fn created(name: &KpiName) -> Self {
        Self {
            field: "name".to_owned(),
            old: String::new(),
            new: name.as_str().to_owned(),
        }
    }

    /// A KPI was activated or deactivated.
    pub(crate) fn active(kpi: &Kpi, active: bool) -> Self {
        Self {
            field: "active".to_owned(),
            old: kpi.active.to_string(),
            new: active.to_string(),
        }
    }

    /// The steward of a KPI changed. Returns nothing if the steward is the same.
    pub(crate) fn steward(before: Option<&Person>, next: Option<&Person>) -> Option<Self> {
        let id = |person: Option<&Person>| person.map(|person| person.user_id);
        let name = |person: Option<&Person>| {
            person
                .map(|person| person.display_name.clone())
                .unwrap_or_default()
        };
        (id(before) != id(next)).then(|| Self {
            field: "steward".to_owned(),
            old: name(before),
            new: name(next),
        })
    }

    /// The target of a year was set.
    pub(crate) fn target_set(before: Option<&Target>, target: &Target) -> Self {
        Self {
            field: format!("targets[{}]", target.from_year),
            old: before.map(ToString::to_string).unwrap_or_default(),
            new: target.to_string(),
        }
    }

    /// The target of a year was removed.
    pub(crate) fn target_removed(before: &Target) -> Self {
        Self {
            field: format!("targets[{}]", before.from_year),
            old: before.to_string(),
            new: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::target::target;
    use super::*;

    #[test]
    fn every_activity_is_found_again_by_its_name() {
        for activity in Activity::ALL {
            assert_eq!(activity.name().parse(), Ok(activity));
        }
    }

    #[test]
    fn a_target_is_logged_with_its_year_and_plain_numbers() {
        let next = target(2026, 1e15, 44.83);
        let set = FieldChange::target_set(Some(&target(2026, -100.0, 100.0)), &next);
        assert_eq!(set.field, "targets[2026]");
        assert_eq!(set.old, "-100 → 100");
        assert_eq!(set.new, "1000000000000000 → 44.83");
        assert_eq!(FieldChange::target_removed(&next).new, "");
    }
}
