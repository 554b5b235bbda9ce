//! Access rules: every RPC of the contract, called by every kind of caller, at the gateway and at
//! the service.

use std::collections::BTreeMap;

use kreis_proto::{
    kpi::v1::{
        CorrectKpiValueRequest, MarkNothingToReportRequest, Period, RecordKpiValueRequest,
        RetractKpiValueRequest,
    },
    org::v1::{DeactivateUserRequest, ServiceAccess},
};
use kreis_server::access::AccessPolicy;
use kreis_tests::{
    Actor, Stack,
    actor::new_kpi,
    oidc_provider::OidcProvider,
    raw::RawClient,
    service_accounts::new_service_account,
    single_sign_on::{signed_on_economist, stack_with},
};
use prost::Message;
use tonic::Code;
use uuid::Uuid;

use Expected::{Denied, In};

/// The outcome of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The access rule lets the call pass. The service may still refuse the message.
    In,
    /// `PERMISSION_DENIED`.
    Denied,
    /// UNAUTHENTICATED.
    Unknown,
    /// UNIMPLEMENTED.
    Nowhere,
}

/// The outcomes for members of the circle, members of another circle, and gatekeepers. Economists
/// and service accounts that may write are members.
type Row = [Expected; 3];

const ANYBODY: Option<Row> = None;
const SIGNED_IN: Option<Row> = Some([In, In, In]);
const MEMBERS: Option<Row> = Some([In, Denied, In]);
const GATEKEEPERS: Option<Row> = Some([Denied, Denied, In]);

