//! Requests about KPIs.

use std::{collections::BTreeSet, mem::take};

use kreis_chassis::status::Violations;
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
    Activation, CircleId, Definition, Description, Etag, KpiId, KpiName, KpiUpdate, NewKpi, Period,
    PeriodRange, RequestKey, Steward, Target, Targets, UserId, Year,
};

/// At most one for each supported year.
const MOST_TARGETS: usize = Year::COUNT;

/// Checks the id of a KPI.
pub(crate) fn kpi_id(number: i64) -> Result<KpiId, Status> {
    let mut faults = Violations::default();
    let kpi = faults.check("kpi_id", KpiId::try_from(number));
    faults.finish(kpi)
}

/// Decodes the id of a KPI and the version that the caller saw.
pub(crate) fn existing_kpi(number: i64, etag: String) -> Result<(KpiId, Etag), Status> {
    Ok((kpi_id(number)?, etag.into()))
}

/// Decodes a KPI to create.
pub(crate) fn new_kpi(
    mut message: CreateKpiRequest,
) -> Result<(NewKpi, Option<RequestKey>), Status> {
    let mut faults = Violations::default();
    if !faults.check_length("targets", &message.targets, MOST_TARGETS) {
        // Too many targets are also kept out of the digest of the message.
        message.targets = Vec::new();
    }
    let request_id = take(&mut message.request_id);
    let request = fields::request_key(&mut faults, "CreateKpi", &request_id, &message);
    let circle = faults.check("circle_id", CircleId::try_from(message.circle_id));
    let name = faults.check("name", KpiName::new(&message.name));
    let periodicity = faults.check("periodicity", fields::periodicity(message.periodicity));
    let unit = faults.check("unit", fields::unit(message.unit));
    let limits = fields::limits(&mut faults, message.limits.unwrap_or_default());
    let description = faults.check("description", Description::new(&message.description));
    let steward = steward(&mut faults, message.steward.unwrap_or_default());
    let targets = targets(&mut faults, &message.targets);
    let activation = activation(&mut faults, message.active, message.active_since);
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
    faults.finish(parsed())
}

fn targets(faults: &mut Violations, messages: &[TargetMessage]) -> Targets {
    let mut years = BTreeSet::new();
    let mut targets = Vec::with_capacity(messages.len());
    for (index, message) in messages.iter().enumerate() {
        if faults.is_full() {
            break;
        }
        if !years.insert(message.from_year) {
            faults.add(format!("targets[{index}].from_year"), "must come only once");
        }
        targets.extend(fields::target(
            faults,
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
    faults: &mut Violations,
    active: Option<bool>,
    since: Option<MonthMessage>,
) -> Option<Activation> {
    match (active.unwrap_or(true), since) {
        (true, None) => Some(Activation::Now),
        (true, Some(month)) => fields::month(faults, "active_since", month).map(Activation::Since),
        (false, None) => Some(Activation::Inactive),
        (false, Some(_)) => {
            faults.add("active_since", "must be absent for an inactive kpi");
            None
        }
    }
}

/// Decodes a steward; an absent user means none.
fn steward(faults: &mut Violations, message: StewardMessage) -> Option<Steward> {
    match message.user_id {
        None => Some(Steward::Nobody),
        Some(id) => faults
            .check("steward.user_id", UserId::try_from(id))
            .map(Steward::User),
    }
}

/// Decodes the changes of a KPI.
pub(crate) fn update(message: UpdateKpiRequest) -> Result<(KpiId, KpiUpdate, Etag), Status> {
    let mut faults = Violations::default();
    let kpi = faults.check("kpi_id", KpiId::try_from(message.kpi_id));
    let update = KpiUpdate {
        circle: message
            .circle_id
            .and_then(|id| faults.check("circle_id", CircleId::try_from(id))),
        name: message
            .name
            .and_then(|name| faults.check("name", KpiName::new(&name))),
        periodicity: message
            .periodicity
            .and_then(|number| faults.check("periodicity", fields::periodicity(number))),
        unit: message
            .unit
            .and_then(|number| faults.check("unit", fields::unit(number))),
        limits: message
            .limits
            .and_then(|limits| fields::limits(&mut faults, limits)),
        description: message
            .description
            .and_then(|text| faults.check("description", Description::new(&text))),
        steward: message
            .steward
            .and_then(|message| steward(&mut faults, message)),
    };
    faults.finish(kpi.map(|kpi| (kpi, update, message.etag.into())))
}

/// Decodes a baseline and target to set.
pub(crate) fn new_target(message: SetKpiTargetRequest) -> Result<(KpiId, Target, Etag), Status> {
    let mut faults = Violations::default();
    let kpi = faults.check("kpi_id", KpiId::try_from(message.kpi_id));
    let target = fields::target(
        &mut faults,
        "",
        message.from_year,
        message.initial_value,
        message.target_value,
    );
    faults.finish(
        kpi.zip(target)
            .map(|(kpi, target)| (kpi, target, message.etag.into())),
    )
}

/// Decodes which baseline and target to remove.
pub(crate) fn old_target(message: RemoveKpiTargetRequest) -> Result<(KpiId, Year, Etag), Status> {
    let mut faults = Violations::default();
    let kpi = faults.check("kpi_id", KpiId::try_from(message.kpi_id));
    let year = faults.check("from_year", Year::try_from(message.from_year));
    faults.finish(
        kpi.zip(year)
            .map(|(kpi, year)| (kpi, year, message.etag.into())),
    )
}

/// Decodes which KPI and which range.
pub(crate) fn kpi_progress(message: GetKpiProgressRequest) -> Result<(KpiId, PeriodRange), Status> {
    let mut faults = Violations::default();
    let kpi = faults.check("kpi_id", KpiId::try_from(message.kpi_id));
    let range = fields::open_range(&mut faults, message.from, message.to);
    faults.finish(kpi.zip(range))
}

/// Decodes which circle and which month.
pub(crate) fn circle_progress(
    message: GetCircleProgressRequest,
) -> Result<(CircleId, Option<Period>), Status> {
    let mut faults = Violations::default();
    let circle = faults.check("circle_id", CircleId::try_from(message.circle_id));
    let as_of = message
        .as_of
        .and_then(|as_of| fields::period(&mut faults, "as_of", as_of));
    faults.finish(circle.map(|circle| (circle, as_of)))
}
