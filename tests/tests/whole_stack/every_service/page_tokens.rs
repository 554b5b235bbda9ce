//! Forged page tokens. The digest in a token has no secret, so every caller can make one with any
//! cursor.

use kreis_proto::{
    auth::v1::ListSignInsRequest,
    kpi::v1::{self as kpi, ListDueValuesRequest, ListKpiValuesRequest, ListKpisRequest, Period},
    org::v1::{self as org, ListCirclesRequest, ListUsersRequest},
};
use kreis_service::page::{Cursor, ListDigest, TextPosition};
use kreis_tests::{Actor, Answered, Stack};
use prost::Message;
use prost_types::Timestamp;
use tonic::{Code, Status};

/// A position as a forger writes it.
#[derive(Clone)]
struct Forged<M>(M);

impl<M: Message + Default> Cursor for Forged<M> {
    type Message = M;

    fn encode(self) -> M {
        self.0
    }

    fn decode(message: M) -> Option<Self> {
        Some(Self(message))
    }
}

/// A position in the list of values.
#[derive(Clone, PartialEq, Message)]
struct ValuePosition {
    #[prost(message, optional, tag = "1")]
    range: Option<kpi::PeriodRange>,
    #[prost(message, optional, tag = "2")]
    period: Option<Period>,
    #[prost(int64, tag = "3")]
    id: i64,
}

/// A position in the list of due values.
#[derive(Clone, PartialEq, Message)]
struct DuePosition {
    #[prost(message, optional, tag = "1")]
    period: Option<Period>,
    #[prost(message, optional, tag = "2")]
    kpi: Option<TextPosition>,
}

/// A position in a change log.
#[derive(Clone, PartialEq, Message)]
struct ChangePosition {
    #[prost(message, optional, tag = "1")]
    time: Option<Timestamp>,
    #[prost(int64, tag = "2")]
    id: i64,
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
    SignIns,
}

impl List {
    /// A forged token for the list without filters.
    fn forged(self, position: impl Message + Default) -> String {
        let list = match self {
            Self::Kpis => ListDigest::of(
                "kreis.kpi.v1.KpiService/ListKpis",
                &ListKpisRequest::default(),
            ),
            Self::Values => ListDigest::of(
                "kreis.kpi.v1.KpiValueService/ListKpiValues",
                &ListKpiValuesRequest::default(),
            ),
            Self::DueValues => ListDigest::of(
                "kreis.kpi.v1.KpiValueService/ListDueValues",
                &ListDueValuesRequest::default(),
            ),
            Self::KpiChanges => ListDigest::of(
                "kreis.kpi.v1.ChangeLogService/ListChanges",
                &kpi::ListChangesRequest::default(),
            ),
            Self::Users => ListDigest::of(
                "kreis.org.v1.UserService/ListUsers",
                &ListUsersRequest::default(),
            ),
            Self::Circles => ListDigest::of(
                "kreis.org.v1.CircleService/ListCircles",
                &ListCirclesRequest::default(),
            ),
            Self::OrgChanges => ListDigest::of(
                "kreis.org.v1.ChangeLogService/ListChanges",
                &org::ListChangesRequest::default(),
            ),
            Self::SignIns => ListDigest::of(
                "kreis.auth.v1.SignInLogService/ListSignIns",
                &ListSignInsRequest::default(),
            ),
        };
        list.token(Forged(position))
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
            Self::SignIns => {
                let asked = ListSignInsRequest {
                    page_token,
                    ..ListSignInsRequest::default()
                };
                actor.sign_ins(asked).await?;
            }
        }
        Ok(())
    }
}

async fn check<M: Message + Default + Clone + std::fmt::Debug>(
    gatekeeper: &Actor,
    list: List,
    possible: &[M],
    impossible: &[M],
) {
    for position in possible {
        let outcome = list.ask(gatekeeper, list.forged(position.clone())).await;
        assert!(outcome.is_ok(), "{list:?} at {position:?}: {outcome:?}");
    }
    let of_another_type = list.forged(1_i64);
    let impossible = impossible
        .iter()
        .map(|position| list.forged(position.clone()));
    for token in impossible.chain([of_another_type]) {
        let outcome = list.ask(gatekeeper, token.clone()).await;
        assert!(outcome.is_err(), "{list:?} with {token}");
        let refused = outcome.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["page_token"], "{list:?} with {token}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_position_in_values_is_possible_or_refused() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let month = |year, month| Some(Period { year, month });
    let at = |period, range, id| ValuePosition { range, period, id };
    let range = |from, to| Some(kpi::PeriodRange { from, to });
    let possible = [
        at(month(1900, 1), None, 1),
        at(month(2200, 12), None, i64::MAX),
        at(
            month(2024, 2),
            range(month(2024, 2), month(2024, 3)),
            i64::MIN,
        ),
    ];
    let impossible = [
        at(None, None, 1),
        at(month(1899, 12), None, 1),
        at(month(i32::MAX, 1), None, 1),
        at(month(2024, 0), None, 1),
        at(month(2024, 13), None, 1),
        at(month(2024, 1), range(month(2024, 2), month(2024, 1)), 1),
        at(month(2024, 1), range(month(2024, 2), month(2024, 3)), 1),
        at(month(2024, 1), range(None, month(2024, 3)), 1),
    ];
    check(&gatekeeper, List::Values, &possible, &impossible).await;
    let due = |text: &str, year| DuePosition {
        period: month(year, 1),
        kpi: Some(TextPosition::new(text.to_owned(), 1)),
    };
    let possible = [due("", 1900), due("\u{10ffff}' or true --", 2200)];
    let impossible = [
        due("a\0b", 2024),
        due("a", 0),
        due("a", i32::MAX),
        DuePosition::default(),
    ];
    check(&gatekeeper, List::DueValues, &possible, &impossible).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_position_in_a_list_by_name_is_possible_or_refused() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let after = |text: &str| TextPosition::new(text.to_owned(), 1);
    let possible = [after(""), after("\u{10ffff}' or true --")];
    let impossible = [after("a\0b"), after("\0")];
    for list in [List::Kpis, List::Users, List::Circles] {
        check(&gatekeeper, list, &possible, &impossible).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_position_in_a_change_log_is_possible_or_refused() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let at = |seconds, nanos, id| ChangePosition {
        time: Some(Timestamp { seconds, nanos }),
        id,
    };
    // The last second that chrono has, in the year 262142.
    let last_second = 8_210_266_876_799;
    let possible = [
        at(0, 0, 1),
        at(last_second, 0, 1),
        at(1_706_788_800, 0, i64::MIN),
    ];
    let impossible = [
        at(-1, 999_999_999, 1),
        at(i64::MIN, 0, 1),
        at(i64::MAX, 0, 1),
        at(1_706_788_800, -1, 1),
        at(1_706_788_800, i32::MAX, 1),
        ChangePosition::default(),
    ];
    for list in [List::KpiChanges, List::OrgChanges, List::SignIns] {
        check(&gatekeeper, list, &possible, &impossible).await;
    }
}
