//! Processes that are killed during writes.

use std::time::{Duration, Instant};

use kreis_standalone::healthcheck::{self, HealthCheckError};
use kreis_tests::{
    actor::new_kpi, database::OwnPostgres, process::lasting_port, random::below, server::Server,
};
use sqlx::{Executor, PgPool};
use tokio::time::sleep;

use crate::{outcome::Check, writers::Writers};

const KILLS_OF_KREIS: usize = 20;
const KILLS_OF_POSTGRES: usize = 3;
/// Writes after each outage; more than a pool has connections.
const FIRST_WRITES: usize = 10;
/// Longest time until a server reports that it does not serve, and until it reports that it serves
/// again.
const NOTICED: Duration = Duration::from_secs(5);
/// Timeout of either wait.
const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

/// kreis at a fixed address, on a durable Postgres.
async fn start() -> (OwnPostgres, Server) {
    let postgres = OwnPostgres::start().await;
    let listen = format!("127.0.0.1:{}", lasting_port());
    let settings = [("KREIS_LISTEN", listen.as_str())];
    let server = Server::start_on(postgres.database().await, &settings).await;
    (postgres, server)
}

pub(crate) async fn of_kreis(planted: bool) -> Vec<Check> {
    let (_postgres, mut server) = start().await;
    let writers = Writers::begin(&server.gatekeeper().await).await;
    for _ in 0..KILLS_OF_KREIS {
        sleep(Duration::from_millis(200 + below(400))).await;
        let sql = server.sql.clone();
        let meanwhile = async move {
            if planted {
                run(&sql, "delete from kpi.requests").await;
            }
        };
        server.kill_and_start(meanwhile).await;
    }
    sleep(Duration::from_millis(500)).await;
    let checks = writers.end(&server.sql).await;
    drop(server);
    checks
}

pub(crate) async fn of_postgres(planted: bool) -> Vec<Check> {
    let (mut postgres, server) = start().await;
    if planted {
        for statement in [
            "alter system set synchronous_commit = off",
            "alter system set wal_writer_delay = '10s'",
            // Without it, no server would become ready.
            "alter database postgres set kreis.may_lose_data = on",
        ] {
            run(&server.sql, statement).await;
        }
        run(&server.sql, "select pg_reload_conf()").await;
    }
    let gatekeeper = server.gatekeeper().await;
    let writers = Writers::begin(&gatekeeper).await;
    let circle = gatekeeper.create_circle("First").await;
    let circle_id = circle.expect("a circle can be made").id;
    let (mut slowest_no, mut slowest_yes) = (Some(Duration::ZERO), Some(Duration::ZERO));
    let mut failed = 0;
    for round in 0..KILLS_OF_POSTGRES {
        sleep(Duration::from_millis(1_000 + below(1_000))).await;
        postgres.kill().await;
        slowest_no = slowest_no.max_of(until_serving(&server, false).await);
        postgres.start_again().await;
        slowest_yes = slowest_yes.max_of(until_serving(&server, true).await);
        for number in 0..FIRST_WRITES {
            let new = new_kpi(circle_id, &format!("first {round}.{number}"));
            if let Err(status) = gatekeeper.create_kpi(new).await {
                eprintln!("write {number} after outage {round}: {}", status.message());
                failed += 1;
            }
        }
    }
    let mut checks = writers.end(&server.sql).await;
    checks.extend([
        Check::within(
            "health says NOT_SERVING after the kill",
            slowest_no,
            NOTICED,
        ),
        Check::within(
            "health says SERVING once Postgres is back",
            slowest_yes,
            NOTICED,
        ),
        Check::none(
            "of the first writes after health says SERVING, those that fail",
            failed,
            KILLS_OF_POSTGRES * FIRST_WRITES,
        ),
    ]);
    drop(server);
    checks
}

/// The time until the health check reports this; absent if it never does.
async fn until_serving(server: &Server, serving: bool) -> Option<Duration> {
    let asked = Instant::now();
    while asked.elapsed() < WAIT_TIMEOUT {
        match healthcheck::check(&server.kreis.url, None).await {
            Ok(()) if serving => return Some(asked.elapsed()),
            Err(HealthCheckError::NotServing(_)) if !serving => return Some(asked.elapsed()),
            _ => sleep(Duration::from_millis(20)).await,
        }
    }
    None
}

/// The longer of two times; absent if one of them is absent.
trait MaxOf {
    fn max_of(self, other: Self) -> Self;
}

impl MaxOf for Option<Duration> {
    fn max_of(self, other: Self) -> Self {
        Some(self?.max(other?))
    }
}

async fn run(sql: &PgPool, statement: &'static str) {
    sql.execute(statement).await.expect("the superuser may");
}
