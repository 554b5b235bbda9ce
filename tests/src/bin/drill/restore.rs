//! A database that is restored to a time before a sign-out, without an announcement.

use std::time::{Duration, Instant};

use kreis_tests::{
    Actor,
    database::LOSE_THE_LAST_REVOCATION,
    process::lasting_port,
    server::{EMAIL, PASSWORD, Server},
};
use sqlx::PgPool;
use tokio::time::sleep;

use crate::outcome::Check;

/// Longer than the replicas need to stop accepting tokens and to start again.
const WATCHED: Duration = Duration::from_secs(8);
/// Longest time until the sessions that are valid in the backup end, and until people can sign in
/// again.
const SOON: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

pub(crate) async fn drill(planted: bool) -> Vec<Check> {
    let listen = format!("127.0.0.1:{}", lasting_port());
    let mut server = Server::start(&[("KREIS_LISTEN", &listen)]).await;
    let (signed_out, other) = (server.gatekeeper().await, server.gatekeeper().await);
    signed_out.sign_out().await.expect("a session can end");
    let still_in = until(|| async { signed_out.me().await.is_err() }).await;
    let sql = server.sql.clone();
    if planted {
        server.kill_and_start(go_back(sql)).await;
    } else {
        go_back(sql).await;
    }

    let restored = Instant::now();
    let (mut let_in, mut asked) = (0, 0);
    let (mut ended, mut back) = (None, None);
    while restored.elapsed() < WATCHED {
        asked += 1;
        let_in += usize::from(signed_out.me().await.is_ok());
        if ended.is_none() && other.me().await.is_err() {
            ended = Some(restored.elapsed());
        }
        if ended.is_some() && back.is_none() && can_sign_in(&server).await {
            back = Some(restored.elapsed());
        }
        sleep(PAUSE).await;
    }
    let mut checks = vec![
        Check::within("a sign-out is in force", still_in, SOON),
        Check::none(
            "calls of the session that had signed out, let in",
            let_in,
            asked,
        ),
        Check::within(
            "every other session of before the restore ends",
            ended,
            SOON,
        ),
    ];
    // If nothing noticed the restore, the servers accepted tokens all the time.
    if ended.is_some() {
        checks.push(Check::within("people can sign in again", back, SOON));
    }
    checks
}

async fn go_back(sql: PgPool) {
    let mut restored = sql.begin().await.expect("the database answers");
    let lose = sqlx::raw_sql(LOSE_THE_LAST_REVOCATION);
    lose.execute(&mut *restored)
        .await
        .expect("the superuser may");
    restored.commit().await.expect("nothing is in its way");
}

async fn can_sign_in(server: &Server) -> bool {
    let signed_in: Result<Actor, _> = server.anonymous().sign_in(EMAIL, PASSWORD).await;
    match signed_in {
        Ok(session) => session.me().await.is_ok(),
        Err(_) => false,
    }
}

/// The time until this happens; absent if it does not.
async fn until<F: Future<Output = bool>>(comes_about: impl Fn() -> F) -> Option<Duration> {
    let began = Instant::now();
    while began.elapsed() < SOON {
        if comes_about().await {
            return Some(began.elapsed());
        }
        sleep(PAUSE).await;
    }
    None
}
