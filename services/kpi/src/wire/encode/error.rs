//! Turns each error of kpi into a status.

use kreis_proto::kpi::v1::ErrorReason;
use kreis_server::status::{self, StatusBuilder};
use tonic::{Code, Status};

use super::fields::unit;
use crate::{
    error::{Error, format_periods},
    model::{Limits, OccupiedError, ValueRuleError},
};

const DOMAIN: &str = "kreis.kpi";
const PREFIX: &str = "ERROR_REASON_";

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        let refusal =
            |code, reason, metadata: &[(&str, String)]| refusal_with(&text, code, reason, metadata);
        let missing = |reason, kind: &str, key: &str, id: String| {
            refusal(Code::NotFound, reason, &[(key, id.clone())]).resource(kind, id)
        };
        match error {
            Error::KpiNotFound(id) => {
                missing(ErrorReason::KpiNotFound, "kpi", "kpi_id", id.to_string())
            }
            Error::KpiValueNotFound(id) => {
                let reason = ErrorReason::KpiValueNotFound;
                missing(reason, "kpi_value", "kpi_value_id", id.to_string())
            }
            Error::CircleNotFound(id) => {
                let reason = ErrorReason::CircleNotFound;
                missing(reason, "circle", "circle_id", id.to_string())
            }
            Error::StewardNotFound(id) => missing(
                ErrorReason::StewardNotFound,
                "user",
                "user_id",
                id.to_string(),
            ),
            Error::TargetNotFound { kpi, from_year } => refusal(
                Code::NotFound,
                ErrorReason::TargetNotFound,
                &[
                    ("kpi_id", kpi.to_string()),
                    ("from_year", from_year.to_string()),
                ],
            )
            .resource("target", format!("{kpi}/{from_year}")),
            Error::NotAMember => refusal(Code::PermissionDenied, ErrorReason::NotAMember, &[]),
            Error::KpiNameTaken(kpi) => refusal(
                Code::AlreadyExists,
                ErrorReason::KpiNameTaken,
                &[("kpi_id", kpi.to_string())],
            ),
            Error::Occupied(OccupiedError::AlreadyRecorded(value)) => refusal(
                Code::AlreadyExists,
                ErrorReason::AlreadyRecorded,
                &[("kpi_value_id", value.to_string())],
            ),
            Error::ValueRule(error) => value_rule(&text, error),
            Error::FrozenByValues(field) => refusal(
                Code::FailedPrecondition,
                ErrorReason::FrozenByValues,
                &[("field", field.field().to_owned())],
            ),
            Error::LimitsExcludeValues(periods) => refusal(
                Code::FailedPrecondition,
                ErrorReason::LimitsExcludeValues,
                &[("periods", format_periods(&periods))],
            ),
            Error::ValueRetracted => {
                refusal(Code::FailedPrecondition, ErrorReason::ValueRetracted, &[])
            }
            Error::NothingToReport => {
                refusal(Code::FailedPrecondition, ErrorReason::NothingToReport, &[])
            }
            Error::OverviewTooLarge(most) => refusal(
                Code::ResourceExhausted,
                ErrorReason::OverviewTooLarge,
                &[("limit", most.to_string())],
            ),
            Error::TokenRevoked => return status::unauthenticated(),
            Error::GatekeeperRequired => return status::gatekeeper_required(),
            Error::VersionMismatch(error)
            | Error::Occupied(OccupiedError::VersionMismatch(error)) => {
                return status::etag_mismatch(&error.current.etag());
            }
            Error::Replay(error) => return error.status(),
            Error::Conflict => return status::conflict(),
            Error::Database(error) => return error.status(),
        }
        .into_status()
    }
}

/// The bounds that are set.
fn ends(limits: Limits) -> Vec<(&'static str, String)> {
    [("minimum", limits.minimum()), ("maximum", limits.maximum())]
        .into_iter()
        .filter_map(|(name, end)| end.map(|end| (name, end.to_string())))
        .collect()
}

fn value_rule(text: &str, error: ValueRuleError) -> StatusBuilder {
    let refusal =
        |code, reason, metadata: &[(&str, String)]| refusal_with(text, code, reason, metadata);
    match error {
        ValueRuleError::PeriodNotOfKpi(periodicity) => refusal(
            Code::InvalidArgument,
            ErrorReason::PeriodNotOfKpi,
            &[("allowed_months", periodicity.month_names())],
        ),
        ValueRuleError::OutsideLimits(limits) => refusal(
            Code::InvalidArgument,
            ErrorReason::ValueOutsideLimits,
            &ends(limits),
        ),
        ValueRuleError::PeriodNotBegun(begins_on) => refusal(
            Code::FailedPrecondition,
            ErrorReason::PeriodNotBegun,
            &[("begins_on", begins_on.to_string())],
        ),
        ValueRuleError::KpiInactive => {
            refusal(Code::FailedPrecondition, ErrorReason::KpiInactive, &[])
        }
        ValueRuleError::UnitChanged(current) => refusal(
            Code::FailedPrecondition,
            ErrorReason::UnitChanged,
            &[("unit", unit(current).as_str_name().to_owned())],
        ),
    }
}

fn refusal_with(
    text: &str,
    code: Code,
    reason: ErrorReason,
    metadata: &[(&str, String)],
) -> StatusBuilder {
    let reason = reason.as_str_name().trim_start_matches(PREFIX);
    StatusBuilder::new(code, DOMAIN, reason, text, metadata)
}
