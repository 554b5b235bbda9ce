//! Forged page tokens. The digest in a token has no secret, so every caller can make one with any
//! cursor.

use kreis_proto::{
    kpi::v1::{self as kpi, ListDueValuesRequest, ListKpiValuesRequest, ListKpisRequest},
    org::v1::{self as org, ListCirclesRequest, ListUsersRequest},
};
use kreis_service::page;
use kreis_tests::{Actor, Answered, Stack};
use serde::Serialize;
use serde_json::{Value, json};
use tonic::{Code, Status};

/// The parameters of the list of KPIs, in the order in which its tokens are bound to them.
#[derive(Serialize)]
struct KpiFilter {
    circle: Option<i64>,
    active: Option<bool>,
}

/// The parameters of the list of due values, in the order in which its tokens are bound to them.
#[derive(Serialize)]
enum DueFilter {
    Of {
        circle: Option<i64>,
        user: Option<i64>,
    },
}

#[derive(Debug, Clone, Copy)]
enum List {
    Kpis,
    Values,
    DueValues,
    KpiChanges,
    Users,
    Circles,
    OrgChanges,
}

impl List {
    /// A forged token for a list without filters.
    fn forged(self, place: &Value) -> String {
        let nothing = None::<bool>;
        match self {
            Self::Kpis => {
                let everything = KpiFilter {
                    circle: None,
                    active: None,
                };
                page::token("ListKpis", &everything, place)
            }
            Self::Values => page::token("ListKpiValues", &("All", "All"), place),
            Self::DueValues => {
                let own = DueFilter::Of {
                    circle: None,
                    user: None,
                };
                page::token("ListDueValues", &own, place)
            }
            Self::KpiChanges => {
                let always = json!({"from": null, "to": null});
                page::token("ListChanges", &("All", always), place)
            }
            Self::Users => page::token("kreis.org.v1.UserService/ListUsers", &nothing, place),
            Self::Circles => page::token("kreis.org.v1.CircleService/ListCircles", &(), place),
            Self::OrgChanges => {
                let list = "kreis.org.v1.ChangeLogService/ListChanges";
                page::token(list, &("All", nothing, nothing), place)
            }
        }
    }

    async fn ask(self, actor: &Actor, page_token: String) -> Result<(), Status> {
        match self {
            Self::Kpis => {
                let asked = ListKpisRequest {
                    page_token,
                    ..ListKpisRequest::default()
                };
                actor.kpis().list_kpis(actor.request(asked)).await?;
            }
            Self::Values => {
                let asked = ListKpiValuesRequest {
                    page_token,
                    ..ListKpiValuesRequest::default()
                };
                actor.values().list_kpi_values(actor.request(asked)).await?;
            }
            Self::DueValues => {
                let asked = ListDueValuesRequest {
                    page_token,
                    ..ListDueValuesRequest::default()
                };
                actor.values().list_due_values(actor.request(asked)).await?;
            }
            Self::KpiChanges => {
                let asked = kpi::ListChangesRequest {
                    page_token,
                    ..kpi::ListChangesRequest::default()
                };
                let mut client = actor.kpi_changes();
                client.list_changes(actor.request(asked)).await?;
            }
            Self::Users => {
                let asked = ListUsersRequest {
                    page_token,
                    ..ListUsersRequest::default()
                };
                actor.users().list_users(actor.request(asked)).await?;
            }
            Self::Circles => {
                let asked = ListCirclesRequest {
                    page_token,
                    ..ListCirclesRequest::default()
                };
                actor.circles().list_circles(actor.request(asked)).await?;
            }
            Self::OrgChanges => {
                let asked = org::ListChangesRequest {
                    page_token,
                    ..org::ListChangesRequest::default()
                };
                let mut client = actor.org_changes();
                client.list_changes(actor.request(asked)).await?;
            }
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_page_token_leads_to_a_possible_place_or_is_refused() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let month = |year: i32, month: i32| json!({"year": year, "month": month});
    let value_at = |period: Value, range: Value| json!({"range": range, "period": period, "id": 1});
    let change_at = |time: &str| json!({"create_time": time, "id": 1});
    let reversed = json!({"from": month(2024, 2), "to": month(2024, 1)});
    let before = json!({"from": month(2024, 2), "to": month(2024, 3)});
    let possible_values = vec![
        value_at(month(1900, 1), Value::Null),
        json!({"range": null, "period": month(2200, 12), "id": i64::MAX}),
    ];
    let impossible_values = vec![
        value_at(month(1899, 12), Value::Null),
        value_at(month(i32::MAX, 1), Value::Null),
        value_at(month(2024, 0), Value::Null),
        value_at(month(2024, 13), Value::Null),
        value_at(month(2024, 1), reversed),
        value_at(month(2024, 1), before),
        json!({"range": null, "period": month(2024, 1), "id": 1e300}),
        json!({}),
    ];
    let possible_changes = vec![
        change_at("1970-01-01T00:00:00Z"),
        change_at("+262142-12-31T23:59:59Z"),
        json!({"create_time": "2024-02-01T12:00:00Z", "id": i64::MIN}),
    ];
    let impossible_changes = vec![
        change_at("1969-12-31T23:59:59.999999Z"),
        change_at("-4800-01-01T00:00:00Z"),
        change_at("-262143-01-01T00:00:00Z"),
        change_at("today"),
        json!({"create_time": "2024-02-01T12:00:00Z", "id": u64::MAX}),
    ];
    let name = |field: &str, key: &str| json!({field: key, "id": 1});
    let of_names = |field: &str| {
        let possible = vec![name(field, ""), name(field, "\u{10ffff}' or true --")];
        (possible, vec![name(field, "a\0b"), name(field, "\0")])
    };
    let (possible_names, impossible_names) = of_names("name_key");
    let (possible_users, impossible_users) = of_names("display_name_key");
    let due_at = |key: &str, year: i32| json!({"period": month(year, 1), "name_key": key, "id": 1});
    let possible_due = vec![due_at("", 1900), due_at("\u{10ffff}' or true --", 2200)];
    let impossible_due = vec![due_at("a\0b", 2024), due_at("a", 0), due_at("a", i32::MAX)];
    for (list, possible, impossible) in [
        (List::DueValues, &possible_due, &impossible_due),
        (List::Kpis, &possible_names, &impossible_names),
        (List::Values, &possible_values, &impossible_values),
        (List::KpiChanges, &possible_changes, &impossible_changes),
        (List::Users, &possible_users, &impossible_users),
        (List::Circles, &possible_names, &impossible_names),
        (List::OrgChanges, &possible_changes, &impossible_changes),
    ] {
        for place in possible {
            let outcome = list.ask(&gatekeeper, list.forged(place)).await;
            assert!(outcome.is_ok(), "{list:?} at {place}: {outcome:?}");
        }
        for place in impossible {
            let outcome = list.ask(&gatekeeper, list.forged(place)).await;
            assert!(outcome.is_err(), "{list:?} at {place}");
            let refused = outcome.refused();
            let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
            assert_eq!(refused.fields(), ["page_token"], "{list:?} at {place}");
        }
    }
}
