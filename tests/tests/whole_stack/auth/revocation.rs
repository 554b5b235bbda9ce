//! What each revocation ends, at every server, and what it leaves valid.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kreis_proto::kpi::v1::ListKpisRequest;
use kreis_server::{revocations::RevocationReplica, token::VerifiedToken};
use kreis_tests::{
    Actor, Stack,
    raw::RawClient,
    stack::{PASSWORD, channel},
    tcp_proxy::TcpProxy,
    tokens::token_of_session,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

use crate::auth::revocation_lease::{ends_within_the_bound, is_let_in_once_open};

const BOUND: Duration = Duration::from_secs(3);
/// A long replica may take a busy machine longer than [`BOUND`], which is for news.
const WAIT_TIMEOUT: Duration = Duration::from_mins(1);
/// More entries than two responses of auth can hold.
const LONG: i64 = 12_000;
/// Pause between two checks of a replica. Checking without a pause would starve it.
const LOOK: Duration = Duration::from_millis(1);

/// A server that checks tokens.
#[derive(Debug, Clone, Copy)]
enum Server {
    /// The gateway that carries out the events.
    Answering(SocketAddr),
    Gateway(SocketAddr),
    Org(SocketAddr),
    Kpi(SocketAddr),
    Auth(SocketAddr),
}

impl Server {
    /// Whether a token is accepted. The call changes nothing.
    async fn lets_in(self, actor: &Actor) -> bool {
        let outcome = match self {
            Self::Answering(server) | Self::Gateway(server) | Self::Org(server) => {
                actor.at(channel(server)).me().await.map(|_| ())
            }
            Self::Kpi(server) => {
                let there = actor.at(channel(server));
                let list = there.request(ListKpisRequest::default());
                there.kpis().list_kpis(list).await.map(|_| ())
            }
            Self::Auth(server) => illegible_logout(server, actor.token()).await,
        };
        match outcome {
            Ok(()) => true,
            Err(status) if status.code() == Code::Unauthenticated => false,
            Err(status) => panic!("{self:?}: {status:?}"),
        }
    }
}

/// A logout that ends no session. If the token is accepted, the message is refused as malformed.
async fn illegible_logout(server: SocketAddr, token: &str) -> Result<(), Status> {
    let authorization = format!("Bearer {token}");
    let answer = RawClient::http2(format!("http://{server}"))
        .call(
            "/kreis.auth.v1.AuthService/Logout",
            &[("authorization", &authorization)],
            &[0xff, 0xff],
        )
        .await
        .unwrap();
    match answer.outcome() {
        Err(status) if status.code() == Code::Unauthenticated => Err(status),
        Err(_illegible) => Ok(()),
        Ok(()) => panic!("a logout that cannot be read was answered"),
    }
}

async fn servers(stack: &Stack) -> [Server; 6] {
    [
        Server::Answering(stack.addresses.gateway),
        Server::Gateway(stack.another_gateway().await),
        Server::Gateway(stack.another_gateway().await),
        Server::Org(stack.addresses.org),
        Server::Kpi(stack.addresses.kpi),
        Server::Auth(stack.addresses.auth),
    ]
}

/// A part of a token: 0 for its header, 1 for its claims.
fn part(actor: &Actor, place: usize) -> Value {
    let part = actor.token().split('.').nth(place).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Appends to the list, as an operator does.
async fn append(stack: &Stack, kind: &str, key: &Value) {
    sqlx::query!(
        "select auth.append_revocation($1, $2, 0, null, 'a test')",
        kind,
        key.as_str().unwrap()
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
}

/// Appends this many ends of unknown sessions, with one update of the head. Thousands of updates of
/// one row in one transaction take seconds.
pub(crate) async fn append_many(stack: &Stack, count: i64) {
    sqlx::query!(
        "with head as (
            update auth.revocation_head set seq = seq + $1 where id = 1 returning seq
        )
        insert into auth.revocations (seq, kind, key, not_after, reason)
        select
            head.seq - $1 + n, 'session', 'nobody-' || n,
            clock_timestamp() + interval '61 minutes', 'a test'
        from head cross join generate_series(1, $1) n",
        count
    )
    .execute(&stack.sql)
    .await
    .unwrap();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Token,
    Logout,
    Deactivation,
    ChangeOfRole,
    PasswordSet,
    Everything,
    Key,
}

impl Event {
    /// The events of one user first, then those that end all tokens.
    const ALL: [Self; 7] = [
        Self::Token,
        Self::Logout,
        Self::Deactivation,
        Self::ChangeOfRole,
        Self::PasswordSet,
        Self::Everything,
        Self::Key,
    ];

    /// Whether the event leaves other sessions valid.
    fn spares_other_sessions(self) -> bool {
        matches!(self, Self::Token | Self::Logout)
    }

    fn spares_other_users(self) -> bool {
        !matches!(self, Self::Everything | Self::Key)
    }

    /// Whether a gateway carries out the event, so that it knows the revocation at once.
    fn is_answered(self) -> bool {
        matches!(
            self,
            Self::Logout | Self::Deactivation | Self::ChangeOfRole | Self::PasswordSet
        )
    }

    async fn happens(self, stack: &Stack, gatekeeper: &Actor, sessions: [&Actor; 2]) {
        let user_id = sessions[0].user_id;
        match self {
            Self::Token => {
                for session in sessions {
                    append(stack, "token", &part(session, 1)["jti"]).await;
                }
            }
            Self::Logout => {
                for session in sessions {
                    session.sign_out().await.unwrap();
                }
            }
            Self::Deactivation => {
                gatekeeper.deactivate(user_id).await.unwrap();
            }
            Self::ChangeOfRole => {
                gatekeeper.set_gatekeeper(user_id, true).await.unwrap();
            }
            Self::PasswordSet => {
                let invitation = gatekeeper.invite(user_id).await.unwrap();
                let session = stack
                    .anonymous()
                    .accept(&invitation, "another battery staple")
                    .await
                    .unwrap();
                let new = stack.anonymous().with_token(session.access_token);
                assert_eq!(new.me().await.unwrap().id, user_id);
            }
            Self::Everything => append(stack, "everything", &"".into()).await,
            Self::Key => append(stack, "key", &part(sessions[0], 0)["kid"]).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_ends_the_tokens_that_it_names_on_every_server_and_no_others() {
    let stack = Stack::start().await;
    let servers = servers(&stack).await;
    for event in Event::ALL {
        let gatekeeper = stack.gatekeeper().await;
        let stranger = stack.outsider().await;
        let (email, _) = stack.person(false).await;
        let mut seen = stack.sign_in(&email).await;
        // After a revocation of everything, a token issued in the same second is invalid too.
        let since = Instant::now();
        while !servers[0].lets_in(&seen).await {
            assert!(since.elapsed() < BOUND, "no user can sign in any more");
            seen = stack.sign_in(&email).await;
        }
        let other = stack.sign_in(&email).await;
        let unseen = stack.sign_in(&email).await;
        for server in servers {
            for session in [&seen, &other] {
                assert!(server.lets_in(session).await, "{event:?}, {server:?}");
            }
        }

        event.happens(&stack, &gatekeeper, [&seen, &unseen]).await;
        let acknowledged = Instant::now();
        let mut dead = vec![&seen, &unseen];
        let mut alive = Vec::new();
        if event.spares_other_sessions() {
            alive.push(&other);
        } else {
            dead.push(&other);
        }
        if event.spares_other_users() {
            alive.push(&stranger);
        } else {
            dead.push(&stranger);
        }
        for server in servers {
            for session in &dead {
                let mut knocks = 0;
                while server.lets_in(session).await {
                    knocks += 1;
                    let at_once = event.is_answered() && matches!(server, Server::Answering(_));
                    assert!(!at_once, "{event:?} was answered and not in force");
                    assert!(acknowledged.elapsed() < BOUND, "{event:?}, {server:?}");
                }
                assert!(!server.lets_in(session).await, "{knocks} knocks, {event:?}");
            }
            for session in &alive {
                assert!(server.lets_in(session).await, "{event:?}, {server:?}");
            }
        }
    }
}

/// Checks again and again that a replica keeps a session revoked. Returns the number of checks.
async fn never_lets_go(
    replica: RevocationReplica,
    session: VerifiedToken,
    over: CancellationToken,
) -> u64 {
    let mut looks = 0;
    while !over.is_cancelled() {
        assert!(replica.revokes(&session), "let go after {looks} looks");
        looks += 1;
        tokio::time::sleep(LOOK).await;
    }
    looks
}

/// Waits until a replica is as long as the list, and in use.
async fn until_in_step(replica: &RevocationReplica, stack: &Stack) {
    let head = sqlx::query_scalar!("select seq from auth.revocation_head")
        .fetch_one(&stack.sql)
        .await
        .unwrap();
    let since = Instant::now();
    while replica.list().seq() != head || !replica.has_valid_lease() {
        assert!(
            since.elapsed() < WAIT_TIMEOUT,
            "at {}",
            replica.list().seq()
        );
        tokio::time::sleep(LOOK).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_copy_continues_where_its_connection_broke() {
    let stack = Stack::start().await;
    append_many(&stack, LONG).await;
    let tcp_proxy = TcpProxy::to(stack.addresses.tokens).await;
    // One answer, and not the whole list.
    tcp_proxy.break_after(450_000);
    let replica = stack.token_source(tcp_proxy.address).replica().unwrap();
    let over = CancellationToken::new();
    tokio::spawn(replica.clone().run(over.clone()));
    until_in_step(&replica, &stack).await;
    over.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_refuses_revoked_tokens_while_it_is_rebuilt() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let ended = stack.sign_in(&email).await;
    let witness = stack.outsider().await;
    // The last entry of the list arrives with the last response.
    append_many(&stack, LONG).await;
    append(&stack, "session", &part(&ended, 1)["sid"]).await;
    ends_within_the_bound(&ended).await;

    let over = CancellationToken::new();
    let replica = stack
        .token_source(stack.addresses.tokens)
        .replica()
        .unwrap();
    tokio::spawn(replica.clone().run(over.clone()));
    until_in_step(&replica, &stack).await;
    let sid = part(&ended, 1)["sid"].as_str().unwrap().to_owned();
    let looking = tokio::spawn(never_lets_go(
        replica.clone(),
        token_of_session(&sid),
        over.clone(),
    ));

    // A new epoch alone ends no token, and every replica starts again.
    for _ in 0..5 {
        sqlx::query!("update auth.revocation_head set epoch = gen_random_uuid()")
            .execute(&stack.sql)
            .await
            .unwrap();
        append(&stack, "session", &"nobody".into()).await;
        until_in_step(&replica, &stack).await;
        // Refused as revoked, or because rebuilding the replica takes longer than its lease.
        ended.me().await.unwrap_err();
    }
    assert!(is_let_in_once_open(&witness).await);
    assert!(!is_let_in_once_open(&ended).await);
    over.cancel();
    let looks = looking.await.unwrap();
    assert!(looks > 100, "looked {looks} times only");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restored_backup_all_users_must_sign_in_again() {
    let stack = Stack::start().await;
    let servers = servers(&stack).await;
    let (email, _) = stack.person(false).await;
    let before = stack.sign_in(&email).await;
    for server in servers {
        assert!(server.lets_in(&before).await, "{server:?}");
    }
    sqlx::query!("select auth.begin_epoch()")
        .fetch_one(&stack.sql)
        .await
        .unwrap();
    let began = Instant::now();
    for server in servers {
        while server.lets_in(&before).await {
            assert!(began.elapsed() < BOUND, "{server:?}");
        }
    }
    // A token from the same second counts as issued before the revocation.
    let now = loop {
        let session = stack.anonymous().sign_in(&email, PASSWORD).await.unwrap();
        if servers[0].lets_in(&session).await {
            break session;
        }
        assert!(began.elapsed() < BOUND, "no user can sign in any more");
    };
    for server in servers {
        assert!(server.lets_in(&now).await, "{server:?}");
        assert!(!server.lets_in(&before).await, "{server:?}");
    }
}
