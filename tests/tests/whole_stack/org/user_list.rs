//! Users' states, and the list of users.

use kreis_proto::org::v1::{ListUsersRequest, User, UserState};
use kreis_tests::{Actor, Answered, Stack, people::new_user};
use tonic::{Code, Status};

async fn list(actor: &Actor, asked: ListUsersRequest) -> Result<(Vec<User>, String), Status> {
    let answer = actor.users().list_users(actor.request(asked)).await?;
    let answer = answer.into_inner();
    Ok((answer.users, answer.next_page_token))
}

fn names(users: &[User]) -> Vec<&str> {
    users
        .iter()
        .map(|user| user.display_name.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_invited_then_active_then_inactive() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let user = gatekeeper
        .create_user(new_user("Ida", "ida@example.org"))
        .await
        .unwrap();
    let state = async || gatekeeper.user(user.id).await.unwrap().state();
    assert_eq!(state().await, UserState::Invited);
    // Deactivated and reactivated without a password.
    let out = gatekeeper.deactivate(user.id).await.unwrap();
    assert_eq!(out.state(), UserState::Inactive);
    assert_eq!(gatekeeper.deactivate(user.id).await.unwrap(), out);
    let back = gatekeeper.reactivate(user.id).await.unwrap();
    assert_eq!(back.state(), UserState::Invited);
    let invitation = gatekeeper.invite(user.id).await.unwrap();
    gatekeeper
        .accept(&invitation, "a password of my own")
        .await
        .unwrap();
    assert_eq!(state().await, UserState::Active);
    gatekeeper.deactivate(user.id).await.unwrap();
    assert_eq!(state().await, UserState::Inactive);

    for active in [None, Some(true), Some(false)] {
        let asked = ListUsersRequest {
            active,
            ..ListUsersRequest::default()
        };
        let (users, _) = list(&gatekeeper, asked).await.unwrap();
        let expected = match active {
            None => vec!["gatekeeper 0", "Ida"],
            Some(true) => vec!["gatekeeper 0"],
            Some(false) => vec!["Ida"],
        };
        assert_eq!(names(&users), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_by_display_name_page_by_page() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    for name in ["delta", "Alpha", "charlie", "BRAVO", "echo"] {
        gatekeeper
            .create_user(new_user(name, &format!("{name}@example.org")))
            .await
            .unwrap();
    }
    let all = ["Alpha", "BRAVO", "charlie", "delta", "echo", "gatekeeper 0"];
    for page_size in [1, 2, 4, 5, 6, 7] {
        let mut seen = Vec::new();
        let mut page_token = String::new();
        loop {
            let asked = ListUsersRequest {
                page_size,
                page_token,
                active: None,
            };
            let (users, next) = list(&gatekeeper, asked).await.unwrap();
            assert!(users.len() <= usize::try_from(page_size).unwrap());
            seen.extend(names(&users).into_iter().map(str::to_owned));
            assert!(seen.len() < 10, "{seen:?}");
            page_token = next;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(seen, all, "{page_size} on a page");
    }

    let asked = |page_size, page_token: &str, active| ListUsersRequest {
        page_size,
        page_token: page_token.to_owned(),
        active,
    };
    assert_eq!(
        list(&gatekeeper, asked(i32::MAX, "", None))
            .await
            .unwrap()
            .0
            .len(),
        6
    );
    let (_, token) = list(&gatekeeper, asked(2, "", None)).await.unwrap();
    for (asked, field) in [
        (asked(-1, "", None), "page_size"),
        (asked(i32::MIN, "", None), "page_size"),
        (asked(2, &token[..token.len() - 1], None), "page_token"),
        (asked(2, &token.to_uppercase(), None), "page_token"),
        (asked(2, "nonsense", None), "page_token"),
        (asked(2, &token, Some(true)), "page_token"),
    ] {
        let refused = list(&gatekeeper, asked).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), [field]);
    }
}
