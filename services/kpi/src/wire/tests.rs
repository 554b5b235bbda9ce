//! Which requests are refused, and with which errors.

use chrono::NaiveDate;
use kreis_proto::{kpi::v1 as proto, org::v1::Month};
use kreis_service::{
    expected_version::VersionMismatch,
    idempotency::{ReplayError, RequestKey},
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::decode::{
    kpis::{create_kpi, get_kpi_progress, list_kpis, set_kpi_target},
    values::{correct_kpi_value, list_kpi_values, record_kpi_value, retract_kpi_value},
};
use crate::{
    error::Error,
    model::{
        CircleId, FiniteValue, FrozenField, KpiCursor, KpiId, KpiValueId, Limits, OccupiedError,
        Period, Periodicity, Unit, UserId, ValueRuleError, Version,
    },
};

const REQUEST_ID: &str = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";

fn fields<T: std::fmt::Debug>(refused: Result<T, Status>) -> Vec<String> {
    let status = refused.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let bad_request = status.get_details_bad_request().unwrap();
    bad_request
        .field_violations
        .into_iter()
        .map(|violation| violation.field)
        .collect()
}

fn recording_of(value: f64, request_id: &str) -> proto::RecordKpiValueRequest {
    proto::RecordKpiValueRequest {
        kpi_id: 1,
        period: Some(proto::Period {
            year: 2023,
            month: 3,
        }),
        value: Some(value),
        request_id: request_id.to_owned(),
        ..Default::default()
    }
}

#[test]
fn a_new_kpi_is_refused_with_all_its_faults_at_once() {
    let nonsense = proto::CreateKpiRequest {
        circle_id: 0,
        name: " \u{a0}".to_owned(),
        periodicity: 0,
        unit: 17,
        limits: Some(proto::Limits {
            minimum: Some(f64::NAN),
            maximum: Some(f64::INFINITY),
        }),
        targets: vec![
            proto::Target {
                from_year: 1899,
                initial_value: 1e16,
                target_value: 0.0,
            },
            proto::Target {
                from_year: 1899,
                initial_value: 0.0,
                target_value: f64::NEG_INFINITY,
            },
        ],
        active: None,
        request_id: "again".to_owned(),
        description: "a\0b".to_owned(),
        steward: Some(proto::Steward { user_id: Some(0) }),
        active_since: Some(Month {
            year: 2201,
            month: -1,
        }),
        state_thresholds: Some(proto::StateThresholds {
            on_track_from: Some(f64::INFINITY),
            slightly_behind_from: None,
        }),
    };
    let mut found = fields(create_kpi(nonsense));
    found.sort();
    assert_eq!(
        found,
        [
            "active_since.month",
            "active_since.year",
            "circle_id",
            "description",
            "limits.maximum",
            "limits.minimum",
            "name",
            "periodicity",
            "request_id",
            "state_thresholds.on_track_from",
            "state_thresholds.slightly_behind_from",
            "steward.user_id",
            "targets[0].from_year",
            "targets[0].initial_value",
            "targets[1].from_year",
            "targets[1].from_year",
            "targets[1].target_value",
            "unit",
        ]
    );
}

#[test]
fn a_value_and_a_target_that_are_left_out_are_not_zero() {
    let nothing = proto::RecordKpiValueRequest::default();
    assert_eq!(
        fields(record_kpi_value(nothing)),
        ["kpi_id", "period", "value"]
    );
    let nothing = proto::SetKpiTargetRequest::default();
    assert_eq!(
        fields(set_kpi_target(&nothing)),
        ["kpi_id", "from_year", "initial_value", "target_value"]
    );
}

#[test]
fn a_seen_unit_may_be_left_out_and_is_otherwise_a_unit() {
    let recording_in = |seen_unit| {
        let seen_unit = proto::RecordKpiValueRequest {
            seen_unit,
            ..recording_of(46.0, "")
        };
        record_kpi_value(seen_unit)
    };
    let correction_in = |seen_unit| {
        correct_kpi_value(proto::CorrectKpiValueRequest {
            kpi_value_id: 1,
            value: Some(46.0),
            seen_unit,
            ..Default::default()
        })
    };
    for (number, unit) in [(0, None), (2, Some(Unit::Percentage))] {
        assert_eq!(recording_in(number).unwrap().new.seen_unit, unit);
        assert_eq!(correction_in(number).unwrap().correction.seen_unit, unit);
    }
    for number in [5, -1] {
        assert_eq!(fields(recording_in(number)), ["seen_unit"]);
        assert_eq!(fields(correction_in(number)), ["seen_unit"]);
    }
}

#[test]
fn a_range_that_ends_before_it_begins_is_refused_at_its_end() {
    let month = |year, month| Some(proto::Period { year, month });
    let progress = proto::GetKpiProgressRequest {
        kpi_id: 1,
        from: month(2024, 1),
        to: month(2023, 12),
    };
    assert_eq!(fields(get_kpi_progress(&progress)), ["to"]);
    let range = proto::PeriodRange {
        from: month(2024, 1),
        to: month(2023, 12),
    };
    let list = proto::ListKpiValuesRequest {
        time: Some(proto::list_kpi_values_request::Time::Range(range)),
        ..Default::default()
    };
    assert_eq!(fields(list_kpi_values(list)), ["range.to"]);
}

#[test]
fn a_preset_that_the_contract_does_not_name_is_refused() {
    for number in [0, 7, -1] {
        let list = proto::ListKpiValuesRequest {
            time: Some(proto::list_kpi_values_request::Time::Preset(number)),
            ..Default::default()
        };
        assert_eq!(fields(list_kpi_values(list)), ["preset"]);
    }
}

#[test]
fn a_request_is_the_same_however_its_id_is_written_and_another_with_other_content() {
    let key = |message| record_kpi_value(message).unwrap().key.unwrap();
    let first = key(recording_of(46.0, REQUEST_ID));
    assert_eq!(key(recording_of(46.0, &REQUEST_ID.to_uppercase())), first);
    let in_percent = proto::RecordKpiValueRequest {
        seen_unit: proto::Unit::Percentage.into(),
        ..recording_of(46.0, REQUEST_ID)
    };
    for other in [key(recording_of(46.1, REQUEST_ID)), key(in_percent)] {
        assert_eq!(other.id, first.id);
        assert_ne!(other.content, first.content);
    }
    assert_eq!(record_kpi_value(recording_of(46.0, "")).unwrap().key, None);
}

#[test]
fn the_same_fields_of_another_rpc_are_other_content() {
    let retracted = proto::RetractKpiValueRequest {
        kpi_value_id: 1,
        request_id: REQUEST_ID.to_owned(),
        ..Default::default()
    };
    let recorded = proto::RecordKpiValueRequest {
        kpi_id: 1,
        ..Default::default()
    };
    let mut violations = kreis_server::status::Violations::default();
    let key = RequestKey::decode(&mut violations, "RecordKpiValue", REQUEST_ID, &recorded);
    assert_ne!(key, retract_kpi_value(retracted).unwrap().key);
}

#[test]
fn a_page_token_is_bound_to_its_list_and_its_filter() {
    let of_circle = |circle_id, page_token: &str| proto::ListKpisRequest {
        circle_id: Some(circle_id),
        page_token: page_token.to_owned(),
        ..Default::default()
    };
    let cursor = KpiCursor {
        name_key: "reachability".to_owned(),
        id: 7,
    };
    let first = list_kpis(of_circle(1, "")).unwrap();
    let token = first.page.list.token(cursor.clone());
    let next = list_kpis(of_circle(1, &token)).unwrap();
    assert_eq!(next.page.after, Some(cursor));
    assert_eq!(fields(list_kpis(of_circle(2, &token))), ["page_token"]);
    let values = proto::ListKpiValuesRequest {
        page_token: token,
        page_size: -1,
        ..Default::default()
    };
    assert_eq!(fields(list_kpi_values(values)), ["page_size", "page_token"]);
}

#[test]
fn every_fault_is_told_in_a_short_sentence_with_a_reason_of_the_contract() {
    let kpi = KpiId::parse(1).unwrap();
    let value = KpiValueId::parse(2).unwrap();
    let circle = CircleId::parse(3).unwrap();
    let hundred = FiniteValue::try_from(100.0).ok();
    let current = Version::stored(4);
    let (mismatch, reused) = (VersionMismatch { current }, ReplayError::OtherContent);
    let months: Vec<Period> = (0..11)
        .map(|later| Period::FIRST.plus_months(later))
        .collect();
    let told = [
        (Error::KpiNotFound(kpi), Code::NotFound, "kpi_id=1"),
        (
            Error::KpiValueNotFound(value),
            Code::NotFound,
            "kpi_value_id=2",
        ),
        (Error::CircleNotFound(circle), Code::NotFound, "circle_id=3"),
        (
            Error::StewardNotFound(UserId::parse(5).unwrap()),
            Code::NotFound,
            "user_id=5",
        ),
        (
            Error::TargetNotFound {
                kpi,
                from_year: Period::FIRST.year,
            },
            Code::NotFound,
            "from_year=1900 kpi_id=1",
        ),
        (Error::NotAMember, Code::PermissionDenied, ""),
        (Error::KpiNameTaken(kpi), Code::AlreadyExists, "kpi_id=1"),
        (
            Error::Occupied(OccupiedError::AlreadyRecorded(value)),
            Code::AlreadyExists,
            "kpi_value_id=2",
        ),
        (
            ValueRuleError::PeriodNotOfKpi(Periodicity::Quarterly).into(),
            Code::InvalidArgument,
            "allowed_months=3, 6, 9, 12",
        ),
        (
            ValueRuleError::OutsideLimits(Limits::new(None, hundred).unwrap()).into(),
            Code::InvalidArgument,
            "maximum=100",
        ),
        (
            ValueRuleError::PeriodNotBegun(NaiveDate::from_ymd_opt(2025, 10, 1).unwrap()).into(),
            Code::FailedPrecondition,
            "begins_on=2025-10-01",
        ),
        (
            ValueRuleError::KpiInactive.into(),
            Code::FailedPrecondition,
            "",
        ),
        (
            Error::FrozenByValues(FrozenField::Unit),
            Code::FailedPrecondition,
            "field=unit",
        ),
        (
            Error::LimitsExcludeValues(months),
            Code::FailedPrecondition,
            "periods=1900-01, 1900-02, 1900-03, 1900-04, 1900-05, 1900-06, 1900-07, 1900-08, 1900-09, 1900-10, …",
        ),
        (
            ValueRuleError::UnitChanged(Unit::Score).into(),
            Code::FailedPrecondition,
            "unit=UNIT_SCORE",
        ),
        (Error::ValueRetracted, Code::FailedPrecondition, ""),
        (
            Error::OverviewTooLarge(1_000),
            Code::ResourceExhausted,
            "limit=1000",
        ),
        (Error::NothingToReport, Code::FailedPrecondition, ""),
        (Error::GatekeeperRequired, Code::PermissionDenied, ""),
        (Error::VersionMismatch(mismatch), Code::Aborted, "etag=4"),
        (Error::Replay(reused), Code::InvalidArgument, ""),
        (Error::Conflict, Code::Aborted, ""),
    ];
    for (error, code, metadata) in told {
        let name = format!("{error:?}");
        let status = Status::from(error);
        assert_eq!(status.code(), code, "{name}");
        assert!(status.message().len() <= 256 && !status.message().ends_with('.'));
        assert_eq!(status.message(), status.message().to_lowercase());
        let info = status.get_details_error_info().unwrap();
        assert!(!info.reason.starts_with("ERROR_REASON"), "{name}");
        let mut pairs: Vec<String> = info
            .metadata
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        pairs.sort();
        assert_eq!(pairs.join(" "), metadata, "{name}");
    }
}
