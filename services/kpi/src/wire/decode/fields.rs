//! Fields that more than one message has.

use chrono::NaiveDate;
use kreis_proto::{
    kpi::v1 as proto,
    org::v1::{Date as DateMessage, Month as MonthMessage},
};
use kreis_server::status::Violations;
use kreis_service::month::CalendarMonth;
use tonic::Status;

use crate::model::{
    CircleId, FiniteValue, KpiId, KpiScope, KpiThresholds, KpiValueId, Limits, MonthOfYear, Period,
    PeriodRange, Periodicity, StateThresholds, Target, Unit, Year, threshold,
};

/// The error of an absent field.
const REQUIRED: &str = "is required";

/// The id of a message that has no other field to check.
pub(super) fn kpi_id(number: i64) -> Result<KpiId, Status> {
    let mut violations = Violations::default();
    let kpi = violations.check("kpi_id", KpiId::parse(number));
    violations.finish(kpi)
}

/// The id of a message that has no other field to check.
pub(super) fn value_id(number: i64) -> Result<KpiValueId, Status> {
    let mut violations = Violations::default();
    let value = violations.check("kpi_value_id", KpiValueId::parse(number));
    violations.finish(value)
}

/// The id of a circle in a field that may be absent.
pub(super) fn optional_circle_id(
    violations: &mut Violations,
    number: Option<i64>,
) -> Option<CircleId> {
    violations.check("circle_id", CircleId::parse(number?))
}

/// What belongs to the KPIs of a circle.
pub(super) fn circle_scope(violations: &mut Violations, id: i64) -> Option<KpiScope> {
    let circle = violations.check("circle_id", CircleId::parse(id));
    circle.map(KpiScope::Circle)
}

/// What belongs to a KPI.
pub(super) fn kpi_scope(violations: &mut Violations, id: i64) -> Option<KpiScope> {
    let kpi = violations.check("kpi_id", KpiId::parse(id));
    kpi.map(KpiScope::Kpi)
}

pub(super) fn required_number(
    violations: &mut Violations,
    field: &str,
    number: Option<f64>,
) -> Option<FiniteValue> {
    if number.is_none() {
        violations.add(field, REQUIRED);
    }
    number.and_then(|number| violations.check(field, FiniteValue::try_from(number)))
}

pub(super) fn period(
    violations: &mut Violations,
    field: &str,
    message: proto::Period,
) -> Option<Period> {
    let year = violations.check(&format!("{field}.year"), Year::try_from(message.year));
    let month = violations.check(
        &format!("{field}.month"),
        MonthOfYear::try_from(message.month),
    );
    Some(Period {
        year: year?,
        month: month?,
    })
}

pub(super) fn required_period(
    violations: &mut Violations,
    field: &str,
    message: Option<proto::Period>,
) -> Option<Period> {
    if message.is_none() {
        violations.add(field, REQUIRED);
    }
    message.and_then(|message| period(violations, field, message))
}

pub(super) fn month(
    violations: &mut Violations,
    field: &str,
    message: MonthMessage,
) -> Option<Period> {
    CalendarMonth::decode(violations, field, message).map(Period::from)
}

pub(super) fn date(
    violations: &mut Violations,
    field: &str,
    message: DateMessage,
) -> Option<NaiveDate> {
    let DateMessage { year, month, day } = message;
    let month = self::month(violations, field, MonthMessage { year, month })?;
    let date = u32::try_from(day)
        .ok()
        .and_then(|day| NaiveDate::from_ymd_opt(month.year.into(), month.month.number(), day));
    if date.is_none() {
        violations.add(format!("{field}.day"), "must be a day of the month");
    }
    date
}

/// A range in two optional fields of a message.
pub(super) fn open_range(
    violations: &mut Violations,
    from: Option<proto::Period>,
    to: Option<proto::Period>,
) -> Option<PeriodRange> {
    let from = from.map_or(Some(Period::FIRST), |from| period(violations, "from", from));
    let to = to.map_or(Some(Period::LAST), |to| period(violations, "to", to));
    violations.check("to", PeriodRange::new(from?, to?))
}

