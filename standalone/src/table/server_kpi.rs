//! KPIs and values of the server.

use std::collections::{BTreeMap, HashMap};

use kreis_proto::kpi::v1;
use tonic::Status;

use super::{Content, Limits, Name, Period, Periodicity, Target, Unit};

/// A KPI of the server.
#[derive(Debug, Clone)]
pub(crate) struct ServerKpi {
    pub(crate) id: i64,
    pub(crate) etag: String,
    pub(crate) circle_id: i64,
    pub(crate) circle: Name,
    pub(crate) name: Name,
    /// Empty without a description.
    pub(crate) description: String,
    /// The steward's e-mail.
    pub(crate) steward: Option<Name>,
    pub(crate) periodicity: Periodicity,
    pub(crate) unit: Unit,
    pub(crate) limits: Limits,
    pub(crate) targets: BTreeMap<i32, Target>,
    pub(crate) active: bool,
}

/// A value or mark of the server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServerValue {
    pub(crate) content: Content,
    /// The comment of the number, or the reason why there is nothing to report.
    pub(crate) comment: String,
}

impl ServerKpi {
    /// Converts a KPI of the contract. `emails` has those of all users, by id.
    pub(crate) fn from_message(
        kpi: v1::Kpi,
        emails: &HashMap<i64, String>,
    ) -> Result<Self, Status> {
        let steward = match &kpi.steward {
            None => None,
            Some(steward) => Some(emails.get(&steward.user_id).ok_or_else(|| {
                Status::unknown(format!(
                    "the steward of the KPI {} is not among the users",
                    kpi.name
                ))
            })?),
        };
        let targets = kpi.targets.iter().map(|row| {
            let target = Target {
                initial: row.initial_value,
                target: row.target_value,
            };
            (row.from_year, target)
        });
        Ok(Self {
            id: kpi.id,
            circle_id: kpi.circle_id,
            steward: steward.map(|email| Name::kept(email.clone())),
            periodicity: kpi.periodicity().try_into()?,
            unit: kpi.unit().try_into()?,
            limits: kpi.limits.map(Limits::from).unwrap_or_default(),
            targets: targets.collect(),
            active: kpi.active,
            etag: kpi.etag,
            circle: Name::kept(kpi.circle_name),
            name: Name::kept(kpi.name),
            description: kpi.description,
        })
    }
}

impl ServerValue {
    /// Converts a value of the contract; absent for a retracted one.
    pub(crate) fn from_message(value: v1::KpiValue) -> Option<(Period, Self)> {
        let content = match (value.value, value.state()) {
            (Some(number), _) => Content::Number(number),
            (None, v1::KpiValueState::NothingToReport) => Content::Nothing,
            (None, _) => return None,
        };
        let known = Self {
            content,
            comment: value.comment,
        };
        Some((value.period?.into(), known))
    }
}
