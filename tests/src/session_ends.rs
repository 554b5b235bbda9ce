//! Everything that ends a session, and every kind of access token that must die with it.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use kreis_proto::org::v1::{GetMeRequest, ServiceAccess, UpdateServiceAccountRequest};
use tonic::Code;

use crate::{
    Actor, Stack,
    service_accounts::new_service_account,
    stack::{PASSWORD, channel},
};

const CHOSEN: &str = "a password of my own";
/// A token that lives so long after the end of its session is not waited for. No promise is as long.
pub const GIVE_UP: Duration = Duration::from_secs(4);
/// How long a refresh token that was used is forgiven, in seconds, and one more.
const GRACE: f64 = 31.0;

/// What ends a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// `Logout` with the token itself.
    Logout,
    /// `LogoutEverywhere` with another token of the user.
    LogoutEverywhere,
    /// `EndSession` by the user, with another session.
    EndedByUser,
    /// `EndSession` by a gatekeeper.
    EndedByGatekeeper,
    /// The user is deactivated.
    Deactivation,
    /// The user becomes a gatekeeper.
    ChangeOfRole,
    /// The user changes their password, with another session.
    PasswordChanged,
    /// The user sets another password with a link.
    PasswordByLink,
    /// The operator sets the password.
    PasswordByOperator,
    /// A refresh token of the session is used again.
    RefreshTokenReused,
    /// The key of the service account is removed.
    KeyRemoved,
    /// The service account is removed.
    AccountRemoved,
    /// The service account may only read from now on.
    RightsChanged,
    /// The owner of the service account is no gatekeeper any more.
    OwnerDemoted,
}

/// How a token came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// By `Login`.
    Login,
    /// By `Refresh`.
    Renewed,
    /// By `IssueToken`, for a service account.
    Service,
}

/// Every end with every kind of token that it concerns.
#[must_use]
pub fn all() -> Vec<(SessionEnd, TokenKind)> {
    use SessionEnd as End;
    const OF_PEOPLE: [SessionEnd; 10] = [
        End::Logout,
        End::LogoutEverywhere,
        End::EndedByUser,
        End::EndedByGatekeeper,
        End::Deactivation,
        End::ChangeOfRole,
        End::PasswordChanged,
        End::PasswordByLink,
        End::PasswordByOperator,
        End::RefreshTokenReused,
    ];
    const OF_SERVICES: [SessionEnd; 6] = [
        End::Logout,
        End::EndedByGatekeeper,
        End::KeyRemoved,
        End::AccountRemoved,
        End::RightsChanged,
        End::OwnerDemoted,
    ];
    let of_people = OF_PEOPLE
        .iter()
        .flat_map(|end| [TokenKind::Login, TokenKind::Renewed].map(|kind| (*end, kind)));
    let of_services = OF_SERVICES.iter().map(|end| (*end, TokenKind::Service));
    of_people.chain(of_services).collect()
}

/// A token that is about to die, and what is needed to end its session.
struct Victim {
    actor: Actor,
    session: String,
    /// Another session of the same user; of a service account, the same.
    other: Actor,
    /// Refresh tokens of the session: the first one and the current one.
    refresh: Option<(String, String)>,
    /// The owner of a service account, and the id of the key.
    service: Option<(Actor, i64)>,
}

/// Begins a session, ends it, and returns how long each gateway accepted its token after the end was
/// acknowledged, at most [`GIVE_UP`]. The first gateway is the one that acknowledged it.
pub async fn lives_on(
    stack: &Stack,
    gatekeeper: &Actor,
    (end, kind): (SessionEnd, TokenKind),
    gateways: &[SocketAddr],
) -> Vec<Duration> {
    let victim = match kind {
        TokenKind::Service => service(stack, gatekeeper).await,
        TokenKind::Login | TokenKind::Renewed => person(stack, kind).await,
    };
    let acknowledged = Arc::new(OnceLock::new());
    let knocking: Vec<_> = gateways
        .iter()
        .map(|gateway| {
            let actor = victim.actor.at(channel(*gateway));
            tokio::spawn(knock(actor, Arc::clone(&acknowledged)))
        })
        .collect();
    // The gateways have verified the token before it dies.
    tokio::time::sleep(Duration::from_millis(20)).await;
    make_happen(stack, gatekeeper, end, &victim).await;
    acknowledged.set(Instant::now()).expect("it happens once");
    let mut lives = Vec::new();
    for task in knocking {
        lives.push(task.await.expect("a token dies"));
    }
    lives
}

async fn person(stack: &Stack, kind: TokenKind) -> Victim {
    let (email, user_id) = stack.person(false).await;
    let anonymous = stack.anonymous();
    let begun = anonymous.begin_session(&email, PASSWORD).await;
    let begun = begun.expect("the user can sign in");
    let first = begun.refresh_token;
    let (token, refresh) = if kind == TokenKind::Renewed {
        let renewed = anonymous.refresh(&first).await;
        let renewed = renewed.expect("the session can be renewed");
        (renewed.access_token, (first, renewed.refresh_token))
    } else {
        (begun.access_token, (first.clone(), first))
    };
    let actor = Actor::new(anonymous.channel(), Some(token), user_id);
    Victim {
        session: session_of(&actor).await,
        actor,
        other: stack.sign_in(&email).await,
        refresh: Some(refresh),
        service: None,
    }
}

