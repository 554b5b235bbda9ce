//! Service accounts: programs that sign in with a key.

use std::time::{Duration, Instant};

use kreis_proto::{
    kpi::v1::{ListChangesRequest, ListDueValuesRequest},
    org::v1::{
        Activity, AddServiceKeyRequest, ListChangesRequest as ListOrgChangesRequest, Person,
        ServiceAccess, ServiceAccountScope, UpdateServiceAccountRequest, UpdateUserRequest,
    },
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi, service_accounts::new_service_account};
use tonic::{Code, Status};

use super::service_keys::refusal;

/// In which every server learns of a revocation.
const BOUND: Duration = Duration::from_secs(3);

/// A gatekeeper, a KPI of the circle HR, and one of the circle IT.
async fn gatekeeper_and_kpis(stack: &Stack) -> (Actor, i64, i64) {
    let gatekeeper = stack.gatekeeper().await;
    let mut kpis = Vec::new();
    for circle in ["HR", "IT"] {
        let new = new_kpi(stack.circle(circle).await, "reachability");
        kpis.push(gatekeeper.create_kpi(new).await.unwrap().id);
    }
    (gatekeeper, kpis[0], kpis[1])
}

pub(super) async fn is_refused_soon(actor: &Actor) {
    let began = Instant::now();
    loop {
        match actor.me().await {
            Ok(user) => assert!(
                began.elapsed() < BOUND,
                "{} is still let in",
                user.display_name
            ),
            Err(status) => {
                assert_eq!(status.code(), Code::Unauthenticated, "{status}");
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_does_what_a_member_of_its_circles_does() {
    let stack = Stack::start().await;
    let (gatekeeper, hr, it) = gatekeeper_and_kpis(&stack).await;
    let economist = stack.economist("HR").await;
    let circle = stack.circle("HR").await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[circle]);
    let service = gatekeeper.new_service(new).await;

    let me = service.me().await.unwrap();
    assert_eq!(
        (me.display_name.as_str(), me.gatekeeper),
        ("Payroll", false)
    );
    let own: Vec<i64> = me.circles.iter().map(|circle| circle.circle_id).collect();
    assert_eq!(own, [circle]);
    for kpi in [hr, it] {
        assert_eq!(
            service.kpi(kpi).await.unwrap(),
            economist.kpi(kpi).await.unwrap()
        );
    }
    let due = async |actor: &Actor| actor.due_values(ListDueValuesRequest::default()).await;
    assert_eq!(due(&service).await.unwrap(), due(&economist).await.unwrap());

    let value = service.record(hr, (2024, 1), 1.0).await.unwrap();
    service.correct(value.id, 2.0, "").await.unwrap();
    service.retract(value.id).await.unwrap();
    for outsider in [&service, &economist] {
        let refused = outsider.record(it, (2024, 1), 1.0).await.refused();
        refused.with(Code::PermissionDenied, "NOT_A_MEMBER");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_for_all_circles_writes_for_one_that_comes_later() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let new = new_service_account("Warehouse", ServiceAccess::Write, &[]);
    let service = gatekeeper.new_service(new).await;
    let (_, hr, it) = gatekeeper_and_kpis(&stack).await;
    for kpi in [hr, it] {
        service.record(kpi, (2024, 1), 1.0).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_that_only_reads_changes_nothing() {
    let stack = Stack::start().await;
    let (gatekeeper, hr, _) = gatekeeper_and_kpis(&stack).await;
    let new = new_service_account("Dashboard", ServiceAccess::Read, &[]);
    let service = gatekeeper.new_service(new).await;
    service.kpi(hr).await.unwrap();
    let at_service = service.at(kreis_tests::stack::channel(stack.addresses.kpi));
    for door in [&service, &at_service] {
        let refused = door.record(hr, (2024, 1), 1.0).await.refused();
        refused.with(Code::PermissionDenied, "READ_ONLY");
    }
    let refused = service.sign_out().await.refused();
    refused.with(Code::PermissionDenied, "READ_ONLY");

    // The gatekeeper lets it write: its tokens end, and the next one may.
    let account = &gatekeeper.list_service_accounts().await.unwrap()[0];
    let key = gatekeeper.add_service_key(account.id).await.unwrap().key;
    let update = UpdateServiceAccountRequest {
        service_account_id: account.id,
        access: Some(ServiceAccess::Write.into()),
        ..UpdateServiceAccountRequest::default()
    };
    gatekeeper.update_service_account(update).await.unwrap();
    is_refused_soon(&service).await;
    let service = service.sign_in_with_key(&key).await.unwrap();
    service.record(hr, (2024, 1), 1.0).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_rights_away_ends_the_tokens() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle = stack.circle("HR").await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[]);
    let account = gatekeeper.create_service_account(new).await.unwrap();
    let key = gatekeeper.add_service_key(account.id).await.unwrap().key;
    let anonymous = stack.anonymous();
    let sign_in = || anonymous.sign_in_with_key(&key);

    let token = sign_in().await.unwrap();
    let narrow = UpdateServiceAccountRequest {
        service_account_id: account.id,
        scope: Some(ServiceAccountScope {
            all_circles: false,
            circle_ids: vec![circle],
        }),
        ..UpdateServiceAccountRequest::default()
    };
    gatekeeper
        .update_service_account(narrow.clone())
        .await
        .unwrap();
    is_refused_soon(&token).await;

    // The same once more changes nothing, and neither does another name.
    let token = sign_in().await.unwrap();
    gatekeeper.update_service_account(narrow).await.unwrap();
    let rename = UpdateServiceAccountRequest {
        service_account_id: account.id,
        name: Some("Wages".to_owned()),
        ..UpdateServiceAccountRequest::default()
    };
    gatekeeper.update_service_account(rename).await.unwrap();
    token.me().await.unwrap();

    token.sign_out().await.unwrap();
    is_refused_soon(&token).await;
    let token = sign_in().await.unwrap();
    gatekeeper.remove_service_account(account.id).await.unwrap();
    is_refused_soon(&token).await;
    sign_in().await.map(drop).refused();
    assert!(gatekeeper.list_service_accounts().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_is_suspended_until_its_owner_is_an_active_gatekeeper() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let owner = stack.gatekeeper().await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[]);
    let account = owner.create_service_account(new).await.unwrap();
    let key = gatekeeper.add_service_key(account.id).await.unwrap().key;
    let anonymous = stack.anonymous();
    let suspended = async || gatekeeper.list_service_accounts().await.unwrap()[0].suspended;

    let token = anonymous.sign_in_with_key(&key).await.unwrap();
    gatekeeper
        .set_gatekeeper(owner.user_id, false)
        .await
        .unwrap();
    is_refused_soon(&token).await;
    refusal(&anonymous, &key).await;
    assert!(suspended().await);
    gatekeeper
        .set_gatekeeper(owner.user_id, true)
        .await
        .unwrap();
    let token = anonymous.sign_in_with_key(&key).await.unwrap();

    gatekeeper.deactivate(owner.user_id).await.unwrap();
    is_refused_soon(&token).await;
    refusal(&anonymous, &key).await;
    let inherit = UpdateServiceAccountRequest {
        service_account_id: account.id,
        owner_id: Some(gatekeeper.user_id),
        ..UpdateServiceAccountRequest::default()
    };
    let inherited = gatekeeper.update_service_account(inherit).await.unwrap();
    assert!(!inherited.suspended);
    anonymous.sign_in_with_key(&key).await.unwrap();
    is_refused_soon(&token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_change_logs_name_the_machine_and_its_owner() {
    let stack = Stack::start().await;
    let (gatekeeper, hr, _) = gatekeeper_and_kpis(&stack).await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[]);
    let service = gatekeeper.new_service(new).await;
    service.record(hr, (2024, 1), 1.0).await.unwrap();
    let person = |user_id, display_name: &str| {
        Some(Person {
            user_id,
            display_name: display_name.to_owned(),
        })
    };
    let machine = person(service.user_id, "Payroll");
    let me = gatekeeper.me().await.unwrap();
    let owner = person(me.id, &me.display_name);

    let list = gatekeeper.request(ListChangesRequest::default());
    let changes = gatekeeper.kpi_changes().list_changes(list).await.unwrap();
    let changes = changes.into_inner().changes;
    assert_eq!(
        (&changes[0].changed_by, &changes[0].owner),
        (&machine, &owner)
    );
    assert_eq!((&changes[1].changed_by, &changes[1].owner), (&owner, &None));
    let value = match &changes[0].detail {
        Some(kreis_proto::kpi::v1::change::Detail::Value(value)) => value.kpi_value_id,
        other => panic!("{other:?}"),
    };
    let recent = service.recent_changes(value).await.unwrap();
    assert_eq!(
        (&recent[0].changed_by, &recent[0].owner),
        (&machine, &owner)
    );

    gatekeeper
        .remove_service_account(service.user_id)
        .await
        .unwrap();
    let list = gatekeeper.request(ListOrgChangesRequest::default());
    let changes = gatekeeper.org_changes().list_changes(list).await.unwrap();
    let changes = changes.into_inner().changes;
    let about: Vec<_> = changes
        .iter()
        .filter(|change| change.user == machine)
        .collect();
    let activities: Vec<Activity> = about.iter().map(|change| change.activity()).collect();
    assert_eq!(
        activities,
        [
            Activity::ServiceAccountRemoved,
            Activity::ServiceKeyAdded,
            Activity::ServiceAccountCreated,
        ]
    );
    assert!(about.iter().all(|change| change.changed_by == owner));
    assert!(about[1].new_text.starts_with("kreis_sa_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_cannot_become_a_person() {
    let stack = Stack::start().await;
    let (gatekeeper, hr, _) = gatekeeper_and_kpis(&stack).await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[]);
    let id = gatekeeper.create_service_account(new).await.unwrap().id;
    let unknown = |outcome: Result<(), Status>| {
        outcome.refused().with(Code::NotFound, "USER_NOT_FOUND");
    };
    unknown(gatekeeper.invite(id).await.map(drop));
    unknown(gatekeeper.withdraw_invitation(id).await);
    unknown(gatekeeper.set_gatekeeper(id, true).await.map(drop));
    unknown(gatekeeper.deactivate(id).await.map(drop));
    unknown(gatekeeper.user(id).await.map(drop));
    let circle = stack.circle("HR").await;
    unknown(gatekeeper.add_member(circle, id).await.map(drop));
    let steward = kreis_proto::kpi::v1::UpdateKpiRequest {
        kpi_id: hr,
        steward: Some(kreis_proto::kpi::v1::Steward { user_id: Some(id) }),
        ..Default::default()
    };
    let refused = gatekeeper.update_kpi(steward).await.map(drop).refused();
    refused.with(Code::NotFound, "STEWARD_NOT_FOUND");
    // And a person is no service account.
    let update = UpdateServiceAccountRequest {
        service_account_id: gatekeeper.user_id,
        ..UpdateServiceAccountRequest::default()
    };
    let refused = gatekeeper.update_service_account(update).await.refused();
    refused.with(Code::NotFound, "SERVICE_ACCOUNT_NOT_FOUND");
    let email = UpdateUserRequest {
        user_id: id,
        email: Some("robot@example.org".to_owned()),
        ..UpdateUserRequest::default()
    };
    unknown(gatekeeper.update_user(email).await.map(drop));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_account_needs_a_name_of_its_own_circles_that_exist_and_an_owner() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let new = || new_service_account("Payroll", ServiceAccess::Write, &[]);
    let mut owned = new();
    owned.owner_id = economist.user_id;
    let refused = gatekeeper.create_service_account(owned).await.refused();
    refused.with(Code::FailedPrecondition, "OWNER_REFUSED");
    let nowhere = new_service_account("Payroll", ServiceAccess::Write, &[999]);
    let refused = gatekeeper.create_service_account(nowhere).await.refused();
    refused.with(Code::NotFound, "CIRCLE_NOT_FOUND");
    let taken = economist.me().await.unwrap().display_name;
    let taken = new_service_account(&taken, ServiceAccess::Write, &[]);
    let refused = gatekeeper.create_service_account(taken).await.refused();
    let refused = refused.with(Code::AlreadyExists, "DISPLAY_NAME_TAKEN");
    assert_eq!(refused.metadata("user_id"), economist.user_id.to_string());

    // A repeated call returns the account of the first.
    let mut repeated = new();
    repeated.request_id = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff".to_owned();
    let first = gatekeeper
        .create_service_account(repeated.clone())
        .await
        .unwrap();
    let second = gatekeeper.create_service_account(repeated).await.unwrap();
    assert_eq!(first, second);

    let add = gatekeeper.request(AddServiceKeyRequest {
        service_account_id: first.id,
        lifetime_days: 366,
    });
    let refused = gatekeeper
        .service_accounts()
        .add_service_key(add)
        .await
        .refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["lifetime_days"]);
    let stale = UpdateServiceAccountRequest {
        service_account_id: first.id,
        name: Some("Wages".to_owned()),
        etag: "7".to_owned(),
        ..UpdateServiceAccountRequest::default()
    };
    let refused = gatekeeper.update_service_account(stale).await.refused();
    refused.with(Code::Aborted, "ETAG_MISMATCH");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_of_a_service_account_is_in_use() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[circle_id]);
    let account = gatekeeper.create_service_account(new).await.unwrap();
    let delete = || {
        gatekeeper.request(kreis_proto::org::v1::DeleteCircleRequest {
            circle_id,
            etag: String::new(),
        })
    };
    let refused = gatekeeper.circles().delete_circle(delete()).await.refused();
    let refused = refused.with(Code::FailedPrecondition, "CIRCLE_IN_USE");
    assert_eq!(refused.metadata("in_use_by"), "service_accounts");
    gatekeeper.remove_service_account(account.id).await.unwrap();
    gatekeeper.circles().delete_circle(delete()).await.unwrap();
}
