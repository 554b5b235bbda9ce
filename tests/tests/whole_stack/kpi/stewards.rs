//! Descriptions and stewards of KPIs.

use kreis_proto::kpi::v1::{
    Activity, CreateKpiRequest, ListChangesRequest, Steward, UpdateKpiRequest, change::Detail,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::Code;

const NOBODY: Option<Steward> = Some(Steward { user_id: None });

const fn steward(user_id: i64) -> Steward {
    Steward {
        user_id: Some(user_id),
    }
}

/// Field, old and new text of the changes of KPIs, newest first.
async fn logged(actor: &Actor) -> Vec<(String, String, String)> {
    let request = actor.request(ListChangesRequest::default());
    let answer = actor.kpi_changes().list_changes(request).await;
    let changes = answer.unwrap().into_inner().changes;
    let updates = changes
        .into_iter()
        .filter(|change| change.activity() == Activity::KpiUpdated);
    updates
        .map(|change| match change.detail {
            Some(Detail::Definition(of)) => (of.field, of.old_text, of.new_text),
            other => panic!("not of a definition: {other:?}"),
        })
        .collect()
}

fn entry(field: &str, old: &str, new: &str) -> (String, String, String) {
    (field.to_owned(), old.to_owned(), new.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_says_what_it_is_about_and_whom_to_ask() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (ida, her) = stack.person(false).await;
    let her_name = gatekeeper.user(her).await.unwrap().display_name;
    let new = CreateKpiRequest {
        description: " Of all teams.\r\nWithout trainees. ".to_owned(),
        steward: Some(steward(her)),
        ..new_kpi(stack.circle("HR").await, "leave")
    };
    let kpi = gatekeeper.create_kpi(new).await.unwrap();
    assert_eq!(kpi.description, "Of all teams.\nWithout trainees.");
    let named = kpi.steward.as_ref().unwrap();
    assert_eq!((named.user_id, &named.display_name), (her, &her_name));
    // A steward can read the KPI, and gets no further rights.
    let ida = stack.sign_in(&ida).await;
    assert_eq!(ida.kpi(kpi.id).await.unwrap(), kpi);
    let refused = ida.record(kpi.id, (2024, 1), 1.0).await.refused();
    refused.with(Code::PermissionDenied, "NOT_A_MEMBER");

    let update = async |update: UpdateKpiRequest| {
        let update = UpdateKpiRequest {
            kpi_id: kpi.id,
            ..update
        };
        gatekeeper.update_kpi(update).await
    };
    let renamed = update(UpdateKpiRequest {
        name: Some("absence".to_owned()),
        ..UpdateKpiRequest::default()
    });
    let renamed = renamed.await.unwrap();
    assert_eq!(
        (&renamed.description, &renamed.steward),
        (&kpi.description, &kpi.steward)
    );
    let same = update(UpdateKpiRequest {
        description: Some(kpi.description.clone()),
        steward: Some(steward(her)),
        ..UpdateKpiRequest::default()
    });
    assert_eq!(same.await.unwrap().etag, renamed.etag);
    let he = gatekeeper.me().await.unwrap();
    let handed_on = update(UpdateKpiRequest {
        steward: Some(steward(he.id)),
        etag: renamed.etag.clone(),
        ..UpdateKpiRequest::default()
    });
    let handed_on = handed_on.await.unwrap();
    assert_eq!(handed_on.steward.unwrap().user_id, he.id);
    assert_ne!(handed_on.etag, renamed.etag);
    let cleared = update(UpdateKpiRequest {
        description: Some(String::new()),
        steward: NOBODY,
        ..UpdateKpiRequest::default()
    });
    let cleared = cleared.await.unwrap();
    assert_eq!((cleared.description.as_str(), cleared.steward), ("", None));
    assert_eq!(
        logged(&gatekeeper).await,
        [
            entry("steward", &he.display_name, ""),
            entry("description", &kpi.description, ""),
            entry("steward", &her_name, &he.display_name),
            entry("name", "leave", "absence"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steward_is_active_when_named_and_may_leave_later() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let (_, user_id) = stack.person(false).await;
    let named = CreateKpiRequest {
        steward: Some(steward(user_id)),
        ..new_kpi(circle_id, "leave")
    };
    let kpi = gatekeeper.create_kpi(named.clone()).await.unwrap();
    gatekeeper.deactivate(user_id).await.unwrap();
    let update = |steward: Steward| UpdateKpiRequest {
        kpi_id: kpi.id,
        description: Some("of all teams".to_owned()),
        steward: Some(steward),
        ..UpdateKpiRequest::default()
    };
    // The current steward may stay.
    let updated = gatekeeper.update_kpi(update(steward(user_id))).await;
    assert_eq!(updated.unwrap().steward, kpi.steward);
    let again = CreateKpiRequest {
        name: "absence".to_owned(),
        ..named
    };
    let refused = gatekeeper.create_kpi(again.clone()).await.refused();
    let refused = refused.with(Code::NotFound, "STEWARD_NOT_FOUND");
    assert_eq!(refused.metadata("user_id"), user_id.to_string());
    for nobody in [user_id, i64::MAX] {
        let other = gatekeeper.create_kpi(new_kpi(circle_id, &nobody.to_string()));
        let update = UpdateKpiRequest {
            kpi_id: other.await.unwrap().id,
            ..update(steward(nobody))
        };
        let refused = gatekeeper.update_kpi(update).await.refused();
        refused.with(Code::NotFound, "STEWARD_NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_has_at_most_two_thousand_characters() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let described = |length: usize| CreateKpiRequest {
        description: "ü".repeat(length),
        ..new_kpi(circle_id, "leave")
    };
    let kpi = gatekeeper.create_kpi(described(2_000)).await.unwrap();
    let wrong = CreateKpiRequest {
        steward: Some(steward(-1)),
        ..described(2_001)
    };
    let refused = gatekeeper.create_kpi(wrong).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["description", "steward.user_id"]);
    let wrong = UpdateKpiRequest {
        kpi_id: kpi.id,
        description: Some("a\0b".to_owned()),
        steward: Some(steward(0)),
        ..UpdateKpiRequest::default()
    };
    let refused = gatekeeper.update_kpi(wrong).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["description", "steward.user_id"]);
}
