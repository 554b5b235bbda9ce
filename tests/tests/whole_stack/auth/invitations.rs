//! Invitations: how a user gets a first or a new password.

use std::time::{Duration, SystemTime};

use kreis_proto::org::v1::{InviteUserRequest, UserState};
use kreis_tests::{
    Actor, Answered, Stack,
    people::new_user,
    stack::{PASSWORD, channel},
};
use tonic::Code;

const CHOSEN: &str = "a password of my own";

/// Fails unless the invitation is refused like every other useless one, for accepting and for
/// reading it.
async fn opens_nothing(stack: &Stack, invitation: &str) {
    let anonymous = stack.anonymous();
    let used = anonymous.accept(invitation, CHOSEN).await;
    let asked = anonymous.invitation(invitation).await;
    for refused in [used.map(|_| ()).refused(), asked.map(|_| ()).refused()] {
        let refused = refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
        assert_eq!(
            refused.status.message(),
            "the invitation does not open anything"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_names_its_user_each_time_it_is_read() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let user = gatekeeper
        .create_user(new_user("Ida", "ida@example.org"))
        .await
        .unwrap();
    let invite = InviteUserRequest { user_id: user.id };
    let invited = gatekeeper
        .users()
        .invite_user(gatekeeper.request(invite))
        .await
        .unwrap()
        .into_inner();
    let anonymous = stack.anonymous();
    for _ in 0..3 {
        let answer = anonymous.invitation(&invited.invitation_token).await;
        let invitation = answer.unwrap();
        assert_eq!(invitation.display_name, user.display_name);
        assert_eq!(invitation.email, "ida@example.org");
        assert_eq!(invitation.expire_time, invited.expire_time);
    }
    anonymous
        .accept(&invited.invitation_token, CHOSEN)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_of_a_deactivated_user_says_nothing() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (_, user_id) = stack.person(false).await;
    let token = gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.deactivate(user_id).await.unwrap();
    opens_nothing(&stack, &token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_user_sets_a_password_once_and_is_signed_in() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let user = gatekeeper
        .create_user(new_user("Ida", "ida@example.org"))
        .await
        .unwrap();
    assert_eq!(user.state(), UserState::Invited);
    let invite = InviteUserRequest { user_id: user.id };
    let invitation = gatekeeper
        .users()
        .invite_user(gatekeeper.request(invite))
        .await
        .unwrap()
        .into_inner();
    let ends = SystemTime::try_from(invitation.expire_time.unwrap()).unwrap();
    let life = ends.duration_since(SystemTime::now()).unwrap();
    assert!(
        (Duration::from_hours(71)..=Duration::from_hours(72)).contains(&life),
        "{life:?}"
    );
    let token = invitation.invitation_token;
    assert_eq!(token.len(), 43, "256 bits in base64");
    assert_eq!(
        gatekeeper.user(user.id).await.unwrap().state(),
        UserState::Invited
    );

    let anonymous = stack.anonymous();
    let session = anonymous.accept(&token, CHOSEN).await.unwrap();
    let signed_in = session.user.unwrap();
    assert_eq!(signed_in.state(), UserState::Active);
    let ida = anonymous.with_token(session.access_token);
    assert_eq!(ida.me().await.unwrap(), signed_in);
    opens_nothing(&stack, &token).await;
    assert!(anonymous.sign_in("ida@example.org", CHOSEN).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_is_replaced_expired_or_made_up_opens_nothing() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (_, user_id) = stack.person(false).await;
    let first = gatekeeper.invite(user_id).await.unwrap();
    let second = gatekeeper.invite(user_id).await.unwrap();
    assert_ne!(first, second);
    opens_nothing(&stack, &first).await;

    sqlx::query!(
        "update auth.invitations set expire_time = clock_timestamp() where user_id = $1",
        user_id
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    opens_nothing(&stack, &second).await;

    let third = gatekeeper.invite(user_id).await.unwrap();
    let flipped = if third.starts_with('A') { "B" } else { "A" };
    for wrong in [
        String::new(),
        "nonsense".to_owned(),
        format!("{third}="),
        format!(" {third}"),
        third[..42].to_owned(),
        format!("{flipped}{}", &third[1..]),
        "\0".repeat(43),
        "x".repeat(8_000),
    ] {
        opens_nothing(&stack, &wrong).await;
    }
    assert!(gatekeeper.accept(&third, CHOSEN).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_keeps_an_invitation_only_as_its_digest() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (_, user_id) = stack.person(false).await;
    let token = gatekeeper.invite(user_id).await.unwrap();
    let kept = sqlx::query_scalar!(
        "select token_hash from auth.invitations where user_id = $1",
        user_id
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    assert_eq!(kept, digest.as_ref());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_to_set_has_twelve_characters_and_at_most_a_kilobyte() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (_, user_id) = stack.person(false).await;
    let token = gatekeeper.invite(user_id).await.unwrap();
    let anonymous = stack.anonymous();
    // The last one has twelve code points, but only eleven characters after composition.
    for wrong in [
        String::new(),
        "elevenchars".to_owned(),
        "x".repeat(1025),
        "x".repeat(8_000),
        "elevenchara\u{308}".to_owned(),
    ] {
        let refused = anonymous
            .accept(&token, &wrong)
            .await
            .map(|session| session.user)
            .refused()
            .with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["password"]);
    }
    // None of these attempts has used up the invitation.
    anonymous.accept(&token, "qf7 kzu 2xbw").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn accepting_ends_the_sessions_from_before_and_the_old_password() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    let before = stack.sign_in(&email).await;
    let token = gatekeeper.invite(user_id).await.unwrap();
    // An invitation alone changes nothing for the user.
    before.me().await.unwrap();
    assert_eq!(before.me().await.unwrap().state(), UserState::Active);

    let session = stack.anonymous().accept(&token, CHOSEN).await.unwrap();
    before
        .me()
        .await
        .refused()
        .with(Code::Unauthenticated, "UNAUTHENTICATED");
    let now = stack.anonymous().with_token(session.access_token);
    now.me().await.unwrap();
    stack
        .anonymous()
        .sign_in(&email, PASSWORD)
        .await
        .map(|actor| actor.user_id)
        .refused()
        .with(Code::Unauthenticated, "SIGN_IN_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_the_operator_sets_voids_the_open_invitation() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (_, user_id) = stack.person(false).await;
    let token = gatekeeper.invite(user_id).await.unwrap();
    kreis_auth::operator::set_password(&stack.sql, user_id, PASSWORD, &[])
        .await
        .unwrap();
    let refused = stack.anonymous().accept(&token, CHOSEN).await.refused();
    refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_acceptances_at_the_same_moment_one_succeeds() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    for round in 0..5 {
        let (email, user_id) = stack.person(false).await;
        let token = gatekeeper.invite(user_id).await.unwrap();
        let racers = (0..3).map(|racer| {
            let actor = Actor::new(channel(stack.addresses.gateway), None, 0);
            let token = token.clone();
            tokio::spawn(async move {
                let password = format!("password of racer {racer}");
                let outcome = actor.accept(&token, &password).await;
                (password, outcome.map(|session| session.access_token))
            })
        });
        let mut winners = Vec::new();
        for racer in racers.collect::<Vec<_>>() {
            match racer.await.unwrap() {
                (password, Ok(token)) => winners.push((password, token)),
                (_, refused) => {
                    refused
                        .refused()
                        .with(Code::Unauthenticated, "INVITATION_REFUSED");
                }
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
        let (password, token) = winners.remove(0);
        let winner = stack.anonymous().with_token(token);
        assert_eq!(winner.me().await.unwrap().id, user_id);
        assert!(winner.sign_in(&email, &password).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_or_unknown_user_cannot_be_invited() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (_, user_id) = stack.person(false).await;
    let open = gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.deactivate(user_id).await.unwrap();
    opens_nothing(&stack, &open).await;
    gatekeeper
        .invite(user_id)
        .await
        .refused()
        .with(Code::FailedPrecondition, "USER_INACTIVE");
    let unknown = gatekeeper
        .invite(999_999)
        .await
        .refused()
        .with(Code::NotFound, "USER_NOT_FOUND");
    assert_eq!(unknown.metadata("user_id"), "999999");
    let wrong = gatekeeper
        .invite(-1)
        .await
        .refused()
        .with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(wrong.fields(), ["user_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deactivation_voids_an_open_invitation_for_good() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (_, user_id) = stack.person(false).await;
    let open = gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.deactivate(user_id).await.unwrap();
    gatekeeper.reactivate(user_id).await.unwrap();
    opens_nothing(&stack, &open).await;
    let newer = gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.accept(&newer, CHOSEN).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_stays_open_over_a_change_of_role_and_gives_the_newest() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    for becomes_gatekeeper in [true, false] {
        let (_, user_id) = stack.person(!becomes_gatekeeper).await;
        let invitation = gatekeeper.invite(user_id).await.unwrap();
        gatekeeper
            .set_gatekeeper(user_id, becomes_gatekeeper)
            .await
            .unwrap();
        let session = stack.anonymous().accept(&invitation, CHOSEN).await.unwrap();
        let session = stack.anonymous().with_token(session.access_token);
        assert_eq!(session.me().await.unwrap().gatekeeper, becomes_gatekeeper);
        let created = session.create_circle("made by them").await;
        assert_eq!(created.is_ok(), becomes_gatekeeper);
    }
}
