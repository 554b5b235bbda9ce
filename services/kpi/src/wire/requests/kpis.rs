//! Requests about KPIs.

use std::{collections::BTreeSet, mem::take};

use kreis_chassis::{idempotency::RequestKey, status::Violations};
use kreis_proto::{
    kpi::v1::{
        CreateKpiRequest, GetCircleProgressRequest, GetKpiProgressRequest, RemoveKpiTargetRequest,
        SetKpiTargetRequest, Steward as StewardMessage, Target as TargetMessage, UpdateKpiRequest,
    },
    org::v1::Month as MonthMessage,
};
use tonic::Status;

use super::super::fields;
use crate::model::{
    Activation, CircleId, Definition, Description, ExpectedVersion, KpiId, KpiName, KpiUpdate,
    NewKpi, Period, PeriodRange, Steward, Target, Targets, UserId, Year,
};

/// At most one for each supported year.
const MAX_TARGETS: usize = Year::COUNT;

/// Checks the id of a KPI.
pub(crate) fn kpi_id(number: i64) -> Result<KpiId, Status> {
    let mut violations = Violations::default();
    let kpi = violations.check("kpi_id", KpiId::parse(number));
    violations.finish(kpi)
}

/// Decodes the id of a KPI and the version that the caller saw.
pub(crate) fn existing_kpi(number: i64, etag: &str) -> Result<(KpiId, ExpectedVersion), Status> {
    Ok((kpi_id(number)?, ExpectedVersion::parse(etag)))
}

/// Decodes a KPI to create.
pub(crate) fn new_kpi(
    mut message: CreateKpiRequest,
) -> Result<(NewKpi, Option<RequestKey>), Status> {
    let mut violations = Violations::default();
    if !violations.check_length("targets", &message.targets, MAX_TARGETS) {
        // Too many targets are also kept out of the digest of the message.
        message.targets = Vec::new();
    }
    let request_id = take(&mut message.request_id);
    let request = RequestKey::decode(&mut violations, "CreateKpi", &request_id, &message);
    let circle = violations.check("circle_id", CircleId::parse(message.circle_id));
    let name = violations.check("name", KpiName::new(&message.name));
    let periodicity = violations.check("periodicity", fields::periodicity(message.periodicity));
    let unit = violations.check("unit", fields::unit(message.unit));
    let limits = fields::limits(&mut violations, message.limits.unwrap_or_default());
    let description = violations.check("description", Description::new(&message.description));
    let steward = steward(&mut violations, message.steward.unwrap_or_default());
    let targets = targets(&mut violations, &message.targets);
    let activation = activation(&mut violations, message.active, message.active_since);
    let parsed = || {
        let definition = Definition {
            circle: circle?,
            name: name?,
            periodicity: periodicity?,
            unit: unit?,
            limits: limits?,
            description: description?,
        };
        let kpi = NewKpi {
            definition,
            steward: steward?,
            targets,
            activation: activation?,
        };
        Some((kpi, request))
    };
    violations.finish(parsed())
}

fn targets(violations: &mut Violations, messages: &[TargetMessage]) -> Targets {
    let mut years = BTreeSet::new();
    let mut targets = Vec::with_capacity(messages.len());
    for (index, message) in messages.iter().enumerate() {
        if violations.is_full() {
            break;
        }
        if !years.insert(message.from_year) {
            violations.add(format!("targets[{index}].from_year"), "must come only once");
        }
        targets.extend(fields::target(
            violations,
            &format!("targets[{index}]."),
            message.from_year,
            Some(message.initial_value),
            Some(message.target_value),
        ));
    }
    Targets::new(targets)
}

/// Decodes whether a new KPI takes values, and since when.
fn activation(
    violations: &mut Violations,
    active: Option<bool>,
    since: Option<MonthMessage>,
) -> Option<Activation> {
    match (active.unwrap_or(true), since) {
        (true, None) => Some(Activation::Now),
        (true, Some(month)) => {
            fields::month(violations, "active_since", month).map(Activation::Since)
        }
        (false, None) => Some(Activation::Inactive),
        (false, Some(_)) => {
            violations.add("active_since", "must be absent for an inactive kpi");
            None
        }
    }
}

/// Decodes a steward; an absent user means none.
fn steward(violations: &mut Violations, message: StewardMessage) -> Option<Steward> {
    match message.user_id {
        None => Some(Steward::Nobody),
        Some(id) => violations
            .check("steward.user_id", UserId::parse(id))
            .map(Steward::User),
    }
}

/// Decodes the changes of a KPI.
pub(crate) fn update(
    message: UpdateKpiRequest,
) -> Result<(KpiId, KpiUpdate, ExpectedVersion), Status> {
    let mut violations = Violations::default();
    let kpi = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let update = KpiUpdate {
        circle: message
            .circle_id
            .and_then(|id| violations.check("circle_id", CircleId::parse(id))),
        name: message
            .name
            .and_then(|name| violations.check("name", KpiName::new(&name))),
        periodicity: message
            .periodicity
            .and_then(|number| violations.check("periodicity", fields::periodicity(number))),
        unit: message
            .unit
            .and_then(|number| violations.check("unit", fields::unit(number))),
        limits: message
            .limits
            .and_then(|limits| fields::limits(&mut violations, limits)),
        description: message
            .description
            .and_then(|text| violations.check("description", Description::new(&text))),
        steward: message
            .steward
            .and_then(|message| steward(&mut violations, message)),
    };
    violations.finish(kpi.map(|kpi| (kpi, update, ExpectedVersion::parse(&message.etag))))
}

/// Decodes a baseline and target to set.
pub(crate) fn new_target(
    message: SetKpiTargetRequest,
) -> Result<(KpiId, Target, ExpectedVersion), Status> {
    let mut violations = Violations::default();
    let kpi = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let target = fields::target(
        &mut violations,
        "",
        message.from_year,
        message.initial_value,
        message.target_value,
    );
    violations.finish(
        kpi.zip(target)
            .map(|(kpi, target)| (kpi, target, ExpectedVersion::parse(&message.etag))),
    )
}

/// Decodes which baseline and target to remove.
pub(crate) fn old_target(
    message: RemoveKpiTargetRequest,
) -> Result<(KpiId, Year, ExpectedVersion), Status> {
    let mut violations = Violations::default();
    let kpi = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let year = violations.check("from_year", Year::try_from(message.from_year));
    violations.finish(
        kpi.zip(year)
            .map(|(kpi, year)| (kpi, year, ExpectedVersion::parse(&message.etag))),
    )
}

/// Decodes which KPI and which range.
pub(crate) fn kpi_progress(message: GetKpiProgressRequest) -> Result<(KpiId, PeriodRange), Status> {
    let mut violations = Violations::default();
    let kpi = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let range = fields::open_range(&mut violations, message.from, message.to);
    violations.finish(kpi.zip(range))
}

/// Decodes which circle and which month.
pub(crate) fn circle_progress(
    message: GetCircleProgressRequest,
) -> Result<(CircleId, Option<Period>), Status> {
    let mut violations = Violations::default();
    let circle = violations.check("circle_id", CircleId::parse(message.circle_id));
    let as_of = message
        .as_of
        .and_then(|as_of| fields::period(&mut violations, "as_of", as_of));
    violations.finish(circle.map(|circle| (circle, as_of)))
}
