//! What users are told at the next sign-in, until they confirm that they have read it.

use kreis_proto::auth::v1::{SignIn, SignInActivity as Activity};
use kreis_tests::{Answered, Stack, people::new_user, stack::PASSWORD};

use super::{sessions, sign_in_log};

fn activities(notices: &[SignIn]) -> Vec<Activity> {
    notices.iter().map(SignIn::activity).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reused_refresh_token_is_told_at_every_sign_in_until_it_is_confirmed() {
    let stack = Stack::start().await;
    let anonymous = stack.anonymous();
    let (email, user_id) = stack.person(false).await;
    let begun = anonymous.begin_session(&email, PASSWORD).await.unwrap();
    anonymous.refresh(&begun.refresh_token).await.unwrap();
    sessions::pass(&stack, 31).await;
    let reused = anonymous.refresh(&begun.refresh_token).await;
    reused.map(drop).refused();

    for _ in 0..2 {
        let user = stack.sign_in(&email).await;
        let notices = user.notices().await.unwrap();
        assert_eq!(activities(&notices), [Activity::RefreshTokenReused]);
        assert_eq!(notices[0].address, "127.0.0.1");
        assert_eq!(notices[0].actor, None);
    }
    let user = stack.sign_in(&email).await;
    let id = user.notices().await.unwrap()[0].id;
    // Nobody else confirms it.
    let gatekeeper = stack.gatekeeper().await;
    gatekeeper.confirm_notices(vec![id]).await.unwrap();
    assert_eq!(user.notices().await.unwrap().len(), 1);
    for _ in 0..2 {
        user.confirm_notices(vec![id, i64::MAX, -1]).await.unwrap();
        assert_eq!(user.notices().await.unwrap(), []);
    }
    // The log still has it.
    let logged = activities(&sign_in_log::entries_of(&user, user_id).await);
    assert!(logged.contains(&Activity::RefreshTokenReused), "{logged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_becomes_somebody_by_an_invitation_cannot_do_it_unseen() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let gatekeepers_user = gatekeeper.me().await.unwrap();
    let (email, user_id) = stack.person(false).await;
    let before = stack.sign_in(&email).await;
    let invitation = gatekeeper.invite(user_id).await.unwrap();
    let notices = before.notices().await.unwrap();
    assert_eq!(activities(&notices), [Activity::PasswordResetInvited]);

    let session = gatekeeper.accept(&invitation, PASSWORD).await.unwrap();
    let impostor = gatekeeper.with_token(session.access_token);
    let told = impostor.notices().await.unwrap();
    assert_eq!(activities(&told), [Activity::PasswordResetInvited]);
    let actor = told[0].actor.as_ref().unwrap();
    assert_eq!(actor.user_id, gatekeepers_user.id);
    assert_eq!(actor.display_name, gatekeepers_user.display_name);
    // Whoever confirms it: the log still names the inviter, to the user too.
    impostor.confirm_notices(vec![told[0].id]).await.unwrap();
    let user = stack.sign_in(&email).await;
    let logged = sign_in_log::entries_of(&user, user_id).await;
    let invited = logged
        .iter()
        .find(|entry| entry.activity() == Activity::PasswordResetInvited)
        .unwrap();
    assert_eq!(invited.actor, told[0].actor);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_invitation_and_ones_own_are_no_notices() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let user = gatekeeper
        .create_user(new_user("Ida", "ida@example.org"))
        .await
        .unwrap();
    let invitation = gatekeeper.invite(user.id).await.unwrap();
    let session = gatekeeper.accept(&invitation, PASSWORD).await.unwrap();
    let ida = gatekeeper.with_token(session.access_token);
    assert_eq!(ida.notices().await.unwrap(), []);
    gatekeeper.invite(gatekeeper.user_id).await.unwrap();
    assert_eq!(gatekeeper.notices().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_twenty_notices_wait_and_the_first_ones_stay() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    for _ in 0..22 {
        gatekeeper.invite(user_id).await.unwrap();
    }
    let user = stack.sign_in(&email).await;
    let notices = user.notices().await.unwrap();
    assert_eq!(notices.len(), 20);
    let logged = sign_in_log::entries_of(&user, user_id).await;
    let invited: Vec<i64> = logged
        .iter()
        .filter(|entry| entry.activity() == Activity::PasswordResetInvited)
        .map(|entry| entry.id)
        .collect();
    assert_eq!(invited.len(), 22);
    let mut told: Vec<i64> = notices.iter().map(|notice| notice.id).collect();
    told.reverse();
    assert_eq!(told, invited[..20]);
    user.confirm_notices(told).await.unwrap();
    assert_eq!(user.notices().await.unwrap(), []);
}
