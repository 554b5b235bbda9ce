//! The number of statements of a read: one, however long the response is. Traces show to which call
//! each statement belongs, so background work of the servers does not count.

use kreis_proto::{
    auth::v1::{ListSignInsRequest, ListSignInsResponse},
    kpi::v1::{
        GetCircleProgressRequest, GetCircleProgressResponse, GetKpiProgressRequest,
        GetKpiProgressResponse, GetOverviewRequest, GetOverviewResponse, ListChangesRequest,
        ListChangesResponse, ListDueValuesRequest, ListDueValuesResponse, ListKpiValuesRequest,
        ListKpiValuesResponse, ListKpisRequest, ListRecentChangesRequest,
        ListRecentChangesResponse, list_changes_request::Scope as ChangeScope,
        list_kpi_values_request::Scope,
    },
    org::v1::{ListCirclesRequest, ListServiceAccountsRequest, ListUsersRequest, Month},
};
use kreis_tests::{
    Actor,
    actor::new_kpi,
    collector::{Collector, Span},
    server::Server,
};
use sqlx::PgPool;
use tonic::{Response, Status};

const PAGE_SIZE: i32 = 500;
const AS_OF: Month = Month {
    year: 2024,
    month: 12,
};
/// The services cache the time zone for ten seconds, so a call may have to read it.
const TIME_ZONE: &str = "Str(select time_zone from org.organisation)";

/// A successful call.
#[derive(Debug)]
struct Read {
    rpc: &'static str,
    call_id: String,
    /// Number of entries in the response.
    entries: usize,
}

impl Read {
    fn of<T>(
        rpc: &'static str,
        answer: Result<Response<T>, Status>,
        entries: impl FnOnce(&T) -> usize,
    ) -> Self {
        let answer = answer.unwrap();
        let call_id = answer.metadata().get("kreis-call-id").unwrap();
        Self {
            rpc,
            call_id: call_id.to_str().unwrap().to_owned(),
            entries: entries(answer.get_ref()),
        }
    }

    /// The texts of its statements, without that for the time zone.
    fn statements<'a>(&self, spans: &'a [Span]) -> Vec<&'a str> {
        spans
            .iter()
            .filter(|span| span.scope == "sqlx" && span.is_of_call(&self.call_id))
            .map(|span| span.fields["db.query.text"].as_str())
            .filter(|text| *text != TIME_ZONE)
            .collect()
    }
}

/// Every read whose response can grow.
async fn reads(actor: &Actor, circle_id: i64, kpi_id: i64) -> Vec<Read> {
    let mut done = Vec::new();
    for circle_id in [None, Some(circle_id)] {
        let asked = actor.request(ListKpisRequest {
            page_size: PAGE_SIZE,
            circle_id,
            ..ListKpisRequest::default()
        });
        let answer = actor.kpis().list_kpis(asked).await;
        done.push(Read::of("ListKpis", answer, |answer| answer.kpis.len()));
    }
    for scope in [
        None,
        Some(Scope::CircleId(circle_id)),
        Some(Scope::KpiId(kpi_id)),
    ] {
        let asked = actor.request(ListKpiValuesRequest {
            page_size: PAGE_SIZE,
            scope,
            ..ListKpiValuesRequest::default()
        });
        let answer = actor.values().list_kpi_values(asked).await;
        let entries = |answer: &ListKpiValuesResponse| answer.kpi_values.len();
        done.push(Read::of("ListKpiValues", answer, entries));
    }
    for scope in [
        None,
        Some(ChangeScope::CircleId(circle_id)),
        Some(ChangeScope::KpiId(kpi_id)),
    ] {
        let asked = actor.request(ListChangesRequest {
            page_size: PAGE_SIZE,
            scope,
            ..ListChangesRequest::default()
        });
        let answer = actor.kpi_changes().list_changes(asked).await;
        let entries = |answer: &ListChangesResponse| answer.changes.len();
        done.push(Read::of("ListChanges", answer, entries));
    }
    for circle_id in [None, Some(circle_id)] {
        let asked = actor.request(ListDueValuesRequest {
            page_size: PAGE_SIZE,
            circle_id,
            whole_organisation: circle_id.is_none(),
            ..ListDueValuesRequest::default()
        });
        let answer = actor.values().list_due_values(asked).await;
        let entries = |answer: &ListDueValuesResponse| answer.due_values.len();
        done.push(Read::of("ListDueValues", answer, entries));
    }
    let asked = actor.request(GetKpiProgressRequest {
        kpi_id,
        ..GetKpiProgressRequest::default()
    });
    let answer = actor.kpis().get_kpi_progress(asked).await;
    let entries = |answer: &GetKpiProgressResponse| answer.points.len();
    done.push(Read::of("GetKpiProgress", answer, entries));
    let asked = actor.request(GetCircleProgressRequest {
        circle_id,
        as_of: Some(AS_OF),
    });
    let answer = actor.kpis().get_circle_progress(asked).await;
    let entries =
        |answer: &GetCircleProgressResponse| usize::try_from(answer.with_progress_count()).unwrap();
    done.push(Read::of("GetCircleProgress", answer, entries));
    let asked = actor.request(GetOverviewRequest {
        as_of: Some(AS_OF),
        ..GetOverviewRequest::default()
    });
    let answer = actor.kpis().get_overview(asked).await;
    let entries =
        |answer: &GetOverviewResponse| answer.circles.iter().map(|circle| circle.kpis.len()).sum();
    done.push(Read::of("GetOverview", answer, entries));

    let asked = actor.request(ListUsersRequest {
        page_size: PAGE_SIZE,
        ..ListUsersRequest::default()
    });
    let answer = actor.users().list_users(asked).await;
    done.push(Read::of("ListUsers", answer, |answer| answer.users.len()));
    let asked = actor.request(ListCirclesRequest {
        page_size: PAGE_SIZE,
        ..ListCirclesRequest::default()
    });
    let answer = actor.circles().list_circles(asked).await;
    done.push(Read::of("ListCircles", answer, |answer| {
        answer.circles.len()
    }));
    done.extend(reads_of_accounts(actor).await);
    done
}

