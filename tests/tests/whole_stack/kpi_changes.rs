//! kpi's change log: who changed values and definitions, and when.

use kreis_proto::{
    kpi::v1::{
        Activity, Change, DeactivateKpiRequest, ListChangesRequest, ListRecentChangesRequest,
        RemoveKpiTargetRequest, SetKpiTargetRequest, UpdateKpiRequest, change::Detail,
        list_changes_request::Scope,
    },
    org::v1::Month,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi, database, stack::Wishes};
use sqlx::{
    Connection, PgConnection,
    types::chrono::{DateTime, Utc},
};
use tonic::Code;

async fn list(actor: &Actor, asked: ListChangesRequest) -> Vec<Change> {
    let answer = actor.kpi_changes().list_changes(actor.request(asked)).await;
    answer.unwrap().into_inner().changes
}

async fn of(actor: &Actor, scope: Scope) -> Vec<Change> {
    let asked = ListChangesRequest {
        scope: Some(scope),
        ..ListChangesRequest::default()
    };
    list(actor, asked).await
}

async fn recent(actor: &Actor, kpi_value_id: i64) -> Vec<Change> {
    let asked = ListRecentChangesRequest { kpi_value_id };
    let answer = actor
        .kpi_changes()
        .list_recent_changes(actor.request(asked))
        .await;
    answer.unwrap().into_inner().changes
}

/// Activity, person, old and new number.
fn numbers(change: &Change) -> (Activity, i64, Option<f64>, Option<f64>) {
    let Some(Detail::Value(value)) = &change.detail else {
        panic!("not of a value: {change:?}");
    };
    let by = change.changed_by.as_ref().unwrap().user_id;
    (change.activity(), by, value.old_value, value.new_value)
}

