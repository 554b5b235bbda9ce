//! Sessions that are renewed: by which tokens, for how long, and what ends them.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use kreis_proto::auth::v1::{RefreshResponse, Session, SignInMethod};
use kreis_tests::{Actor, Answered, Stack, stack::PASSWORD};
use tonic::{Code, Status};

/// In which every server learns of a revocation.
const BOUND: Duration = Duration::from_secs(3);

/// A session that can be renewed, with its newest tokens.
struct Renewable {
    actor: Actor,
    refresh_token: String,
}

async fn begin(stack: &Stack, email: &str) -> Renewable {
    let anonymous = stack.anonymous();
    let session = anonymous.begin_session(email, PASSWORD).await.unwrap();
    Renewable {
        actor: Actor::new(
            anonymous.channel(),
            Some(session.access_token),
            session.user.unwrap().id,
        ),
        refresh_token: session.refresh_token,
    }
}

/// Fails unless a renewal is refused because the session has ended, or was never there.
fn is_refused<T>(renewal: Result<T, Status>) {
    let refused = renewal.map(drop).refused();
    refused.with(Code::Unauthenticated, "SESSION_ENDED");
}

impl Renewable {
    async fn renew(&mut self) -> Result<(), Status> {
        let renewed = self.actor.refresh(&self.refresh_token).await?;
        self.actor = self.actor.with_token(renewed.access_token);
        self.refresh_token = renewed.refresh_token;
        Ok(())
    }

    /// Fails unless the session is over: it is not renewed, and its access token is refused.
    async fn has_ended(mut self, why: &str) {
        let renewal = self.renew().await;
        assert!(renewal.is_err(), "renewed after {why}");
        is_refused(renewal);
        let began = Instant::now();
        while let Ok(user) = self.actor.me().await {
            assert!(began.elapsed() < BOUND, "{} after {why}", user.email);
        }
        let refused = self.actor.me().await.map(drop).refused();
        assert_eq!(refused.status.code(), Code::Unauthenticated, "{why}");
    }
}

/// Lets time pass for all sessions, as their rows say it.
pub(super) async fn pass(stack: &Stack, seconds: i32) {
    sqlx::query!(
        "update auth.sessions set
            create_time = create_time - make_interval(secs => $1),
            use_time = use_time - make_interval(secs => $1),
            earlier_renewals = array(
                select time - make_interval(secs => $1) from unnest(earlier_renewals) as time
            ),
            expire_time = expire_time - make_interval(secs => $1),
            end_time = end_time - make_interval(secs => $1)",
        f64::from(seconds),
    )
    .execute(&stack.sql)
    .await
    .unwrap();
}

