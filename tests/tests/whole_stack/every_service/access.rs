//! Access rules: every RPC of the contract, called by every kind of caller, at the gateway and at
//! the service.

use std::collections::BTreeMap;

use kreis_proto::org::v1::{DeactivateUserRequest, ServiceAccess};
use kreis_server::access::AccessPolicy;
use kreis_tests::{
    Actor, Stack,
    oidc_provider::OidcProvider,
    raw::RawClient,
    service_accounts::new_service_account,
    single_sign_on::{signed_on_economist, stack_with},
    stack::PASSWORD,
};
use tonic::Code;
use uuid::Uuid;

use super::access_messages::messages;
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
/// and service accounts that may write are members. So are those with a renewed token, and those
/// without a password.
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
    ("auth.v1.AuthService/GetSetup", ANYBODY),
    ("auth.v1.AuthService/CompleteSetup", ANYBODY),
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
    /// A member with the token of a renewed session.
    renewed: Actor,
    /// A member who has no password any more.
    without_password: Actor,
    /// Service accounts for the circle, for another circle, and for all of them but only to read.
    services: BTreeMap<&'static str, Actor>,
    /// A member who signed in with a provider and has no password.
    signed_on: Actor,
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
    let messages = messages(&stack, &callers.gatekeeper).await;
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
        "renewed",
        "without password",
        "service inside",
        "service outside",
        "service that reads",
        "single sign-on",
        "deactivated",
        "signed out",
        "of an ended session",
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
        ("renewed", inside),
        ("without password", inside),
        ("service inside", inside),
        ("service outside", outside),
        (
            "service that reads",
            if is_read_only { inside } else { Denied },
        ),
        ("single sign-on", inside),
        ("deactivated", Expected::Unknown),
        ("signed out", Expected::Unknown),
        ("of an ended session", Expected::Unknown),
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
        "renewed" => &callers.renewed,
        "without password" => &callers.without_password,
        "single sign-on" => &callers.signed_on,
        "anonymous" => return callers.anonymous.clone(),
        service if service.starts_with("service") => {
            if path.contains("/Logout") && service != "service that reads" {
                let name = format!("{service} {}", Uuid::new_v4());
                return new_service(stack, service, &name).await;
            }
            return callers.services[service].clone();
        }
        dead => return callers.dead[dead].clone(),
    };
    if path.contains("/Logout") {
        return match who {
            "renewed" => renewed(stack).await,
            "without password" => without_password(stack).await,
            "single sign-on" => signed_on_economist(stack, provider, "HR").await,
            _ => {
                let (email, _) = stack.person(who == "gatekeeper").await;
                stack.sign_in(&email).await
            }
        };
    }
    living.clone()
}

/// A new economist with the token of a renewed session.
async fn renewed(stack: &Stack) -> Actor {
    let economist = stack.economist("HR").await;
    let email = economist.me().await.unwrap().email;
    let begun = economist.begin_session(&email, PASSWORD).await.unwrap();
    let renewed = economist.refresh(&begun.refresh_token).await.unwrap();
    economist.with_token(renewed.access_token)
}

/// A new economist whose password is gone.
async fn without_password(stack: &Stack) -> Actor {
    let economist = stack.economist("HR").await;
    sqlx::query!(
        "update auth.accounts set password_hash = null where user_id = $1",
        economist.user_id
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    economist
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
    let signed_out = stack.gatekeeper().await;
    signed_out.sign_out().await.unwrap();
    let ended = renewed(stack).await;
    let sessions = ended.sessions(None).await.unwrap();
    let session = sessions.iter().find(|session| session.current).unwrap();
    gatekeeper.end_session(&session.id).await.unwrap();
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
    Callers {
        services,
        signed_on: signed_on_economist(stack, provider, "HR").await,
        anonymous: stack.anonymous(),
        inside: stack.economist("HR").await,
        outside: stack.economist("IT").await,
        gatekeeper,
        renewed: renewed(stack).await,
        without_password: without_password(stack).await,
        dead: [
            ("deactivated", deactivated),
            ("signed out", signed_out),
            ("of an ended session", ended),
            ("expired", expired),
        ]
        .into(),
    }
}
