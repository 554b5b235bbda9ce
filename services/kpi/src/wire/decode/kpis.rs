//! Requests about KPIs and their progress.

use std::{collections::BTreeSet, mem::take};

use kreis_proto::{
    kpi::v1::{
        ActivateKpiRequest, CreateKpiRequest, DeactivateKpiRequest, GetCircleProgressRequest,
        GetKpiProgressRequest, GetKpiRequest, ListKpisRequest, RemoveKpiTargetRequest,
        SetKpiTargetRequest, SetStateThresholdsRequest, Steward as StewardMessage,
        Target as TargetMessage, UpdateKpiRequest,
    },
    org::v1::Month as MonthMessage,
};
use kreis_server::status::Violations;
use kreis_service::{idempotency::RequestKey, page::PageRequest};
use tonic::Status;

use super::fields;
use crate::model::{
    Activation, CircleId, CreateKpi, Definition, Description, ExpectedVersion, GetCircleProgress,
    GetKpiProgress, KpiFilter, KpiId, KpiName, KpiUpdate, ListKpis, NewKpi, RemoveKpiTarget,
    SetKpiActive, SetKpiTarget, SetStateThresholds, Steward, Targets, UpdateKpi, UserId, Year,
};

/// At most one for each supported year.
const MAX_TARGETS: usize = Year::COUNT;

pub(crate) fn get_kpi(message: GetKpiRequest) -> Result<KpiId, Status> {
    fields::kpi_id(message.kpi_id)
}

pub(crate) fn list_kpis(mut message: ListKpisRequest) -> Result<ListKpis, Status> {
    let mut violations = Violations::default();
    let page_size = take(&mut message.page_size);
    let page_token = take(&mut message.page_token);
    let filter = KpiFilter {
        circle: fields::optional_circle_id(&mut violations, message.circle_id),
        active: message.active,
    };
    let page = PageRequest::decode(
        &mut violations,
        "kreis.kpi.v1.KpiService/ListKpis",
        page_size,
        &page_token,
        &message,
    );
    violations.finish(page.map(|page| ListKpis { filter, page }))
}

pub(crate) fn activate_kpi(message: &ActivateKpiRequest) -> Result<SetKpiActive, Status> {
    Ok(SetKpiActive {
        id: fields::kpi_id(message.kpi_id)?,
        active: true,
        expected: ExpectedVersion::parse(&message.etag),
    })
}

pub(crate) fn deactivate_kpi(message: &DeactivateKpiRequest) -> Result<SetKpiActive, Status> {
    Ok(SetKpiActive {
        id: fields::kpi_id(message.kpi_id)?,
        active: false,
        expected: ExpectedVersion::parse(&message.etag),
    })
}

pub(crate) fn create_kpi(mut message: CreateKpiRequest) -> Result<CreateKpi, Status> {
    let mut violations = Violations::default();
    if !violations.check_length("targets", &message.targets, MAX_TARGETS) {
        // Too many targets are also kept out of the digest of the message.
        message.targets = Vec::new();
    }
    let request_id = take(&mut message.request_id);
    let key = RequestKey::decode(&mut violations, "CreateKpi", &request_id, &message);
    let circle = violations.check("circle_id", CircleId::parse(message.circle_id));
    let name = violations.check("name", KpiName::new(&message.name));
    let periodicity = violations.check("periodicity", fields::periodicity(message.periodicity));
    let unit = violations.check("unit", fields::unit(message.unit));
    let limits = fields::limits(&mut violations, message.limits.unwrap_or_default());
    let description = violations.check("description", Description::new(&message.description));
    let steward = steward(&mut violations, message.steward.unwrap_or_default());
    let targets = targets(&mut violations, &message.targets);
    let activation = activation(&mut violations, message.active, message.active_since);
    let thresholds = fields::thresholds(
        &mut violations,
        message.state_thresholds.unwrap_or_default(),
    );
    let parsed = || {
        let definition = Definition {
            circle: circle?,
            name: name?,
            periodicity: periodicity?,
            unit: unit?,
            limits: limits?,
            description: description?,
            thresholds: thresholds?,
        };
        let new = NewKpi {
            definition,
            steward: steward?,
            targets,
            activation: activation?,
        };
        Some(CreateKpi { new, key })
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

pub(crate) fn update_kpi(message: UpdateKpiRequest) -> Result<UpdateKpi, Status> {
    let mut violations = Violations::default();
    let id = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let update = KpiUpdate {
        circle: fields::optional_circle_id(&mut violations, message.circle_id),
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
        thresholds: message
            .state_thresholds
            .and_then(|message| fields::thresholds(&mut violations, message)),
    };
    let expected = ExpectedVersion::parse(&message.etag);
    violations.finish(id.map(|id| UpdateKpi {
        id,
        update,
        expected,
    }))
}

pub(crate) fn set_kpi_target(message: &SetKpiTargetRequest) -> Result<SetKpiTarget, Status> {
    let mut violations = Violations::default();
    let id = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let target = fields::target(
        &mut violations,
        "",
        message.from_year,
        message.initial_value,
        message.target_value,
    );
    let parsed = || {
        Some(SetKpiTarget {
            id: id?,
            target: target?,
            expected: ExpectedVersion::parse(&message.etag),
        })
    };
    violations.finish(parsed())
}

pub(crate) fn remove_kpi_target(
    message: &RemoveKpiTargetRequest,
) -> Result<RemoveKpiTarget, Status> {
    let mut violations = Violations::default();
    let id = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let from_year = violations.check("from_year", Year::try_from(message.from_year));
    let parsed = || {
        Some(RemoveKpiTarget {
            id: id?,
            from_year: from_year?,
            expected: ExpectedVersion::parse(&message.etag),
        })
    };
    violations.finish(parsed())
}

pub(crate) fn get_kpi_progress(message: &GetKpiProgressRequest) -> Result<GetKpiProgress, Status> {
    let mut violations = Violations::default();
    let id = violations.check("kpi_id", KpiId::parse(message.kpi_id));
    let range = fields::open_range(&mut violations, message.from, message.to);
    let parsed = id.zip(range);
    violations.finish(parsed.map(|(id, range)| GetKpiProgress { id, range }))
}

pub(crate) fn get_circle_progress(
    message: &GetCircleProgressRequest,
) -> Result<GetCircleProgress, Status> {
    let mut violations = Violations::default();
    let circle = violations.check("circle_id", CircleId::parse(message.circle_id));
    let as_of = message
        .as_of
        .and_then(|as_of| fields::month(&mut violations, "as_of", as_of));
    violations.finish(circle.map(|circle| GetCircleProgress { circle, as_of }))
}

pub(crate) fn set_state_thresholds(
    message: &SetStateThresholdsRequest,
) -> Result<SetStateThresholds, Status> {
    let mut violations = Violations::default();
    let thresholds = fields::required_thresholds(
        &mut violations,
        message.state_thresholds.unwrap_or_default(),
    );
    violations.finish(thresholds.map(|thresholds| SetStateThresholds {
        thresholds,
        expected: ExpectedVersion::parse(&message.etag),
    }))
}
