//! The log of sign-ins: what it records.

use std::time::{Duration, Instant};

use kreis_proto::auth::v1::{
    ListSignInsRequest, SignIn, SignInActivity as Activity, SignInMethod, SignInReason as Reason,
};
use kreis_tests::{Actor, Answered, Stack, people::new_user, stack::PASSWORD};

use super::sessions;

const EMAIL: &str = "ida@example.org";
const NEW: &str = "another battery staple";
/// Refusals are written a second after they happened, on a busy machine later.
const WRITTEN: Duration = Duration::from_secs(20);

/// The entries about a user, oldest first.
pub(super) async fn entries_of(reader: &Actor, user_id: i64) -> Vec<SignIn> {
    let list = ListSignInsRequest {
        page_size: 500,
        user_id: Some(user_id),
        ..ListSignInsRequest::default()
    };
    let mut entries = reader.sign_ins(list).await.unwrap().sign_ins;
    entries.reverse();
    entries
}

/// The entries about a user once there are so many.
pub(super) async fn entries_until(reader: &Actor, user_id: i64, count: usize) -> Vec<SignIn> {
    let began = Instant::now();
    loop {
        let entries = entries_of(reader, user_id).await;
        if entries.len() >= count {
            return entries;
        }
        assert!(began.elapsed() < WRITTEN, "{entries:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Who did something to a user, as the log tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// The user, or the caller who was refused: with address and program.
    Self_,
    /// Another person: with the name and without an address.
    Other(i64),
    /// The operator.
    Operator,
}

/// An entry in short.
type Short = (Activity, Reason, By);

fn short(entry: &SignIn) -> Short {
    let by = match (&entry.actor, entry.address.as_str()) {
        (Some(actor), "") => By::Other(actor.user_id),
        (None, "") => By::Operator,
        (None, "127.0.0.1") => By::Self_,
        _ => panic!("{entry:?}"),
    };
    assert_eq!(entry.user_agent.starts_with("tonic/"), by == By::Self_);
    assert_eq!(entry.count, 1);
    (entry.activity(), entry.reason(), by)
}

/// Ida, who was invited and has a password, and the invitation's entries.
async fn ida(stack: &Stack, gatekeeper: &Actor) -> i64 {
    let user = gatekeeper
        .create_user(new_user("Ida", EMAIL))
        .await
        .unwrap();
    let invitation = gatekeeper.invite(user.id).await.unwrap();
    let anonymous = stack.anonymous();
    let too_early = anonymous.sign_in(EMAIL, PASSWORD).await;
    too_early.map(drop).refused();
    anonymous.accept(&invitation, PASSWORD).await.unwrap();
    user.id
}

/// What the log has of them.
fn of_invitation(gatekeeper: &Actor) -> Vec<Short> {
    let by_gatekeeper = By::Other(gatekeeper.user_id);
    vec![
        (Activity::UserInvited, Reason::Unspecified, by_gatekeeper),
        (Activity::SignInRefused, Reason::NoPassword, By::Self_),
        (Activity::InvitationAccepted, Reason::Unspecified, By::Self_),
        (Activity::SignedIn, Reason::Unspecified, By::Self_),
    ]
}

fn assert_logged(entries: &[SignIn], expected: &[Short]) {
    let logged: Vec<Short> = entries.iter().map(short).collect();
    assert_eq!(logged, expected, "{logged:#?}");
    for entry in entries {
        assert_eq!(entry.user.as_ref().unwrap().display_name, "Ida");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_users_do_is_logged_with_their_address_and_browser() {
    let stack = Stack::start().await;
    let anonymous = stack.anonymous();
    let gatekeeper = stack.gatekeeper().await;
    let user_id = ida(&stack, &gatekeeper).await;
    let here = anonymous.sign_in(EMAIL, PASSWORD).await.unwrap();
    let wrong = anonymous.sign_in(EMAIL, "not this one").await;
    wrong.map(drop).refused();
    let wrong = here.change_password("not this one", NEW).await;
    wrong.map(drop).refused();
    let changed = here.change_password(PASSWORD, NEW).await.unwrap();
    let here = here.with_token(changed.access_token);
    anonymous.sign_in(EMAIL, NEW).await.unwrap();
    let sessions = here.sessions(None).await.unwrap();
    let other = sessions.iter().find(|one| !one.current).unwrap();
    here.end_session(&other.id).await.unwrap();
    here.sign_out().await.unwrap();
    let here = anonymous.sign_in(EMAIL, NEW).await.unwrap();
    here.sign_out_everywhere().await.unwrap();
    let session = anonymous.begin_session(EMAIL, NEW).await.unwrap();
    anonymous.refresh(&session.refresh_token).await.unwrap();
    sessions::pass(&stack, 31).await;
    let reused = anonymous.refresh(&session.refresh_token).await;
    reused.map(drop).refused();

    let mut expected = of_invitation(&gatekeeper);
    for (activity, reason) in [
        (Activity::SignedIn, Reason::Unspecified),
        (Activity::SignInRefused, Reason::WrongPassword),
        (Activity::PasswordChangeRefused, Reason::WrongPassword),
        (Activity::PasswordChanged, Reason::Unspecified),
        (Activity::SignedIn, Reason::Unspecified),
        (Activity::SessionEnded, Reason::Unspecified),
        (Activity::SignedOut, Reason::Unspecified),
        (Activity::SignedIn, Reason::Unspecified),
        (Activity::SignedOutEverywhere, Reason::Unspecified),
        (Activity::SignedIn, Reason::Unspecified),
        (Activity::RefreshTokenReused, Reason::Unspecified),
    ] {
        expected.push((activity, reason, By::Self_));
    }
    let entries = entries_until(&gatekeeper, user_id, expected.len()).await;
    assert_logged(&entries, &expected);
    let methods: Vec<SignInMethod> = entries
        .iter()
        .filter(|entry| entry.activity() == Activity::SignedIn)
        .map(SignIn::method)
        .collect();
    assert_eq!(methods[0], SignInMethod::Invitation);
    assert!(methods[1..].iter().all(|it| *it == SignInMethod::Password));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_do_to_users_is_logged_with_their_name_and_without_an_address() {
    let stack = Stack::start().await;
    let anonymous = stack.anonymous();
    let gatekeeper = stack.gatekeeper().await;
    let user_id = ida(&stack, &gatekeeper).await;
    let session = &gatekeeper.sessions(Some(user_id)).await.unwrap()[0].id;
    gatekeeper.end_session(session).await.unwrap();
    gatekeeper.invite(user_id).await.unwrap();
    kreis_auth::operator::set_password(&stack.sql, user_id, PASSWORD, &[])
        .await
        .unwrap();
    anonymous.sign_in(EMAIL, PASSWORD).await.unwrap();
    gatekeeper.set_gatekeeper(user_id, true).await.unwrap();
    // Nobody is signed in, so this ends no session.
    gatekeeper.set_gatekeeper(user_id, false).await.unwrap();
    anonymous.sign_in(EMAIL, PASSWORD).await.unwrap();
    gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.deactivate(user_id).await.unwrap();
    let inactive = anonymous.sign_in(EMAIL, PASSWORD).await;
    inactive.map(drop).refused();

    let by_gatekeeper = By::Other(gatekeeper.user_id);
    let mut expected = of_invitation(&gatekeeper);
    expected.extend([
        (Activity::SessionEnded, Reason::Unspecified, by_gatekeeper),
        (
            Activity::PasswordResetInvited,
            Reason::Unspecified,
            by_gatekeeper,
        ),
        (Activity::PasswordSet, Reason::Unspecified, By::Operator),
        (
            Activity::InvitationWithdrawn,
            Reason::Unspecified,
            By::Operator,
        ),
        (Activity::SignedIn, Reason::Unspecified, By::Self_),
        (Activity::SessionsEnded, Reason::RoleChanged, by_gatekeeper),
        (Activity::SignedIn, Reason::Unspecified, By::Self_),
        (
            Activity::PasswordResetInvited,
            Reason::Unspecified,
            by_gatekeeper,
        ),
        (
            Activity::InvitationWithdrawn,
            Reason::Unspecified,
            by_gatekeeper,
        ),
        (
            Activity::SessionsEnded,
            Reason::UserDeactivated,
            by_gatekeeper,
        ),
        (Activity::SignInRefused, Reason::UserInactive, By::Self_),
    ]);
    let entries = entries_until(&gatekeeper, user_id, expected.len()).await;
    assert_logged(&entries, &expected);
    // The session that the gatekeeper ended is the one that began before.
    assert_eq!(entries[4].session_id, entries[3].session_id);
    assert_eq!(&entries[4].session_id, session);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_without_a_known_user_are_logged_too() {
    let stack = Stack::start().await;
    let anonymous = stack.anonymous();
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    let open = anonymous.begin_session(&email, PASSWORD).await.unwrap();
    let ended = anonymous.begin_session(&email, PASSWORD).await.unwrap();
    let signed_out = anonymous.with_token(&ended.access_token);
    signed_out.sign_out().await.unwrap();
    let unknown = anonymous.sign_in("nobody@example.org", PASSWORD).await;
    unknown.map(drop).refused();
    let no_invitation = anonymous.accept(&"A".repeat(43), PASSWORD).await;
    no_invitation.map(drop).refused();
    anonymous
        .refresh(&ended.refresh_token)
        .await
        .map(drop)
        .refused();
    // The session of one token with the secret of another.
    let (open, ended) = (&open.refresh_token, &ended.refresh_token);
    let mixed = format!("{}{}", &open[..40], &ended[40..]);
    anonymous.refresh(&mixed).await.map(drop).refused();

    let refused = ListSignInsRequest {
        activities: vec![
            Activity::SignInRefused.into(),
            Activity::RenewalRefused.into(),
        ],
        ..ListSignInsRequest::default()
    };
    let began = Instant::now();
    let mut entries = loop {
        let entries = gatekeeper.sign_ins(refused.clone()).await.unwrap().sign_ins;
        if entries.len() == 4 {
            break entries;
        }
        assert!(began.elapsed() < WRITTEN, "{entries:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    entries.reverse();
    let reasons: Vec<Reason> = entries.iter().map(SignIn::reason).collect();
    let expected = [
        Reason::UnknownEmail,
        Reason::InvitationNotOpen,
        Reason::SessionNotOpen,
        Reason::WrongToken,
    ];
    assert_eq!(reasons, expected);
    for entry in &entries[..3] {
        assert_eq!(entry.user, None);
        assert_eq!(entry.address, "127.0.0.1");
    }
    assert_eq!(entries[3].user.as_ref().unwrap().user_id, user_id);
}
