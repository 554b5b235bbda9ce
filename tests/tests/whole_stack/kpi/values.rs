//! Recording, correcting and retracting values.

use futures_util::future::join_all;
use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, DeactivateKpiRequest, GetKpiValueRequest, KpiValue, KpiValueState,
    Limits, Period, RecordKpiValueRequest, RetractKpiValueRequest, Unit,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::{Code, Status};

async fn get(actor: &Actor, kpi_value_id: i64) -> Result<KpiValue, Status> {
    let get = GetKpiValueRequest { kpi_value_id };
    let answer = actor.values().get_kpi_value(actor.request(get)).await?;
    Ok(answer.into_inner().kpi_value.unwrap())
}

/// Number of values, and of changes of values.
async fn rows(stack: &Stack) -> (i64, i64) {
    let values = sqlx::query_scalar!(r#"select count(*) as "count!" from kpi.kpi_values"#);
    let changes = sqlx::query_scalar!(
        r#"select count(*) as "count!" from kpi.changes where kpi_value_id is not null"#
    );
    (
        values.fetch_one(&stack.sql).await.unwrap(),
        changes.fetch_one(&stack.sql).await.unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_kept_to_the_last_bit() {
    let stack = Stack::start().await;
    let (_, economist, kpi_id) = stack.one_kpi().await;
    let numbers = [0.0, -0.0, -12.5, 0.1 + 0.2, 1e15, -1e15, 5e-324, 46.0];
    for (month, number) in (1..).zip(numbers) {
        let recorded = economist.record(kpi_id, (2024, month), number).await;
        let recorded = recorded.unwrap();
        let kept = recorded.value.unwrap();
        // −0 is 0; every other number stays as it is.
        assert_eq!(kept.to_bits(), (number + 0.0).to_bits(), "{number}");
        assert_eq!(recorded.state(), KpiValueState::Recorded);
        assert_eq!(recorded.kpi_id, kpi_id);
        assert_eq!(recorded.period, Some(Period { year: 2024, month }));
        assert_eq!(
            recorded.created_by.as_ref().unwrap().user_id,
            economist.user_id
        );
        assert_eq!(recorded.updated_by, recorded.created_by);
        assert_eq!(get(&economist, recorded.id).await.unwrap(), recorded);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_values_are_refused_with_every_fault_at_once() {
    let stack = Stack::start().await;
    let (_, economist, kpi_id) = stack.one_kpi().await;
    let record = |year, month, value| RecordKpiValueRequest {
        kpi_id,
        period: Some(Period { year, month }),
        value,
        request_id: String::new(),
        ..RecordKpiValueRequest::default()
    };
    let nothing = RecordKpiValueRequest {
        request_id: "no uuid".to_owned(),
        ..RecordKpiValueRequest::default()
    };
    let both = ["period.year", "period.month"];
    for (message, expected) in [
        (nothing, vec!["kpi_id", "period", "request_id", "value"]),
        (record(2024, 1, None), vec!["value"]),
        (record(2024, 1, Some(f64::NAN)), vec!["value"]),
        (record(2024, 1, Some(f64::INFINITY)), vec!["value"]),
        (record(2024, 1, Some(f64::NEG_INFINITY)), vec!["value"]),
        (record(2024, 1, Some(1e16)), vec!["value"]),
        (record(2024, 1, Some(-1e16)), vec!["value"]),
        (record(2024, 0, Some(1.0)), vec!["period.month"]),
        (record(2024, 13, Some(1.0)), vec!["period.month"]),
        (record(1899, 1, Some(1.0)), vec!["period.year"]),
        (record(2201, 1, Some(1.0)), vec!["period.year"]),
        (record(-4, i32::MIN, Some(1.0)), both.to_vec()),
        (
            record(0, 13, Some(f64::NAN)),
            [&both[..], &["value"]].concat(),
        ),
        (record(99_999, 0, None), [&both[..], &["value"]].concat()),
    ] {
        let answer = economist
            .values()
            .record_kpi_value(economist.request(message))
            .await;
        let refused = answer
            .refused()
            .with(Code::InvalidArgument, "INVALID_FIELDS");
        let (mut fields, mut expected) = (refused.fields(), expected);
        fields.sort();
        expected.sort_unstable();
        assert_eq!(fields, expected);
    }
    let correct = CorrectKpiValueRequest {
        kpi_value_id: -1,
        request_id: "{}".to_owned(),
        ..CorrectKpiValueRequest::default()
    };
    let answer = economist
        .values()
        .correct_kpi_value(economist.request(correct))
        .await;
    let refused = answer
        .refused()
        .with(Code::InvalidArgument, "INVALID_FIELDS");
    let mut fields = refused.fields();
    fields.sort();
    assert_eq!(fields, ["kpi_value_id", "request_id", "value"]);
    let retract = RetractKpiValueRequest::default();
    let answer = economist
        .values()
        .retract_kpi_value(economist.request(retract))
        .await;
    assert_eq!(answer.refused().fields(), ["kpi_value_id"]);
    assert_eq!(
        get(&economist, 0).await.refused().fields(),
        ["kpi_value_id"]
    );
    assert_eq!(rows(&stack).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_hold_for_recording_and_correcting_both_ends_included() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let mut new = new_kpi(circle_id, "Net promoter score");
    new.set_unit(Unit::Score);
    new.limits = Some(Limits {
        minimum: Some(-100.0),
        maximum: Some(100.0),
    });
    let kpi_id = gatekeeper.create_kpi(new).await.unwrap().id;
    let least = gatekeeper.record(kpi_id, (2024, 1), -100.0).await.unwrap();
    gatekeeper.record(kpi_id, (2024, 2), 100.0).await.unwrap();
    for outside in [-100.000_001, 100.000_001, 1e15] {
        for answer in [
            gatekeeper.record(kpi_id, (2024, 3), outside).await,
            gatekeeper.correct(least.id, outside, "").await,
        ] {
            let refused = answer.refused();
            let refused = refused.with(Code::InvalidArgument, "VALUE_OUTSIDE_LIMITS");
            assert_eq!(refused.metadata("minimum"), "-100");
            assert_eq!(refused.metadata("maximum"), "100");
        }
    }
    assert_eq!(get(&gatekeeper, least.id).await.unwrap(), least);
    assert_eq!(rows(&stack).await, (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_has_one_value() {
    let stack = Stack::start().await;
    let (_, economist, kpi_id) = stack.one_kpi().await;
    let first = economist.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    for number in [1.0, 2.0] {
        let refused = economist.record(kpi_id, (2024, 1), number).await.refused();
        let refused = refused.with(Code::AlreadyExists, "ALREADY_RECORDED");
        assert_eq!(refused.metadata("kpi_value_id"), first.id.to_string());
    }
    assert_eq!(get(&economist, first.id).await.unwrap(), first);
    assert_eq!(rows(&stack).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_names_its_editor_and_a_second_one_changes_nothing() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    let first = economist.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    let second = gatekeeper
        .correct(first.id, 2.5, &first.etag)
        .await
        .unwrap();
    assert_eq!(second.value, Some(2.5));
    assert_eq!(second.created_by, first.created_by);
    assert_eq!(second.create_time, first.create_time);
    assert_eq!(
        second.updated_by.as_ref().unwrap().user_id,
        gatekeeper.user_id
    );
    assert_ne!(second.update_time, first.update_time);
    assert_ne!(second.etag, first.etag);
    let again = economist
        .correct(first.id, 2.5, &second.etag)
        .await
        .unwrap();
    assert_eq!(again, second, "the same number changes nothing");
    assert_eq!(rows(&stack).await, (1, 2));
    for stale in [first.etag.as_str(), "nonsense"] {
        for number in [2.5, 3.0] {
            let refused = economist.correct(first.id, number, stale).await.refused();
            refused.with(Code::Aborted, "ETAG_MISMATCH");
        }
        let retract = RetractKpiValueRequest {
            kpi_value_id: first.id,
            etag: stale.to_owned(),
            request_id: String::new(),
        };
        let answer = economist
            .values()
            .retract_kpi_value(economist.request(retract))
            .await;
        answer.refused().with(Code::Aborted, "ETAG_MISMATCH");
    }
    assert_eq!(get(&economist, first.id).await.unwrap(), second);
    assert_eq!(rows(&stack).await, (1, 2));
    let zero = economist.correct(first.id, -0.0, "").await.unwrap();
    assert_eq!(zero.value.unwrap().to_bits(), 0.0_f64.to_bits());
    assert_eq!(economist.correct(first.id, 0.0, "").await.unwrap(), zero);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retracted_value_is_blank_until_its_period_is_recorded_anew() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    let first = economist.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    let retracted = gatekeeper.retract(first.id).await.unwrap();
    assert_eq!((retracted.id, retracted.value), (first.id, None));
    assert_eq!(retracted.state(), KpiValueState::Retracted);
    assert_eq!(
        retracted.updated_by.as_ref().unwrap().user_id,
        gatekeeper.user_id
    );
    assert_ne!(retracted.etag, first.etag);
    assert_eq!(economist.retract(first.id).await.unwrap(), retracted);
    assert_eq!(get(&economist, first.id).await.unwrap(), retracted);
    assert_eq!(rows(&stack).await, (1, 2));
    let refused = economist.correct(first.id, 2.0, "").await.refused();
    refused.with(Code::FailedPrecondition, "VALUE_RETRACTED");

    let revived = gatekeeper.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    assert_eq!((revived.id, revived.value), (first.id, Some(1.0)));
    assert_eq!(revived.state(), KpiValueState::Recorded);
    assert_eq!(revived.created_by, first.created_by);
    assert_eq!(
        revived.updated_by.as_ref().unwrap().user_id,
        gatekeeper.user_id
    );
    for earlier in [&first.etag, &retracted.etag] {
        assert_ne!(&revived.etag, earlier);
    }
    assert_eq!(rows(&stack).await, (1, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_kpi_takes_no_values() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    let value = economist.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    let deactivate = DeactivateKpiRequest {
        kpi_id,
        etag: String::new(),
    };
    gatekeeper
        .kpis()
        .deactivate_kpi(gatekeeper.request(deactivate))
        .await
        .unwrap();
    for actor in [&economist, &gatekeeper] {
        for answer in [
            actor.record(kpi_id, (2024, 2), 1.0).await,
            actor.correct(value.id, 2.0, "").await,
            actor.retract(value.id).await,
        ] {
            answer
                .refused()
                .with(Code::FailedPrecondition, "KPI_INACTIVE");
        }
    }
    assert_eq!(get(&economist, value.id).await.unwrap(), value);
    assert_eq!(rows(&stack).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_of_the_circle_and_gatekeepers_write() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, kpi_id) = stack.one_kpi().await;
    let other = stack.economist("IT").await;
    let outsider = stack.outsider().await;
    let circle_id = stack.circle("HR").await;
    let value = gatekeeper.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    economist.correct(value.id, 2.0, "").await.unwrap();
    gatekeeper
        .remove_member(circle_id, economist.user_id)
        .await
        .unwrap();
    for actor in [&other, &outsider, &economist] {
        for answer in [
            actor.record(kpi_id, (2024, 2), 1.0).await,
            actor.correct(value.id, 3.0, "").await,
            actor.retract(value.id).await,
        ] {
            let refused = answer.refused();
            refused.with(Code::PermissionDenied, "NOT_A_MEMBER");
        }
        assert_eq!(get(actor, value.id).await.unwrap().value, Some(2.0));
    }
    assert_eq!(rows(&stack).await, (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_kpis_and_values_are_not_found() {
    let stack = Stack::start().await;
    let (gatekeeper, economist, _) = stack.one_kpi().await;
    let refused = gatekeeper.record(i64::MAX, (2024, 1), 1.0).await.refused();
    refused.with(Code::NotFound, "KPI_NOT_FOUND");
    for answer in [
        gatekeeper.correct(i64::MAX, 1.0, "").await,
        gatekeeper.retract(i64::MAX).await,
        get(&gatekeeper, i64::MAX).await,
        get(&economist, i64::MAX).await,
    ] {
        answer.refused().with(Code::NotFound, "KPI_VALUE_NOT_FOUND");
    }
    assert_eq!(rows(&stack).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_economist_is_refused_alike_for_unknown_ids_and_those_of_other_circles() {
    let stack = Stack::start().await;
    let (gatekeeper, _, kpi_id) = stack.one_kpi().await;
    let other = stack.economist("IT").await;
    let value = gatekeeper.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    let (kpi, id) = ([kpi_id, i64::MAX], [value.id, i64::MAX]);
    let marks = kpi.map(|kpi_id| {
        let other = other.clone();
        async move { other.mark(kpi_id, (2024, 2), "closed").await }
    });
    for answers in [
        join_all(kpi.map(|kpi_id| other.record(kpi_id, (2024, 2), 1.0))).await,
        join_all(id.map(|id| other.correct(id, 2.0, ""))).await,
        // A wrong etag: the error must not show whether the value exists.
        join_all(id.map(|id| other.correct(id, 2.0, "99"))).await,
        join_all(id.map(|id| other.retract(id))).await,
        join_all(marks).await,
    ] {
        let told = answers.into_iter().map(|answer| {
            let refused = answer.refused();
            let refused = refused.with(Code::PermissionDenied, "NOT_A_MEMBER");
            let circle = refused.metadata("circle_id");
            (refused.status.message().to_owned(), circle)
        });
        let told: Vec<_> = told.collect();
        assert_eq!(told[0], told[1]);
    }
    assert_eq!(rows(&stack).await, (1, 1));
}
