//! Gatekeepers who change the same user or circle at the same time.

use futures_util::future::join_all;
use kreis_proto::org::v1::{UpdateCircleRequest, UpdateUserRequest, User};
use kreis_tests::{Answered, Stack, people::new_user};
use tonic::{Code, Status};

/// The single success. All others must be refused as outdated.
fn the_only_one<T: std::fmt::Debug>(outcomes: Vec<Result<T, Status>>) -> T {
    let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 1, "{done:?}");
    for refusal in refused {
        refusal.refused().with(Code::Aborted, "ETAG_MISMATCH");
    }
    done.into_iter().next().unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_of_one_version_one_succeeds() {
    let stack = Stack::with_connections(16).await;
    let gatekeeper = stack.gatekeeper().await;
    let ida = new_user("Ida", "ida@example.org");
    let ida: User = gatekeeper.create_user(ida).await.unwrap();
    let circle = gatekeeper.create_circle("HR").await.unwrap();
    let at_once = (0..16).map(|number| {
        gatekeeper.update_user(UpdateUserRequest {
            user_id: ida.id,
            display_name: Some(format!("Ida {number}")),
            etag: ida.etag.clone(),
            ..UpdateUserRequest::default()
        })
    });
    let after = the_only_one(join_all(at_once).await);
    assert_eq!(gatekeeper.user(ida.id).await.unwrap(), after);
    let at_once = (0..16).map(|number| {
        let update = UpdateCircleRequest {
            circle_id: circle.id,
            name: Some(format!("HR {number}")),
            etag: circle.etag.clone(),
        };
        gatekeeper.update_circle(update)
    });
    let after = the_only_one(join_all(at_once).await);
    let update = UpdateCircleRequest {
        circle_id: circle.id,
        ..UpdateCircleRequest::default()
    };
    assert_eq!(gatekeeper.update_circle(update).await.unwrap(), after);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_different_fields_do_not_undo_each_other() {
    let stack = Stack::with_connections(16).await;
    let gatekeeper = stack.gatekeeper().await;
    let ida = new_user("Ida", "ida@example.org");
    let user_id = gatekeeper.create_user(ida).await.unwrap().id;
    for round in 0..20 {
        let (first, last) = (format!("Ida {round}"), format!("Muster {round}"));
        let of = |update: UpdateUserRequest| {
            gatekeeper.update_user(UpdateUserRequest { user_id, ..update })
        };
        let (one, other, third) = tokio::join!(
            of(UpdateUserRequest {
                first_name: Some(first.clone()),
                ..UpdateUserRequest::default()
            }),
            of(UpdateUserRequest {
                last_name: Some(last.clone()),
                ..UpdateUserRequest::default()
            }),
            of(UpdateUserRequest {
                gatekeeper: Some(round % 2 == 0),
                ..UpdateUserRequest::default()
            }),
        );
        for outcome in [one, other, third] {
            outcome.unwrap();
        }
        let now = gatekeeper.user(user_id).await.unwrap();
        assert_eq!(
            (now.first_name, now.last_name, now.gatekeeper),
            (first, last, round % 2 == 0)
        );
    }
}
