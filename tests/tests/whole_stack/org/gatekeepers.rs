//! The system always keeps a gatekeeper.

use kreis_proto::org::v1::UserState;
use kreis_tests::{Actor, Answered, Stack, people::new_user, stack::channel};
use tokio::task::JoinHandle;
use tonic::{Code, Status};

/// Number of gatekeepers who can sign in.
async fn keepers(stack: &Stack) -> i64 {
    sqlx::query_scalar!(
        r#"select count(*) as "keepers!" from org.users u
        join auth.accounts a on a.user_id = u.id
        where u.gatekeeper and u.active and a.password_hash is not null"#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_gatekeeper_cannot_remove_themselves() {
    let stack = Stack::start().await;
    let last = stack.gatekeeper().await;
    // Neither of these users could replace the last gatekeeper.
    let mut invited = new_user("Ida", "ida@example.org");
    invited.gatekeeper = true;
    let invited = last.create_user(invited).await.unwrap();
    last.invite(invited.id).await.unwrap();
    let (_, inactive) = stack.person(true).await;
    last.deactivate(inactive).await.unwrap();
    stack.outsider().await;

    let before = last.me().await.unwrap();
    last.set_gatekeeper(last.user_id, false)
        .await
        .refused()
        .with(Code::FailedPrecondition, "LAST_GATEKEEPER");
    last.deactivate(last.user_id)
        .await
        .refused()
        .with(Code::FailedPrecondition, "LAST_GATEKEEPER");
    // Nothing was changed, and the session is still valid.
    assert_eq!(last.me().await.unwrap(), before);
    assert_eq!(keepers(&stack).await, 1);

    // With a second gatekeeper, the first one can be removed.
    let second = stack.gatekeeper().await;
    let gone = last.deactivate(last.user_id).await.unwrap();
    assert_eq!(gone.state(), UserState::Inactive);
    last.me()
        .await
        .refused()
        .with(Code::Unauthenticated, "UNAUTHENTICATED");
    second
        .deactivate(second.user_id)
        .await
        .refused()
        .with(Code::FailedPrecondition, "LAST_GATEKEEPER");
}

#[tokio::test(flavor = "multi_thread")]
async fn gatekeepers_without_a_password_come_and_go() {
    let stack = Stack::start().await;
    let last = stack.gatekeeper().await;
    let mut new = new_user("Ida", "ida@example.org");
    new.gatekeeper = true;
    let invited = last.create_user(new).await.unwrap();
    let user = last.set_gatekeeper(invited.id, false).await.unwrap();
    assert!(!user.gatekeeper);
    last.set_gatekeeper(invited.id, true).await.unwrap();
    let user = last.deactivate(invited.id).await.unwrap();
    assert_eq!(user.state(), UserState::Inactive);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_gatekeeper_stays_while_no_gatekeeper_has_a_password() {
    let stack = Stack::start().await;
    let last = stack.gatekeeper().await;
    let mut new = new_user("Ida", "ida@example.org");
    new.gatekeeper = true;
    let invited = last.create_user(new).await.unwrap();
    // No gatekeeper has a password, as in a database that is being set up.
    sqlx::query!("update auth.accounts set password_hash = null")
        .execute(&stack.sql)
        .await
        .unwrap();
    last.deactivate(invited.id).await.unwrap();
    for outcome in [
        last.set_gatekeeper(last.user_id, false).await,
        last.deactivate(last.user_id).await,
    ] {
        outcome
            .refused()
            .with(Code::FailedPrecondition, "LAST_GATEKEEPER");
    }
    // Another invited gatekeeper can replace this one.
    last.reactivate(invited.id).await.unwrap();
    last.deactivate(last.user_id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_gatekeepers_who_remove_each_other_at_the_same_moment_one_remains() {
    let stack = Stack::start().await;
    let mut survivor = stack.gatekeeper().await;
    for round in 0..20 {
        let other = stack.gatekeeper().await;
        // Each over a connection of its own, in all four combinations.
        let first = remove(&stack, &survivor, other.user_id, round % 2 == 0);
        let second = remove(&stack, &other, survivor.user_id, round % 4 < 2);
        let outcomes = [first.await.unwrap(), second.await.unwrap()];
        let removed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(keepers(&stack).await, 1, "round {round}: {outcomes:?}");
        assert_eq!(removed, 1, "round {round}: {outcomes:?}");
        survivor = if outcomes[0].is_ok() { survivor } else { other };
        for outcome in outcomes.into_iter().filter(Result::is_err) {
            let status = outcome.refused().status;
            // Refused by the rule, or because the caller was removed first.
            assert!(
                [Code::FailedPrecondition, Code::Unauthenticated].contains(&status.code()),
                "round {round}: {status:?}"
            );
        }
        survivor.me().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_gatekeepers_who_leave_at_the_same_moment_one_remains() {
    let stack = Stack::start().await;
    for round in 0..3 {
        let mut everybody = Vec::new();
        for _ in 0..6 {
            everybody.push(stack.gatekeeper().await);
        }
        let leaving: Vec<_> = everybody
            .iter()
            .enumerate()
            .map(|(number, actor)| remove(&stack, actor, actor.user_id, number % 2 == 0))
            .collect();
        let mut stayed = 0;
        for outcome in leaving {
            if let Err(status) = outcome.await.unwrap() {
                Err::<(), _>(status)
                    .refused()
                    .with(Code::FailedPrecondition, "LAST_GATEKEEPER");
                stayed += 1;
            }
        }
        assert_eq!((keepers(&stack).await, stayed), (1, 1), "round {round}");
        let last = first_who_stayed(&everybody).await;
        // A new gatekeeper for the next round.
        let next = stack.gatekeeper().await;
        next.deactivate(last.user_id).await.unwrap();
        sqlx::query!("update org.users set active = false")
            .execute(&stack.sql)
            .await
            .unwrap();
    }
}

async fn first_who_stayed(gatekeepers: &[Actor]) -> Actor {
    for actor in gatekeepers {
        if actor.me().await.is_ok() {
            return actor.clone();
        }
    }
    panic!("no gatekeeper stayed")
}

/// Demotes or deactivates a user, over a new connection.
fn remove(stack: &Stack, by: &Actor, user_id: i64, demote: bool) -> JoinHandle<Result<(), Status>> {
    let by = by.at(channel(stack.addresses.gateway));
    tokio::spawn(async move {
        if demote {
            by.set_gatekeeper(user_id, false).await.map(|_| ())
        } else {
            by.deactivate(user_id).await.map(|_| ())
        }
    })
}