pub(super) fn limits(violations: &mut Violations, message: proto::Limits) -> Option<Limits> {
    let mut end = |field, number: Option<f64>| {
        number.and_then(|number| violations.check(field, FiniteValue::try_from(number)))
    };
    let minimum = end("limits.minimum", message.minimum);
    let maximum = end("limits.maximum", message.maximum);
    violations.check("limits.maximum", Limits::new(minimum, maximum))
}

/// Thresholds of a KPI; without both numbers, the organisation's.
pub(super) fn thresholds(
    violations: &mut Violations,
    message: proto::StateThresholds,
) -> Option<KpiThresholds> {
    if message.on_track_from.is_none() && message.slightly_behind_from.is_none() {
        return Some(KpiThresholds::OfOrganisation);
    }
    required_thresholds(violations, message).map(KpiThresholds::Own)
}

/// Thresholds with both numbers.
pub(super) fn required_thresholds(
    violations: &mut Violations,
    message: proto::StateThresholds,
) -> Option<StateThresholds> {
    let mut number = |field, points: Option<f64>| {
        if points.is_none() {
            violations.add(field, REQUIRED);
        }
        points.and_then(|points| violations.check(field, threshold(points)))
    };
    let on_track_from = number("state_thresholds.on_track_from", message.on_track_from);
    let slightly_behind_from = number(
        "state_thresholds.slightly_behind_from",
        message.slightly_behind_from,
    );
    violations.check(
        "state_thresholds.slightly_behind_from",
        StateThresholds::new(on_track_from?, slightly_behind_from?),
    )
}

/// A target; `path` comes before the names of its fields.
pub(super) fn target(
    violations: &mut Violations,
    path: &str,
    from_year: i32,
    initial: Option<f64>,
    target: Option<f64>,
) -> Option<Target> {
    let from_year = violations.check(&format!("{path}from_year"), Year::try_from(from_year));
    let initial = required_number(violations, &format!("{path}initial_value"), initial);
    let target = required_number(violations, &format!("{path}target_value"), target);
    Some(Target {
        from_year: from_year?,
        initial: initial?,
        target: target?,
    })
}

/// A number that is not in the enum.
#[derive(Debug, thiserror::Error)]
#[error("must be one of the named choices, and not the unspecified one")]
pub(super) struct UnknownEnumValue;

pub(super) fn periodicity(number: i32) -> Result<Periodicity, UnknownEnumValue> {
    match proto::Periodicity::try_from(number) {
        Ok(proto::Periodicity::Monthly) => Ok(Periodicity::Monthly),
        Ok(proto::Periodicity::Quarterly) => Ok(Periodicity::Quarterly),
        Ok(proto::Periodicity::Yearly) => Ok(Periodicity::Yearly),
        Ok(proto::Periodicity::Unspecified) | Err(_) => Err(UnknownEnumValue),
    }
}

pub(super) fn unit(number: i32) -> Result<Unit, UnknownEnumValue> {
    match proto::Unit::try_from(number) {
        Ok(proto::Unit::Chf) => Ok(Unit::Chf),
        Ok(proto::Unit::Percentage) => Ok(Unit::Percentage),
        Ok(proto::Unit::Amount) => Ok(Unit::Amount),
        Ok(proto::Unit::Score) => Ok(Unit::Score),
        Ok(proto::Unit::Unspecified) | Err(_) => Err(UnknownEnumValue),
    }
}

/// A number that stands for none of the units.
#[derive(Debug, thiserror::Error)]
#[error("must be one of the named units, or absent")]
pub(super) struct NoUnit;

/// The unit that the caller saw; nothing where they do not say.
pub(super) fn seen_unit(number: i32) -> Result<Option<Unit>, NoUnit> {
    if number == i32::from(proto::Unit::Unspecified) {
        return Ok(None);
    }
    unit(number).map(Some).map_err(|UnknownEnumValue| NoUnit)
}
