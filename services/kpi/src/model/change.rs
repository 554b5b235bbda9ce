//! Entries of the change log.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use kreis_service::page::TimeCursor;

use super::{
    CircleId, Comment, FieldChange, FiniteValue, KpiId, KpiName, KpiValueId, Period, Periodicity,
    Person, Unit, UserId, ValueContent,
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
    pub(crate) const ALL: [Self; 10] = [
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
    /// The present owner of the service account that made the change; absent for a person.
    pub owner: Option<Person>,
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

impl Change {
    /// The cursor after this change.
    pub(crate) const fn cursor(&self) -> TimeCursor {
        TimeCursor {
            time: self.create_time,
            id: self.id,
        }
    }
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

/// The fields that all entries of the change log have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChangeHeader {
    /// Who made the change.
    pub user: UserId,
    /// The KPI.
    pub kpi: KpiId,
    /// The circle to which it belongs at the time.
    pub circle: CircleId,
    /// What was done.
    pub activity: Activity,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_activity_is_found_again_by_its_name() {
        for activity in Activity::ALL {
            assert_eq!(activity.name().parse(), Ok(activity));
        }
    }
}
