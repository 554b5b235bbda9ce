//! A gatekeeper changes a KPI while economists write.

use futures_util::future::join_all;
use kreis_proto::kpi::v1::{Kpi, Limits, Periodicity, Unit, UpdateKpiRequest};
use kreis_tests::{Answered, Stack, actor::new_kpi};
use tonic::{Code, Status};

/// Fails unless the error has this code and reason.
#[track_caller]
fn is<T: std::fmt::Debug>(outcome: Result<T, Status>, code: Code, reason: &str) {
    outcome.refused().with(code, reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_slips_past_limits_that_are_set_in_the_same_moment() {
    let stack = Stack::with_connections(32).await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let (mut limited, mut recorded_first) = (0, 0);
    for round in 0..40 {
        let kpi = gatekeeper.create_kpi(new_kpi(circle_id, &format!("kpi {round}")));
        let kpi_id = kpi.await.unwrap().id;
        let tighten = UpdateKpiRequest {
            kpi_id,
            limits: Some(Limits {
                minimum: Some(0.0),
                maximum: Some(100.0),
            }),
            ..UpdateKpiRequest::default()
        };
        let records = (1..=4).map(|month| gatekeeper.record(kpi_id, (2024, month), 101.0));
        let (tightened, records) = tokio::join!(gatekeeper.update_kpi(tighten), join_all(records));
        let recorded = records.iter().filter(|record| record.is_ok()).count();
        for refusal in records.into_iter().filter(Result::is_err) {
            is(refusal, Code::InvalidArgument, "VALUE_OUTSIDE_LIMITS");
        }
        if let Ok(kpi) = tightened {
            assert_eq!(recorded, 0, "values outside {:?}", kpi.limits);
            limited += 1;
        } else {
            is(tightened, Code::FailedPrecondition, "LIMITS_EXCLUDE_VALUES");
            assert_eq!(recorded, 4);
            recorded_first += 1;
        }
    }
    assert_eq!(limited + recorded_first, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_first_value_slips_past_another_periodicity_or_kind_of_unit() {
    let stack = Stack::with_connections(32).await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    for round in 0..30 {
        let kpi = gatekeeper.create_kpi(new_kpi(circle_id, &format!("kpi {round}")));
        let kpi_id = kpi.await.unwrap().id;
        let redefine = UpdateKpiRequest {
            kpi_id,
            periodicity: Some(Periodicity::Quarterly.into()),
            unit: Some(Unit::Chf.into()),
            ..UpdateKpiRequest::default()
        };
        let (redefined, recorded) = tokio::join!(
            gatekeeper.update_kpi(redefine),
            gatekeeper.record(kpi_id, (2024, 2), 1.0)
        );
        if redefined.is_ok() {
            is(recorded, Code::InvalidArgument, "PERIOD_NOT_OF_KPI");
        } else {
            is(redefined, Code::FailedPrecondition, "FROZEN_BY_VALUES");
            recorded.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_after_a_kpi_was_deactivated() {
    let stack = Stack::with_connections(32).await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    for round in 0..20 {
        let kpi = gatekeeper.create_kpi(new_kpi(circle_id, &format!("kpi {round}")));
        let kpi_id = kpi.await.unwrap().id;
        let value = gatekeeper.record(kpi_id, (2023, 12), 1.0).await.unwrap();
        let (deactivated, recorded, corrected, retracted) = tokio::join!(
            gatekeeper.set_active(kpi_id, false, ""),
            gatekeeper.record(kpi_id, (2024, 1), 1.0),
            gatekeeper.correct(value.id, 2.0, ""),
            gatekeeper.retract(value.id),
        );
        deactivated.unwrap();
        for outcome in [recorded, corrected, retracted] {
            if outcome.is_err() {
                let refused = outcome.refused();
                let reason = refused.status.message().to_owned();
                assert_eq!(refused.status.code(), Code::FailedPrecondition, "{reason}");
            }
        }
        // In the log, no entry comes after the deactivation.
        let last = sqlx::query_scalar!(
            "select activity from kpi.changes where kpi_id = $1
            order by create_time desc, id desc limit 1",
            kpi_id
        );
        assert_eq!(last.fetch_one(&stack.sql).await.unwrap(), "kpi_deactivated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_changes_of_one_kpi_with_its_etag_do_not_overwrite_each_other() {
    let stack = Stack::with_connections(32).await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "leave")).await;
    let kpi: Kpi = kpi.unwrap();
    let rename = |number: i32| UpdateKpiRequest {
        kpi_id: kpi.id,
        name: Some(format!("leave {number}")),
        etag: kpi.etag.clone(),
        ..UpdateKpiRequest::default()
    };
    let renames = (0..16).map(|number| gatekeeper.update_kpi(rename(number)));
    let outcomes = join_all(renames).await;
    let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 15));
    for refusal in refused {
        is(refusal, Code::Aborted, "ETAG_MISMATCH");
    }
    let now = gatekeeper.kpi(kpi.id).await.unwrap();
    assert_eq!(Some(&now), done[0].as_ref().ok());

    // Without an etag, all are carried out one after the other. Each response is the KPI after that
    // change.
    let sets = (2000..2032).map(|year| gatekeeper.set_target(kpi.id, year, (0.0, 1.0)));
    let mut answers: Vec<Kpi> = join_all(sets)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    answers.sort_by_key(|answer| answer.etag.parse::<u32>().unwrap());
    for pair in answers.windows(2) {
        // Each has the targets of the one before, and its own. 2020 existed from the beginning.
        let years = |kpi: &Kpi| -> Vec<i32> {
            let years = kpi.targets.iter().map(|target| target.from_year);
            years.filter(|year| *year != 2020).collect()
        };
        let (before, after) = (years(&pair[0]), years(&pair[1]));
        assert!(
            before.iter().all(|year| after.contains(year)),
            "{before:?} {after:?}"
        );
    }
    let now = gatekeeper.kpi(kpi.id).await.unwrap();
    assert_eq!(answers.last(), Some(&now));
    assert_eq!(now.targets.len(), 32);
}