/// The access rule of every RPC. `TokenService` is not reachable from outside.
#[rustfmt::skip]
const TABLE: &[(&str, Option<Row>)] = &[
    ("auth.v1.AuthService/Login", ANYBODY),
    ("auth.v1.AuthService/Refresh", ANYBODY),
    ("auth.v1.AuthService/Logout", SIGNED_IN),
    ("auth.v1.AuthService/LogoutEverywhere", SIGNED_IN),
    ("auth.v1.AuthService/ListSessions", SIGNED_IN),
    ("auth.v1.AuthService/EndSession", SIGNED_IN),
    ("auth.v1.AuthService/ChangePassword", SIGNED_IN),
    ("auth.v1.AuthService/GetSignInOptions", ANYBODY),
    ("auth.v1.AuthService/RequestPasswordReset", ANYBODY),
    ("auth.v1.AuthService/SendInvitation", GATEKEEPERS),
    ("auth.v1.AuthService/WithdrawInvitation", GATEKEEPERS),
    ("auth.v1.AuthService/GetInvitation", ANYBODY),
    ("auth.v1.AuthService/AcceptInvitation", ANYBODY),
    ("auth.v1.AuthService/IssueToken", ANYBODY),
    ("auth.v1.SignInLogService/ListSignIns", SIGNED_IN),
    ("auth.v1.SignInLogService/ListNotices", SIGNED_IN),
    ("auth.v1.SignInLogService/ConfirmNotices", SIGNED_IN),
    ("auth.v1.SingleSignOnService/BeginSignOn", ANYBODY),
    ("auth.v1.SingleSignOnService/FinishSignOn", ANYBODY),
    ("auth.v1.SingleSignOnService/LogoutByProvider", ANYBODY),
    ("auth.v1.TokenService/GetSigningKeys", ANYBODY),
    ("auth.v1.TokenService/AwaitRevocations", ANYBODY),
    ("org.v1.UserService/GetMe", SIGNED_IN),
    ("org.v1.UserService/GetUser", SIGNED_IN),
    ("org.v1.UserService/ListUsers", SIGNED_IN),
    ("org.v1.UserService/CreateUser", GATEKEEPERS),
    ("org.v1.UserService/UpdateUser", GATEKEEPERS),
    ("org.v1.UserService/SetMyLanguage", SIGNED_IN),
    ("org.v1.UserService/InviteUser", GATEKEEPERS),
    ("org.v1.UserService/DeactivateUser", GATEKEEPERS),
    ("org.v1.UserService/ReactivateUser", GATEKEEPERS),
    ("org.v1.CircleService/GetCircle", SIGNED_IN),
    ("org.v1.CircleService/ListCircles", SIGNED_IN),
    ("org.v1.CircleService/CreateCircle", GATEKEEPERS),
    ("org.v1.CircleService/UpdateCircle", GATEKEEPERS),
    ("org.v1.CircleService/DeleteCircle", GATEKEEPERS),
    ("org.v1.CircleService/AddCircleMember", GATEKEEPERS),
    ("org.v1.CircleService/RemoveCircleMember", GATEKEEPERS),
    ("org.v1.ServiceAccountService/ListServiceAccounts", GATEKEEPERS),
    ("org.v1.ServiceAccountService/CreateServiceAccount", GATEKEEPERS),
    ("org.v1.ServiceAccountService/UpdateServiceAccount", GATEKEEPERS),
    ("org.v1.ServiceAccountService/RemoveServiceAccount", GATEKEEPERS),
    ("org.v1.ServiceAccountService/AddServiceKey", GATEKEEPERS),
    ("org.v1.ServiceAccountService/RemoveServiceKey", GATEKEEPERS),
    ("org.v1.ChangeLogService/ListChanges", GATEKEEPERS),
    ("kpi.v1.KpiService/GetKpi", SIGNED_IN),
    ("kpi.v1.KpiService/ListKpis", SIGNED_IN),
    ("kpi.v1.KpiService/CreateKpi", GATEKEEPERS),
    ("kpi.v1.KpiService/UpdateKpi", GATEKEEPERS),
    ("kpi.v1.KpiService/SetKpiTarget", GATEKEEPERS),
    ("kpi.v1.KpiService/RemoveKpiTarget", GATEKEEPERS),
    ("kpi.v1.KpiService/ActivateKpi", GATEKEEPERS),
    ("kpi.v1.KpiService/DeactivateKpi", GATEKEEPERS),
    ("kpi.v1.KpiService/GetKpiProgress", SIGNED_IN),
    ("kpi.v1.KpiService/GetCircleProgress", SIGNED_IN),
    ("kpi.v1.KpiService/GetOverview", SIGNED_IN),
    ("kpi.v1.KpiService/GetStateThresholds", SIGNED_IN),
    ("kpi.v1.KpiService/SetStateThresholds", GATEKEEPERS),
    ("kpi.v1.KpiValueService/GetKpiValue", SIGNED_IN),
    ("kpi.v1.KpiValueService/ListKpiValues", SIGNED_IN),
    ("kpi.v1.KpiValueService/ListDueValues", SIGNED_IN),
    ("kpi.v1.KpiValueService/RecordKpiValue", MEMBERS),
    ("kpi.v1.KpiValueService/CorrectKpiValue", MEMBERS),
    ("kpi.v1.KpiValueService/RetractKpiValue", MEMBERS),
    ("kpi.v1.KpiValueService/MarkNothingToReport", MEMBERS),
    ("kpi.v1.ChangeLogService/ListChanges", SIGNED_IN),
    ("kpi.v1.ChangeLogService/ListRecentChanges", SIGNED_IN),
];