/// Activity, circle, field, old and new text.
fn texts(change: &Change) -> (Activity, i64, &str, &str, &str) {
    let Some(Detail::Definition(definition)) = &change.detail else {
        panic!("not of a definition: {change:?}");
    };
    (
        change.activity(),
        change.circle_id,
        &definition.field,
        &definition.old_text,
        &definition.new_text,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn each_entry_has_its_editor_and_the_number_as_it_set_it() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(circle_id, "Leave"))
        .await
        .unwrap();
    let value = economist.record(kpi.id, (2024, 1), 1.0).await.unwrap();
    gatekeeper.correct(value.id, 2.0, "").await.unwrap();
    economist.correct(value.id, 0.0, "").await.unwrap();
    gatekeeper.retract(value.id).await.unwrap();
    economist.record(kpi.id, (2024, 1), -3.5).await.unwrap();
    let rename = UpdateKpiRequest {
        kpi_id: kpi.id,
        name: Some("Short-term leave".to_owned()),
        ..UpdateKpiRequest::default()
    };
    gatekeeper
        .kpis()
        .update_kpi(gatekeeper.request(rename))
        .await
        .unwrap();

    let (she, he) = (economist.user_id, gatekeeper.user_id);
    let expected = [
        (Activity::Recorded, she, None, Some(-3.5)),
        (Activity::Retracted, he, Some(0.0), None),
        (Activity::Corrected, she, Some(2.0), Some(0.0)),
        (Activity::Corrected, he, Some(1.0), Some(2.0)),
        (Activity::Recorded, she, None, Some(1.0)),
    ];
    let all = of(&economist, Scope::KpiId(kpi.id)).await;
    assert_eq!(texts(&all[0]).2, "name");
    let of_values: Vec<_> = all[1..6].iter().map(numbers).collect();
    assert_eq!(of_values, expected);
    assert!(
        all.iter()
            .all(|change| change.kpi_name == "Short-term leave")
    );
    assert!(all[1..6].iter().all(|change| matches!(
        &change.detail,
        Some(Detail::Value(of)) if of.kpi_value_id == value.id && of.period == value.period
    )));
    assert_eq!(recent(&economist, value.id).await, all[1..4]);

    // Of entries of one moment the later id comes first.
    sqlx::query!("update kpi.changes set create_time = '2024-02-01T12:00:00Z'")
        .execute(&stack.sql)
        .await
        .unwrap();
    let tied: Vec<_> = recent(&economist, value.id)
        .await
        .iter()
        .map(numbers)
        .collect();
    assert_eq!(tied, expected[..3]);
    let refused = economist
        .kpi_changes()
        .list_recent_changes(economist.request(ListRecentChangesRequest {
            kpi_value_id: i64::MAX,
        }))
        .await
        .refused();
    refused.with(Code::NotFound, "KPI_VALUE_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_a_definition_stay_with_the_circle_of_their_time() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    let kpi_id = gatekeeper
        .create_kpi(new_kpi(hr, "Leave"))
        .await
        .unwrap()
        .id;
    gatekeeper.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    let mut kpis = gatekeeper.kpis();
    let set = SetKpiTargetRequest {
        kpi_id,
        from_year: 2024,
        initial_value: Some(3.5),
        target_value: Some(0.0),
        etag: String::new(),
    };
    kpis.set_kpi_target(gatekeeper.request(set.clone()))
        .await
        .unwrap();
    let move_on = UpdateKpiRequest {
        kpi_id,
        circle_id: Some(it),
        ..UpdateKpiRequest::default()
    };
    kpis.update_kpi(gatekeeper.request(move_on.clone()))
        .await
        .unwrap();
    gatekeeper.record(kpi_id, (2024, 2), 2.0).await.unwrap();
    let remove = RemoveKpiTargetRequest {
        kpi_id,
        from_year: 2020,
        etag: String::new(),
    };
    kpis.remove_kpi_target(gatekeeper.request(remove))
        .await
        .unwrap();
    let deactivate = DeactivateKpiRequest {
        kpi_id,
        etag: String::new(),
    };
    for _ in 0..2 {
        kpis.deactivate_kpi(gatekeeper.request(deactivate.clone()))
            .await
            .unwrap();
        kpis.set_kpi_target(gatekeeper.request(set.clone()))
            .await
            .unwrap();
        kpis.update_kpi(gatekeeper.request(move_on.clone()))
            .await
            .unwrap();
    }

    let of_it = of(&gatekeeper, Scope::CircleId(it)).await;
    assert_eq!(
        of_it[..2].iter().map(texts).collect::<Vec<_>>(),
        [
            (Activity::KpiDeactivated, it, "active", "true", "false"),
            (Activity::TargetRemoved, it, "targets[2020]", "0 → 100", ""),
        ]
    );
    assert_eq!(numbers(&of_it[2]).3, Some(2.0));
    assert_eq!(of_it.len(), 3);
    let of_hr = of(&gatekeeper, Scope::CircleId(hr)).await;
    let (hr_id, it_id) = (hr.to_string(), it.to_string());
    assert_eq!(
        of_hr[..2].iter().map(texts).collect::<Vec<_>>(),
        [
            (Activity::KpiUpdated, hr, "circle_id", &*hr_id, &*it_id),
            (Activity::TargetSet, hr, "targets[2024]", "", "3.5 → 0"),
        ]
    );
    assert_eq!(numbers(&of_hr[2]).3, Some(1.0));
    assert_eq!(
        of_hr[3..].iter().map(texts).collect::<Vec<_>>(),
        [
            (Activity::TargetSet, hr, "targets[2020]", "", "0 → 100"),
            (Activity::KpiCreated, hr, "name", "", "Leave"),
        ]
    );
    assert_eq!(
        of(&gatekeeper, Scope::KpiId(kpi_id)).await,
        [of_it, of_hr].concat()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_day_of_the_range_counts_in_the_organisations_zone() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(circle_id, "Leave"))
        .await
        .unwrap();
    let moments = [
        "2024-11-30T22:59:59.999999Z",
        "2024-11-30T23:00:00Z",
        "2024-12-31T22:59:59.999999Z",
        "2024-12-31T23:00:00Z",
        "2025-06-30T21:59:59.999999Z",
        "2025-06-30T22:00:00Z",
    ];
    for (month, moment) in (1..).zip(moments) {
        let value = gatekeeper.record(kpi.id, (2024, month), 1.0).await.unwrap();
        let at: DateTime<Utc> = moment.parse().unwrap();
        sqlx::query!(
            "update kpi.changes set create_time = $2 where kpi_value_id = $1",
            value.id,
            at
        )
        .execute(&stack.sql)
        .await
        .unwrap();
    }
    for scope in [
        None,
        Some(Scope::CircleId(circle_id)),
        Some(Scope::KpiId(kpi.id)),
    ] {
        for (from, to, expected) in [
            ((2024, 12), (2024, 12), vec![3, 2]),
            ((2024, 11), (2024, 11), vec![1]),
            ((2024, 12), (2025, 1), vec![4, 3, 2]),
            ((2025, 1), (2025, 6), vec![5, 4]),
            ((2025, 7), (2025, 7), vec![6]),
            ((2025, 8), (2025, 9), vec![]),
        ] {
            let month = |(year, month)| Some(Month { year, month });
            let mut asked = ListChangesRequest {
                page_size: 1,
                scope,
                from: month(from),
                to: month(to),
                ..ListChangesRequest::default()
            };
            let mut seen = Vec::new();
            loop {
                let mut client = gatekeeper.kpi_changes();
                let answer = client.list_changes(gatekeeper.request(asked.clone()));
                let answer = answer.await.unwrap().into_inner();
                seen.extend(
                    answer
                        .changes
                        .iter()
                        .filter_map(|change| match &change.detail {
                            Some(Detail::Value(value)) => value.period.map(|period| period.month),
                            _ => None,
                        }),
                );
                asked.page_token = answer.next_page_token;
                if asked.page_token.is_empty() {
                    break;
                }
            }
            assert_eq!(seen, expected, "{from:?} to {to:?} of {scope:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn months_begin_where_the_organisation_is() {
    // Nowhere does a day begin earlier than on Kiritimati, 14 hours before UTC.
    let options = database::fresh().await;
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    sqlx::query!("update org.organisation set time_zone = 'Pacific/Kiritimati'")
        .execute(&mut connection)
        .await
        .unwrap();
    let stack = Stack::start_with(Wishes {
        database: Some(options),
        ..Wishes::default()
    })
    .await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "Leave")).await;
    let kpi_id = kpi.unwrap().id;
    for (month, moment) in [
        (1, "2024-02-29T09:59:59.999999Z"),
        (2, "2024-02-29T10:00:00Z"),
    ] {
        let value = gatekeeper.record(kpi_id, (2024, month), 1.0).await.unwrap();
        let at: DateTime<Utc> = moment.parse().unwrap();
        sqlx::query!(
            "update kpi.changes set create_time = $2 where kpi_value_id = $1",
            value.id,
            at
        )
        .execute(&stack.sql)
        .await
        .unwrap();
    }
    for (month, expected) in [(1, vec![]), (2, vec![1]), (3, vec![2]), (4, vec![])] {
        let only = Some(Month { year: 2024, month });
        let asked = ListChangesRequest {
            from: only,
            to: only,
            ..ListChangesRequest::default()
        };
        let found = list(&gatekeeper, asked).await;
        let periods = found.iter().map(|change| match &change.detail {
            Some(Detail::Value(value)) => value.period.unwrap().month,
            detail => panic!("{detail:?}"),
        });
        assert_eq!(periods.collect::<Vec<_>>(), expected, "{month}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_range_of_the_log_is_refused_with_every_fault() {
    let stack = Stack::start().await;
    let outsider = stack.outsider().await;
    let month = |year, month| Some(Month { year, month });
    for (scope, from, to, expected) in [
        (
            Some(Scope::CircleId(0)),
            month(0, 13),
            month(99_999, 0),
            vec![
                "circle_id",
                "from.month",
                "from.year",
                "to.month",
                "to.year",
            ],
        ),
        (Some(Scope::KpiId(-1)), None, None, vec!["kpi_id"]),
        (None, month(2024, 2), month(2024, 1), vec!["to"]),
        (None, month(2024, 1), month(2023, 12), vec!["to"]),
    ] {
        let asked = ListChangesRequest {
            scope,
            from,
            to,
            ..ListChangesRequest::default()
        };
        let mut client = outsider.kpi_changes();
        let answer = client.list_changes(outsider.request(asked)).await;
        let refused = answer.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        let mut fields = refused.fields();
        fields.sort();
        assert_eq!(fields, expected);
    }
    let first_and_last = ListChangesRequest {
        from: month(1900, 1),
        to: month(2200, 12),
        ..ListChangesRequest::default()
    };
    assert_eq!(list(&outsider, first_and_last).await, []);
    assert_eq!(of(&outsider, Scope::KpiId(i64::MAX)).await, []);
    let mut client = outsider.kpi_changes();
    let asked = ListRecentChangesRequest { kpi_value_id: 0 };
    let answer = client.list_recent_changes(outsider.request(asked)).await;
    assert_eq!(answer.refused().fields(), ["kpi_value_id"]);
}
