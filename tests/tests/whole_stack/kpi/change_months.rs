//! The months of kpi's change log: months in the organisation's time zone in which changes were
//! made.

use kreis_proto::{
    kpi::v1::{
        Change, ListChangesRequest, ListRecentChangesRequest, change::Detail,
        list_changes_request::Scope,
    },
    org::v1::Month,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi, database, stack::StackOptions};
use sqlx::{
    Connection, PgConnection,
    types::chrono::{DateTime, Utc},
};
use tonic::Code;

async fn list(actor: &Actor, asked: ListChangesRequest) -> Vec<Change> {
    let answer = actor.kpi_changes().list_changes(actor.request(asked)).await;
    answer.unwrap().into_inner().changes
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
    // Kiritimati, 14 hours ahead of UTC, is the first place where a day begins.
    let options = database::fresh().await;
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    sqlx::query!("update org.organisation set time_zone = 'Pacific/Kiritimati'")
        .execute(&mut connection)
        .await
        .unwrap();
    let stack = Stack::start_with(StackOptions {
        database: Some(options),
        ..StackOptions::default()
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
    let of_nobody = ListChangesRequest {
        scope: Some(Scope::KpiId(i64::MAX)),
        ..ListChangesRequest::default()
    };
    assert_eq!(list(&outsider, of_nobody).await, []);
    let mut client = outsider.kpi_changes();
    let asked = ListRecentChangesRequest { kpi_value_id: 0 };
    let answer = client.list_recent_changes(outsider.request(asked)).await;
    assert_eq!(answer.refused().fields(), ["kpi_value_id"]);
}