pub(super) const HOUR: i32 = 60 * 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_renewed_again_and_again_for_seven_days() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(false).await;
    let mut session = begin(&stack, &email).await;
    // Every eleven hours, up to 165 of the 168 hours.
    for _ in 0..15 {
        pass(&stack, 11 * HOUR).await;
        session.renew().await.unwrap();
        assert_eq!(session.actor.me().await.unwrap().id, user_id);
    }
    assert_eq!(session.actor.sessions(None).await.unwrap().len(), 1);
    pass(&stack, 3 * HOUR).await;
    is_refused(session.renew().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_used_for_twelve_hours_has_ended() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let mut session = begin(&stack, &email).await;
    pass(&stack, 12 * HOUR - 60).await;
    session.renew().await.unwrap();
    pass(&stack, 12 * HOUR).await;
    is_refused(session.renew().await);
    let list = session.actor.sessions(None).await.unwrap();
    assert_eq!(list, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_does_not_ask_gets_no_refresh_token() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let sessions = gatekeeper.sessions(None).await.unwrap();
    let [session] = &sessions[..] else {
        panic!("{sessions:?}")
    };
    assert!(session.current);
    let (email, user_id) = stack.person(false).await;
    stack.sign_in(&email).await;
    let session = &gatekeeper.sessions(Some(user_id)).await.unwrap()[0];
    // It ends with its access token.
    let ends = session.expire_time.unwrap().seconds - session.create_time.unwrap().seconds;
    assert!((290..=300).contains(&ends), "{ends}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_callers_with_one_refresh_token_get_one_and_the_same_next_one() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(false).await;
    let mut session = begin(&stack, &email).await;
    let attempts = (0..50).map(|_| {
        let actor = session.actor.clone();
        let token = session.refresh_token.clone();
        async move { actor.refresh(&token).await }
    });
    let renewed: Vec<RefreshResponse> = join_all(attempts)
        .await
        .into_iter()
        .filter_map(|outcome| match outcome {
            Ok(renewed) => Some(renewed),
            Err(status) => {
                // On a busy machine, some wait too long for their turn.
                let refused = Err::<(), _>(status).refused();
                assert!(refused.says_when_to_retry(), "{}", refused.status);
                None
            }
        })
        .collect();
    assert!(renewed.len() > 1);
    let next: BTreeSet<&str> = renewed
        .iter()
        .map(|renewed| renewed.refresh_token.as_str())
        .collect();
    assert_eq!(next.len(), 1);
    for renewed in &renewed {
        let actor = session.actor.with_token(&renewed.access_token);
        assert_eq!(actor.me().await.unwrap().id, user_id);
    }
    session.renew().await.unwrap();
    session.renew().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_comes_back_later_ends_its_session_alone() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let mut other = begin(&stack, &email).await;
    // The token before the current one, after half a minute.
    let mut session = begin(&stack, &email).await;
    let stolen = session.refresh_token.clone();
    session.renew().await.unwrap();
    pass(&stack, 25).await;
    session.actor.refresh(&stolen).await.unwrap();
    pass(&stack, 6).await;
    is_refused(session.actor.refresh(&stolen).await);
    session.has_ended("a token before it came back").await;
    // An older one.
    let mut session = begin(&stack, &email).await;
    let stolen = session.refresh_token.clone();
    for _ in 0..3 {
        session.renew().await.unwrap();
        pass(&stack, 11).await;
    }
    is_refused(session.actor.refresh(&stolen).await);
    session.has_ended("an old token came back").await;
    other.renew().await.unwrap();
    other.actor.me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_renew_one_after_the_other_may_show_tokens_of_several_generations() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let mut session = begin(&stack, &email).await;
    let shown_by_a_slow_tab = session.refresh_token.clone();
    for _ in 0..5 {
        session.renew().await.unwrap();
        pass(&stack, 5).await;
    }
    let renewed = session.actor.refresh(&shown_by_a_slow_tab).await.unwrap();
    assert_eq!(renewed.refresh_token, session.refresh_token);
    session.renew().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_auth_did_not_issue_renews_and_ends_nothing() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let mut session = begin(&stack, &email).await;
    let mut other = begin(&stack, &email).await;
    // Both have the same generation.
    session.renew().await.unwrap();
    other.renew().await.unwrap();
    let genuine = session.refresh_token.clone();
    let bytes = |token: &str| URL_SAFE_NO_PAD.decode(token).unwrap();
    // A token begins with the 16 bytes of its session's id, and ends with its secret.
    let of_another_session = [&bytes(&other.refresh_token)[..16], &bytes(&genuine)[16..]].concat();
    let mut flipped = bytes(&genuine);
    *flipped.last_mut().unwrap() ^= 1;
    for token in [
        String::new(),
        "x".repeat(8_000),
        genuine[..genuine.len() - 4].to_owned(),
        format!("{genuine}AAAA"),
        URL_SAFE_NO_PAD.encode(of_another_session),
        URL_SAFE_NO_PAD.encode(flipped),
        session.actor.token().to_owned(),
        "\0".to_owned(),
    ] {
        let outcome = session.actor.refresh(&token).await;
        assert!(outcome.is_err(), "{token}");
        is_refused(outcome);
    }
    let as_access_token = session.actor.with_token(&genuine).me().await.map(drop);
    assert_eq!(
        as_access_token.refused().status.code(),
        Code::Unauthenticated
    );
    for session in [&mut session, &mut other] {
        session.renew().await.unwrap();
        session.actor.me().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_a_session_also_ends_its_renewal() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let session_of = async |stack: &Stack| {
        let (email, user_id) = stack.person(false).await;
        (begin(stack, &email).await, user_id)
    };

    let (session, _) = session_of(&stack).await;
    session.actor.sign_out().await.unwrap();
    session.has_ended("signing out").await;

    let (session, user_id) = session_of(&stack).await;
    gatekeeper.set_gatekeeper(user_id, true).await.unwrap();
    session.has_ended("a change of the role").await;

    let (session, user_id) = session_of(&stack).await;
    gatekeeper.deactivate(user_id).await.unwrap();
    gatekeeper.reactivate(user_id).await.unwrap();
    session.has_ended("a deactivation").await;

    let (session, user_id) = session_of(&stack).await;
    let invitation = gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.accept(&invitation, PASSWORD).await.unwrap();
    session.has_ended("a new password").await;

    let (session, _) = session_of(&stack).await;
    session.actor.sign_out_everywhere().await.unwrap();
    session.has_ended("signing out everywhere").await;

    let (session, user_id) = session_of(&stack).await;
    let listed = gatekeeper.sessions(Some(user_id)).await.unwrap();
    gatekeeper.end_session(&listed[0].id).await.unwrap();
    session.has_ended("a gatekeeper ended it").await;

    let (session, _) = session_of(&stack).await;
    sqlx::query_scalar!("select auth.begin_epoch()")
        .fetch_one(&stack.sql)
        .await
        .unwrap();
    session.has_ended("a restore").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_everywhere_ends_all_sessions_of_the_caller_and_no_other() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let here = begin(&stack, &email).await;
    let there = begin(&stack, &email).await;
    let (other_email, _) = stack.person(false).await;
    let mut other = begin(&stack, &other_email).await;
    here.actor.sign_out_everywhere().await.unwrap();
    here.has_ended("signing out everywhere").await;
    there.has_ended("signing out everywhere").await;
    other.renew().await.unwrap();
    begin(&stack, &email).await.actor.me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn users_see_their_own_sessions_and_gatekeepers_those_of_all() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    let invitation = gatekeeper.invite(user_id).await.unwrap();
    gatekeeper.accept(&invitation, PASSWORD).await.unwrap();
    let mut session = begin(&stack, &email).await;
    session.renew().await.unwrap();
    let own = session.actor.sessions(None).await.unwrap();
    let methods: Vec<SignInMethod> = own.iter().map(Session::method).collect();
    assert_eq!(methods, [SignInMethod::Password, SignInMethod::Invitation]);
    assert_eq!([own[0].current, own[1].current], [true, false]);
    assert!(own[0].user_agent.starts_with("tonic/"), "{own:?}");
    assert!(!own[0].user_agent.contains(' '), "{own:?}");
    assert_eq!(own[0].address, "127.0.0.1");
    let mut seen = gatekeeper.sessions(Some(user_id)).await.unwrap();
    seen[0].current = true;
    assert_eq!(seen, own);
    session
        .actor
        .sessions(Some(gatekeeper.user_id))
        .await
        .refused()
        .with(Code::PermissionDenied, "GATEKEEPER_REQUIRED");
    let unknown = gatekeeper.sessions(Some(i64::MAX)).await.unwrap();
    assert_eq!(unknown, []);
    let refused = gatekeeper.sessions(Some(0)).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["user_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_ends_their_own_sessions_and_learns_nothing_of_others() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let foreign = gatekeeper.sessions(None).await.unwrap().remove(0).id;
    let (email, _) = stack.person(false).await;
    let here = begin(&stack, &email).await;
    let there = begin(&stack, &email).await;
    let own = here.actor.sessions(None).await.unwrap();
    let id = own.into_iter().find(|one| !one.current).unwrap().id;
    here.actor.end_session(&id).await.unwrap();
    there.has_ended("it was ended in the list").await;
    for unknown in [
        foreign.as_str(),
        id.as_str(),
        "AAAAAAAAAAAAAAAAAAAAAA",
        "",
        "\0",
    ] {
        let refused = here.actor.end_session(unknown).await.refused();
        refused.with(Code::NotFound, "SESSION_NOT_FOUND");
    }
    gatekeeper.me().await.unwrap();
    here.actor.me().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_at_most_five_hundred_sessions() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(false).await;
    let oldest = begin(&stack, &email).await;
    pass(&stack, 60).await;
    sqlx::query!(
        "insert into auth.sessions (
            id, user_id, uv, method, user_agent, create_time, use_time, expire_time, end_time
        )
        select 'session ' || n, $1, a.uv, 'password', '', now(), now(), now() + interval '1 hour',
            now() + interval '1 hour'
        from generate_series(1, 499) n, auth.accounts a where a.user_id = $1",
        user_id,
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    oldest.actor.me().await.unwrap();
    let newest = begin(&stack, &email).await;
    assert_eq!(newest.actor.sessions(None).await.unwrap().len(), 500);
    oldest.has_ended("the five hundred and first sign-in").await;
}