/// Those about accounts.
async fn reads_of_accounts(actor: &Actor) -> Vec<Read> {
    let mut done = Vec::new();
    let asked = actor.request(ListServiceAccountsRequest {});
    let answer = actor.service_accounts().list_service_accounts(asked).await;
    done.push(Read::of("ListServiceAccounts", answer, |answer| {
        answer.service_accounts.len()
    }));
    for user_id in [None, Some(actor.user_id)] {
        let asked = actor.request(ListSignInsRequest {
            page_size: PAGE_SIZE,
            user_id,
            ..ListSignInsRequest::default()
        });
        let answer = actor.sign_in_log().list_sign_ins(asked).await;
        let entries = |answer: &ListSignInsResponse| answer.sign_ins.len();
        done.push(Read::of("ListSignIns", answer, entries));
    }
    done
}

/// Adds this many users with circles of their own, service accounts, KPIs of the circle with a target
/// and a value of the same month, and values of the KPI.
async fn add(sql: &PgPool, circle_id: i64, kpi_id: i64, number: i32) {
    sqlx::query!(
        r#"with people as (
            insert into org.users
                (first_name, last_name, display_name, display_name_key, email, email_key)
            select 'a', 'a', 'a ' || n, 'a ' || n, n || '@x', n || '@x'
            from generate_series(1, $1) n
            returning id
        ), circles as (
            insert into org.circles (name, name_key)
            select 'a ' || id, 'a ' || id from people
            returning id, name
        )
        insert into org.members (circle_id, user_id)
        select c.id, p.id from circles c join people p on c.name = 'a ' || p.id"#,
        number
    )
    .execute(sql)
    .await
    .unwrap();
    sqlx::query!(
        "with services as (
            insert into org.users
                (first_name, last_name, display_name, display_name_key, email, email_key, kind)
            select '', '', 's ' || n, 's ' || n, '', null, 'service' from generate_series(1, $1) n
            returning id
        )
        insert into org.service_accounts (user_id, owner_id, writes, all_circles)
        select id, (select min(id) from org.users), true, true from services",
        number
    )
    .execute(sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into kpi.kpis (circle_id, name, name_key, periodicity, unit, active_since)
        select $1, 'a ' || n, 'a ' || n, 'monthly', 'score', now() - interval '1 year'
        from generate_series(1, $2) n",
        circle_id,
        number
    )
    .execute(sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into kpi.targets (kpi_id, from_year, initial_value, target_value)
        select id, 2020, 0, 100 from kpi.kpis on conflict do nothing"
    )
    .execute(sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into kpi.kpi_values (kpi_id, year, month, value, created_by, updated_by)
        select k.id, 2024, 1, 0, u.id, u.id from kpi.kpis k, (select min(id) as id from org.users) u
        union all
        select $1, 1900 + n, 1, n, u.id, u.id
        from generate_series(1, $2) n, (select min(id) as id from org.users) u
        on conflict do nothing",
        kpi_id,
        number
    )
    .execute(sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into kpi.changes
            (user_id, kpi_id, circle_id, activity, field, old_text, new_text)
        select min(u.id), $1, $2, 'kpi_updated', 'name', '', ''
        from generate_series(1, $3) n, org.users u group by n",
        kpi_id,
        circle_id,
        number
    )
    .execute(sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into auth.sign_in_log (activity, user_id)
        select 'signed_out', a.user_id from auth.accounts a, generate_series(1, $1)",
        number
    )
    .execute(sql)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_takes_one_statement_whatever_its_length() {
    let collector = Collector::start();
    let server = Server::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
    ])
    .await;
    let gatekeeper = server.gatekeeper().await;
    let circle_id = gatekeeper.create_circle("HR").await.unwrap().id;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "leave")).await;
    let kpi_id = kpi.unwrap().id;
    let value = gatekeeper.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    let short = reads(&gatekeeper, circle_id, kpi_id).await;
    add(&server.sql, circle_id, kpi_id, 60).await;
    let long = reads(&gatekeeper, circle_id, kpi_id).await;
    let asked = gatekeeper.request(ListRecentChangesRequest {
        kpi_value_id: value.id,
    });
    let answer = gatekeeper.kpi_changes().list_recent_changes(asked).await;
    let entries = |answer: &ListRecentChangesResponse| answer.changes.len();
    let recent = Read::of("ListRecentChanges", answer, entries);

    server.final_output().await;
    let spans = collector.end(&recent.call_id).spans;
    for (short, long) in short.iter().zip(&long) {
        assert!(short.entries < 5 && long.entries > 50, "{short:?} {long:?}");
        // The overview reads the circles first, then their KPIs.
        let most = if long.rpc == "GetOverview" { 2 } else { 1 };
        for read in [short, long] {
            let statements = read.statements(&spans);
            assert_eq!(statements.len(), most, "{read:?}: {statements:#?}");
        }
    }
    assert_eq!(recent.entries, 1);
    assert_eq!(recent.statements(&spans).len(), 1);
}