async fn service(stack: &Stack, gatekeeper: &Actor) -> Victim {
    let owner = stack.gatekeeper().await;
    let name = format!("service of {}", owner.user_id);
    let new = new_service_account(&name, ServiceAccess::Write, &[]);
    let account = owner.create_service_account(new).await;
    let id = account.expect("a service account can be made").id;
    let added = owner.add_service_key(id).await.expect("a key can be added");
    let account = added.service_account.expect("the answer has the account");
    let key_id = account.keys.first().expect("the account has a key").id;
    let actor = gatekeeper.sign_in_with_key(&added.key).await;
    let actor = actor.expect("the key signs in");
    Victim {
        session: session_of(&actor).await,
        other: actor.clone(),
        actor,
        refresh: None,
        service: Some((owner, key_id)),
    }
}

async fn session_of(actor: &Actor) -> String {
    let sessions = actor.sessions(None).await.expect("sessions can be listed");
    let current = sessions.into_iter().find(|session| session.current);
    current.expect("the session is open").id
}

async fn make_happen(stack: &Stack, gatekeeper: &Actor, end: SessionEnd, victim: &Victim) {
    let user_id = victim.actor.user_id;
    let anonymous = stack.anonymous();
    let owner = victim.service.as_ref();
    match end {
        SessionEnd::Logout => victim.actor.sign_out().await,
        SessionEnd::LogoutEverywhere => victim.other.sign_out_everywhere().await,
        SessionEnd::EndedByUser => victim.other.end_session(&victim.session).await,
        SessionEnd::EndedByGatekeeper => gatekeeper.end_session(&victim.session).await,
        SessionEnd::Deactivation => gatekeeper.deactivate(user_id).await.map(drop),
        SessionEnd::ChangeOfRole => gatekeeper.set_gatekeeper(user_id, true).await.map(drop),
        SessionEnd::PasswordChanged => {
            let changed = victim.other.change_password(PASSWORD, CHOSEN).await;
            changed.map(drop)
        }
        SessionEnd::PasswordByLink => {
            let link = gatekeeper
                .invite(user_id)
                .await
                .expect("a link can be made");
            anonymous.accept(&link, CHOSEN).await.map(drop)
        }
        SessionEnd::PasswordByOperator => {
            let set = kreis_auth::operator::set_password(&stack.sql, user_id, CHOSEN, &[]);
            set.await.expect("the operator can set a password");
            Ok(())
        }
        SessionEnd::RefreshTokenReused => {
            reuse_refresh_token(stack, &anonymous, victim).await;
            Ok(())
        }
        SessionEnd::KeyRemoved => {
            let (owner, key_id) = owner.expect("a service account");
            owner.remove_service_key(*key_id).await.map(drop)
        }
        SessionEnd::AccountRemoved => gatekeeper.remove_service_account(user_id).await,
        SessionEnd::RightsChanged => {
            let update = UpdateServiceAccountRequest {
                service_account_id: user_id,
                access: Some(ServiceAccess::Read.into()),
                ..UpdateServiceAccountRequest::default()
            };
            gatekeeper.update_service_account(update).await.map(drop)
        }
        SessionEnd::OwnerDemoted => {
            let (owner, _) = owner.expect("a service account");
            let demoted = gatekeeper.set_gatekeeper(owner.user_id, false).await;
            demoted.map(drop)
        }
    }
    .expect("the session can be ended");
}

/// Uses the first refresh token of a session again, after the time in which that is forgiven.
async fn reuse_refresh_token(stack: &Stack, anonymous: &Actor, victim: &Victim) {
    let (first, current) = victim.refresh.as_ref().expect("a session of a person");
    if first == current {
        let renewed = anonymous.refresh(first).await;
        renewed.expect("the session can be renewed");
    }
    sqlx::query!(
        "update auth.sessions set
            create_time = create_time - make_interval(secs => $2),
            use_time = use_time - make_interval(secs => $2),
            earlier_renewals = array(
                select time - make_interval(secs => $2) from unnest(earlier_renewals) as time
            )
        where id = $1",
        victim.session,
        GRACE,
    )
    .execute(&stack.sql)
    .await
    .expect("the superuser may");
    let again = anonymous.refresh(first).await;
    let refused = again.map(drop).expect_err("the token was used before");
    assert_eq!(refused.code(), Code::Unauthenticated, "{refused:?}");
}

/// Calls a gateway with a token until it is refused. Returns how long after the acknowledgement the
/// last accepted call began.
async fn knock(actor: Actor, acknowledged: Arc<OnceLock<Instant>>) -> Duration {
    let mut last = None;
    loop {
        let began = Instant::now();
        match actor.users().get_me(actor.request(GetMeRequest {})).await {
            Ok(_) => last = Some(began),
            Err(status) if status.code() == Code::Unauthenticated => break,
            // A gateway without news lets nobody in.
            Err(status) if status.code() == Code::Unavailable => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            Err(status) => panic!("{status:?}"),
        }
        let since = acknowledged.get();
        if since.is_some_and(|since| since.elapsed() > GIVE_UP) {
            break;
        }
    }
    match (last, acknowledged.get()) {
        (Some(last), Some(since)) => last.saturating_duration_since(*since),
        // Refused before the acknowledgement, or from the first call on.
        _ => Duration::ZERO,
    }
}
