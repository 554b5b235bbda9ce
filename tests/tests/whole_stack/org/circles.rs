//! Circles and their members.

use kreis_proto::org::v1::{
    Circle, CreateCircleRequest, DeleteCircleRequest, GetCircleRequest, ListCirclesRequest,
    UpdateCircleRequest,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::{Code, Status};

async fn get(actor: &Actor, circle_id: i64) -> Result<Circle, Status> {
    let get = GetCircleRequest { circle_id };
    let answer = actor.circles().get_circle(actor.request(get)).await?;
    Ok(answer.into_inner().circle.unwrap())
}

async fn list(actor: &Actor, size: i32, token: &str) -> Result<(Vec<Circle>, String), Status> {
    let asked = ListCirclesRequest {
        page_size: size,
        page_token: token.to_owned(),
    };
    let answer = actor.circles().list_circles(actor.request(asked)).await?;
    let answer = answer.into_inner();
    Ok((answer.circles, answer.next_page_token))
}

async fn rename(actor: &Actor, circle: &Circle, name: &str, etag: &str) -> Result<Circle, Status> {
    let update = UpdateCircleRequest {
        circle_id: circle.id,
        name: Some(name.to_owned()),
        etag: etag.to_owned(),
    };
    actor.update_circle(update).await
}

async fn delete(actor: &Actor, circle_id: i64, etag: &str) -> Result<(), Status> {
    let delete = DeleteCircleRequest {
        circle_id,
        etag: etag.to_owned(),
    };
    let answer = actor.circles().delete_circle(actor.request(delete)).await;
    answer.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_circles_the_list_is_empty_and_no_error() {
    let stack = Stack::start().await;
    let outsider = stack.outsider().await;
    assert_eq!(
        list(&outsider, 0, "").await.unwrap(),
        (vec![], String::new())
    );
    let circle = stack.gatekeeper().await.create_circle("HR").await.unwrap();
    assert_eq!(circle.members, []);
    assert_eq!(get(&outsider, circle.id).await.unwrap(), circle);
    assert_eq!(list(&outsider, 0, "").await.unwrap().0, [circle]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circles_name_is_unique_however_it_is_written() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let first = gatekeeper.create_circle(" ÄRZTE\u{a0} Netz").await.unwrap();
    assert_eq!(first.name, "ÄRZTE Netz");
    let second = gatekeeper.create_circle("Arzte Netz").await.unwrap();
    for name in ["ärzte netz", "A\u{308}rzte\u{a0}NETZ ", "\tÄrzte\r\nNetz"] {
        for outcome in [
            gatekeeper.create_circle(name).await,
            rename(&gatekeeper, &second, name, "").await,
        ] {
            let refused = outcome.refused();
            let refused = refused.with(Code::AlreadyExists, "CIRCLE_NAME_TAKEN");
            assert_eq!(refused.metadata("circle_id"), first.id.to_string());
        }
    }
    let creations = (0..10).map(|_| gatekeeper.create_circle("at once"));
    let outcomes = futures_util::future::join_all(creations).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    // A circle may change the case of its own name.
    let renamed = rename(&gatekeeper, &first, "Ärzte Netz", &first.etag);
    assert_eq!(renamed.await.unwrap().name, "Ärzte Netz");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circles_name_has_1_to_100_characters_for_people() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle = gatekeeper.create_circle(&"🦄".repeat(100)).await.unwrap();
    for name in [
        String::new(),
        " \u{a0}\u{2009}".to_owned(),
        "x".repeat(101),
        "x".repeat(1_000_000),
        "a\0b".to_owned(),
        "a\u{1b}b".to_owned(),
    ] {
        for outcome in [
            gatekeeper.create_circle(&name).await,
            rename(&gatekeeper, &circle, &name, "").await,
        ] {
            let refused = outcome.refused();
            let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
            assert_eq!(refused.fields(), ["name"]);
        }
    }
    assert_eq!(get(&gatekeeper, circle.id).await.unwrap(), circle);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_etag_renames_and_deletes_nothing() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let created = gatekeeper.create_circle("HR").await.unwrap();
    let renamed = rename(&gatekeeper, &created, "People", &created.etag)
        .await
        .unwrap();
    assert_ne!(renamed.etag, created.etag);
    for stale in [created.etag.as_str(), "nonsense"] {
        for outcome in [
            rename(&gatekeeper, &created, "Humans", stale)
                .await
                .map(|_| ()),
            delete(&gatekeeper, created.id, stale).await,
        ] {
            let refused = outcome.refused().with(Code::Aborted, "ETAG_MISMATCH");
            assert_eq!(refused.metadata("etag"), renamed.etag);
        }
    }
    // The same name, or no name, changes nothing.
    let same = rename(&gatekeeper, &created, " People ", "").await.unwrap();
    assert_eq!(same, renamed);
    let nothing = UpdateCircleRequest {
        circle_id: created.id,
        name: None,
        etag: String::new(),
    };
    let answer = gatekeeper
        .circles()
        .update_circle(gatekeeper.request(nothing))
        .await
        .unwrap();
    assert_eq!(answer.into_inner().circle.unwrap(), renamed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_is_deleted_while_nothing_uses_it() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let in_use_by = async |circle_id: i64| {
        let refused = delete(&gatekeeper, circle_id, "").await.refused();
        let refused = refused.with(Code::FailedPrecondition, "CIRCLE_IN_USE");
        refused.metadata("in_use_by")
    };
    let mistaken = gatekeeper.create_circle("HRR").await.unwrap();
    let user_id = stack.outsider().await.user_id;
    gatekeeper.add_member(mistaken.id, user_id).await.unwrap();
    assert_eq!(in_use_by(mistaken.id).await, "members");
    gatekeeper
        .remove_member(mistaken.id, user_id)
        .await
        .unwrap();
    delete(&gatekeeper, mistaken.id, &mistaken.etag)
        .await
        .unwrap();
    for outcome in [
        get(&gatekeeper, mistaken.id).await.map(|_| ()),
        delete(&gatekeeper, mistaken.id, "").await,
        gatekeeper
            .add_member(mistaken.id, user_id)
            .await
            .map(|_| ()),
        rename(&gatekeeper, &mistaken, "HR", "").await.map(|_| ()),
    ] {
        let refused = outcome.refused().with(Code::NotFound, "CIRCLE_NOT_FOUND");
        assert_eq!(refused.metadata("circle_id"), mistaken.id.to_string());
    }
    assert_eq!(list(&gatekeeper, 0, "").await.unwrap().0, []);
    // Its name is free again.
    gatekeeper.create_circle("hrr").await.unwrap();

    let used = gatekeeper.create_circle("HR").await.unwrap();
    let kpi = gatekeeper
        .create_kpi(new_kpi(used.id, "absences"))
        .await
        .unwrap();
    assert_eq!(in_use_by(used.id).await, "kpis");
    // The KPI moves to another circle. Its earlier changes stay with this one.
    let elsewhere = gatekeeper.create_circle("IT").await.unwrap();
    let moved = kreis_proto::kpi::v1::UpdateKpiRequest {
        kpi_id: kpi.id,
        circle_id: Some(elsewhere.id),
        ..Default::default()
    };
    gatekeeper
        .kpis()
        .update_kpi(gatekeeper.request(moved))
        .await
        .unwrap();
    assert_eq!(in_use_by(used.id).await, "changes");
}

#[tokio::test(flavor = "multi_thread")]
async fn membership_shows_on_both_sides_and_twice_is_once() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let user = stack.outsider().await;
    let another = stack.outsider().await;
    let (zebra, alpha) = (
        gatekeeper.create_circle("zebra").await.unwrap(),
        gatekeeper.create_circle("Alpha").await.unwrap(),
    );
    for circle in [&zebra, &alpha] {
        let once = gatekeeper.add_member(circle.id, user.user_id).await;
        let twice = gatekeeper.add_member(circle.id, user.user_id).await;
        assert_eq!(twice.unwrap(), once.unwrap());
    }
    gatekeeper
        .add_member(zebra.id, another.user_id)
        .await
        .unwrap();
    let circles = user.me().await.unwrap().circles;
    let names: Vec<&str> = circles.iter().map(|circle| circle.name.as_str()).collect();
    assert_eq!(names, ["Alpha", "zebra"]);
    let members = get(&user, zebra.id).await.unwrap().members;
    let names: Vec<&str> = members
        .iter()
        .map(|member| member.display_name.as_str())
        .collect();
    assert_eq!(names, ["user 1", "user 2"]);
    assert!(members.iter().all(|member| member.active));

    // A deactivated member stays a member. No inactive user can become one.
    gatekeeper.deactivate(another.user_id).await.unwrap();
    let members = get(&user, zebra.id).await.unwrap().members;
    assert_eq!(
        members
            .iter()
            .map(|member| member.active)
            .collect::<Vec<_>>(),
        [true, false]
    );
    gatekeeper
        .add_member(alpha.id, another.user_id)
        .await
        .refused()
        .with(Code::FailedPrecondition, "USER_INACTIVE");
    gatekeeper
        .add_member(alpha.id, 999_999)
        .await
        .refused()
        .with(Code::NotFound, "USER_NOT_FOUND");
    for _ in 0..2 {
        let left = gatekeeper.remove_member(zebra.id, another.user_id).await;
        assert_eq!(left.unwrap().members.len(), 1);
    }
    gatekeeper
        .remove_member(zebra.id, user.user_id)
        .await
        .unwrap();
    assert_eq!(user.me().await.unwrap().circles.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_after_the_end_of_a_membership_is_refused() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let economist = stack.economist("HR").await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(circle_id, "absences"))
        .await
        .unwrap();
    for month in 1..=6 {
        economist.record(kpi.id, (2024, month), 1.0).await.unwrap();
        gatekeeper
            .remove_member(circle_id, economist.user_id)
            .await
            .unwrap();
        let refused = economist.record(kpi.id, (2025, month), 1.0).await;
        assert_eq!(refused.refused().status.code(), Code::PermissionDenied);
        gatekeeper
            .add_member(circle_id, economist.user_id)
            .await
            .unwrap();
    }
    let rows =
        sqlx::query_scalar!(r#"select count(*) as "rows!" from kpi.kpi_values where year = 2025"#);
    assert_eq!(rows.fetch_one(&stack.sql).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn circles_are_listed_by_name_page_by_page() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    for name in ["delta", "Alpha", "charlie", "BRAVO", "echo"] {
        gatekeeper.create_circle(name).await.unwrap();
    }
    for size in [1, 2, 3, 5, 6] {
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let (circles, next) = list(&gatekeeper, size, &token).await.unwrap();
            seen.extend(circles.into_iter().map(|circle| circle.name));
            assert!(seen.len() < 10, "{seen:?}");
            token = next;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(seen, ["Alpha", "BRAVO", "charlie", "delta", "echo"]);
    }
    assert_eq!(list(&gatekeeper, i32::MAX, "").await.unwrap().0.len(), 5);
    let (_, token) = list(&gatekeeper, 2, "").await.unwrap();
    let foreign = kreis_proto::org::v1::ListUsersRequest {
        page_token: token.clone(),
        ..Default::default()
    };
    let refused = gatekeeper
        .users()
        .list_users(gatekeeper.request(foreign))
        .await
        .refused();
    assert_eq!(refused.fields(), ["page_token"]);
    for (size, token, field) in [
        (-1, "", "page_size"),
        (2, &token[2..], "page_token"),
        (2, "AQ", "page_token"),
    ] {
        let refused = list(&gatekeeper, size, token).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), [field]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_creation_of_a_circle_answers_the_first_ones_result() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let create = async |name: &str| {
        let create = CreateCircleRequest {
            name: name.to_owned(),
            request_id: "8C4C1F0E-6A3C-4A63-9A5E-0E6F3B1C2D4F".to_owned(),
        };
        let answer = gatekeeper
            .circles()
            .create_circle(gatekeeper.request(create))
            .await;
        answer.map(|answer| answer.into_inner().circle.unwrap())
    };
    let first = create("HR").await.unwrap();
    delete(&gatekeeper, first.id, "").await.unwrap();
    assert_eq!(create("HR").await.unwrap(), first);
    let refused = create("IT").await.refused();
    refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
    // The same id for another method is another content.
    let user = kreis_proto::org::v1::CreateUserRequest {
        request_id: "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d4f".to_owned(),
        ..kreis_tests::people::new_user("Ida", "ida@example.org")
    };
    let refused = gatekeeper.create_user(user).await.refused();
    refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
}