/// All callers.
struct Callers {
    anonymous: Actor,
    inside: Actor,
    outside: Actor,
    gatekeeper: Actor,
    /// Service accounts for the circle, for another circle, and for all of them but only to read.
    services: BTreeMap<&'static str, Actor>,
    /// Economists who signed in with a provider: with and without a password.
    signed_on: BTreeMap<&'static str, Actor>,
    /// Tokens that are no longer valid.
    dead: BTreeMap<&'static str, Actor>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_accepts_exactly_the_callers_that_the_table_names() {
    let table: BTreeMap<String, Option<Row>> = TABLE
        .iter()
        .map(|(path, row)| (format!("/kreis.{path}"), *row))
        .collect();
    let policy = AccessPolicy::from_contract().unwrap();
    let contract: Vec<String> = policy.rpcs().map(|(path, _)| path.to_owned()).collect();
    for path in &contract {
        assert!(table.contains_key(path), "{path} has no row in the table");
    }
    assert_eq!(
        table.len(),
        contract.len(),
        "the table has rows that are no RPC"
    );

    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let callers = callers(&stack, &provider).await;
    let messages = messages(&stack, &callers).await;
    let addresses = stack.addresses;
    let mut wrong = Vec::new();
    for (path, row) in &table {
        let service = match path.split('.').nth(1) {
            Some("auth") => addresses.auth,
            Some("org") => addresses.org,
            _ => addresses.kpi,
        };
        for server in [addresses.gateway, service] {
            let client = RawClient::http2(format!("http://{server}"));
            let is_read_only = policy.is_read_only(path);
            for (who, expected) in expectations(path, *row, is_read_only) {
                let caller = find((&stack, &provider), &callers, path, who).await;
                let authorization = format!("Bearer {}", caller.token());
                let headers: &[(&str, &str)] = match caller.token() {
                    "" => &[],
                    _ => &[("authorization", &authorization)],
                };
                let message = messages.get(path.as_str()).map_or(&[][..], Vec::as_slice);
                let answer = client.call(path, headers, message).await.unwrap();
                let happened = match answer.status().code() {
                    // A public RPC refuses what the message proves, not the access token.
                    Code::Unauthenticated if row.is_some() => Expected::Unknown,
                    Code::PermissionDenied => Denied,
                    Code::Unimplemented => Expected::Nowhere,
                    Code::Unavailable | Code::Internal | Code::Unknown => {
                        panic!("{path} by {who}: {:?}", answer.status())
                    }
                    _ => In,
                };
                if happened != expected {
                    wrong.push(format!(
                        "{path} by {who} at {server}: {happened:?}, not {expected:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn expectations(path: &str, row: Option<Row>, is_read_only: bool) -> Vec<(&'static str, Expected)> {
    let everybody = [
        "anonymous",
        "inside",
        "outside",
        "gatekeeper",
        "service inside",
        "service outside",
        "service that reads",
        "single sign-on",
        "without password",
        "deactivated",
        "revoked",
        "expired",
    ];
    if path.contains("TokenService") {
        return everybody.map(|who| (who, Expected::Nowhere)).into();
    }
    let Some([inside, outside, gatekeeper]) = row else {
        return everybody.map(|who| (who, In)).into();
    };
    vec![
        ("anonymous", Expected::Unknown),
        ("inside", inside),
        ("outside", outside),
        ("gatekeeper", gatekeeper),
        ("service inside", inside),
        ("service outside", outside),
        (
            "service that reads",
            if is_read_only { inside } else { Denied },
        ),
        ("single sign-on", inside),
        ("without password", inside),
        ("deactivated", Expected::Unknown),
        ("revoked", Expected::Unknown),
        ("expired", Expected::Unknown),
    ]
}

/// The caller of a kind. Logout ends its session, so it gets a new one.
async fn find(
    (stack, provider): (&Stack, &OidcProvider),
    callers: &Callers,
    path: &str,
    who: &str,
) -> Actor {
    let living = match who {
        "inside" => &callers.inside,
        "outside" => &callers.outside,
        "gatekeeper" => &callers.gatekeeper,
        "anonymous" => return callers.anonymous.clone(),
        service if service.starts_with("service") => {
            if path.contains("/Logout") && service != "service that reads" {
                let name = format!("{service} {}", Uuid::new_v4());
                return new_service(stack, service, &name).await;
            }
            return callers.services[service].clone();
        }
        signed_on if callers.signed_on.contains_key(signed_on) => {
            if path.contains("/Logout") {
                let has_password = signed_on == "single sign-on";
                return signed_on_economist(stack, provider, "HR", has_password).await;
            }
            return callers.signed_on[signed_on].clone();
        }
        dead => return callers.dead[dead].clone(),
    };
    if path.contains("/Logout") {
        let (email, _) = stack.person(who == "gatekeeper").await;
        return stack.sign_in(&email).await;
    }
    living.clone()
}

/// A new service account of a kind, signed in.
async fn new_service(stack: &Stack, kind: &str, name: &str) -> Actor {
    let (access, circles) = match kind {
        "service inside" => (ServiceAccess::Write, vec![stack.circle("HR").await]),
        "service outside" => (ServiceAccess::Write, vec![stack.circle("IT").await]),
        _ => (ServiceAccess::Read, Vec::new()),
    };
    let new = new_service_account(name, access, &circles);
    stack.gatekeeper().await.new_service(new).await
}

async fn callers(stack: &Stack, provider: &OidcProvider) -> Callers {
    let gatekeeper = stack.gatekeeper().await;
    let deactivated = stack.economist("HR").await;
    let deactivate = DeactivateUserRequest {
        user_id: deactivated.user_id,
        etag: String::new(),
    };
    gatekeeper
        .users()
        .deactivate_user(gatekeeper.request(deactivate))
        .await
        .unwrap();
    let revoked = stack.gatekeeper().await;
    revoked.sign_out().await.unwrap();
    let expired = stack.gatekeeper().await;
    let expired = expired.with_token(crate::auth::tokens::with_claims(
        stack,
        &expired,
        |claims| {
            claims["exp"] = (chrono::Utc::now().timestamp() - 60).into();
        },
    ));
    let mut services = BTreeMap::new();
    for kind in ["service inside", "service outside", "service that reads"] {
        services.insert(kind, new_service(stack, kind, kind).await);
    }
    let mut signed_on = BTreeMap::new();
    for (kind, has_password) in [("single sign-on", true), ("without password", false)] {
        let economist = signed_on_economist(stack, provider, "HR", has_password).await;
        signed_on.insert(kind, economist);
    }
    Callers {
        services,
        signed_on,
        anonymous: stack.anonymous(),
        inside: stack.economist("HR").await,
        outside: stack.economist("IT").await,
        gatekeeper,
        dead: [
            ("deactivated", deactivated),
            ("revoked", revoked),
            ("expired", expired),
        ]
        .into(),
    }
}

/// Messages that pass every check before the check of membership.
async fn messages(stack: &Stack, callers: &Callers) -> BTreeMap<&'static str, Vec<u8>> {
    let kpi = callers
        .gatekeeper
        .create_kpi(new_kpi(stack.circle("HR").await, "reachability"))
        .await
        .unwrap();
    let value = callers
        .gatekeeper
        .record(kpi.id, (2024, 1), 50.0)
        .await
        .unwrap();
    let record = RecordKpiValueRequest {
        kpi_id: kpi.id,
        period: Some(Period {
            year: 2024,
            month: 2,
        }),
        value: Some(1.0),
        request_id: String::new(),
        ..RecordKpiValueRequest::default()
    };
    let correct = CorrectKpiValueRequest {
        kpi_value_id: value.id,
        value: Some(2.0),
        etag: "stale".into(),
        request_id: String::new(),
        ..CorrectKpiValueRequest::default()
    };
    let retract = RetractKpiValueRequest {
        kpi_value_id: value.id,
        etag: "stale".into(),
        request_id: String::new(),
    };
    let mark = MarkNothingToReportRequest {
        kpi_id: kpi.id,
        period: Some(Period {
            year: 2024,
            month: 3,
        }),
        reason: "closed".into(),
        ..MarkNothingToReportRequest::default()
    };
    [
        (
            "/kreis.kpi.v1.KpiValueService/MarkNothingToReport",
            mark.encode_to_vec(),
        ),
        (
            "/kreis.kpi.v1.KpiValueService/RecordKpiValue",
            record.encode_to_vec(),
        ),
        (
            "/kreis.kpi.v1.KpiValueService/CorrectKpiValue",
            correct.encode_to_vec(),
        ),
        (
            "/kreis.kpi.v1.KpiValueService/RetractKpiValue",
            retract.encode_to_vec(),
        ),
    ]
    .into()
}
