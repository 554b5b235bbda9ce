//! Every end of a session × every kind of token, with one, three and ten gateways.

use std::time::Duration;

use kreis_tests::{
    Stack,
    session_ends::{all, lives_on},
};

use crate::outcome::Check;

/// Numbers of gateways, each with how often every end happens to every kind of token.
const ROUNDS: [(usize, usize); 3] = [(1, 1), (3, 3), (10, 2)];
/// The promises of `docs/drills.md` for a token whose session has ended.
const SOON: Duration = Duration::from_millis(250);
const BOUND: Duration = Duration::from_secs(3);
/// The planted fault: every entry in the list of revocations names another session or user.
const PLANT: &str = "
    create function auth.lose_key() returns trigger language plpgsql as $$
    begin
        new.key := case new.kind when 'user' then '0' else 'lost' end;
        return new;
    end;
    $$;
    create trigger lose_key before insert on auth.revocations
        for each row execute function auth.lose_key();
";

/// The names of the promises for a number of gateways: for 99 of 100 tokens, and for all.
const PROMISES: [[&str; 2]; 3] = [
    [
        "p99 of a token after the end of its session, one gateway",
        "the longest, one gateway",
    ],
    [
        "p99 of a token after the end of its session, three gateways",
        "the longest, three gateways",
    ],
    [
        "p99 of a token after the end of its session, ten gateways",
        "the longest, ten gateways",
    ],
];

/// The promise that fails with the planted fault.
pub(crate) const BROKEN: &str = PROMISES[1][0];

pub(crate) async fn drill(planted: bool) -> Vec<Check> {
    let mut checks = Vec::new();
    for ((gateways, rounds), promises) in ROUNDS.into_iter().zip(PROMISES) {
        // With the fault no token dies, so one round takes minutes and is enough.
        if planted && promises[0] != BROKEN {
            continue;
        }
        let rounds = if planted { 1 } else { rounds };
        let lives = with_gateways(gateways, rounds, planted).await;
        let p99 = lives.get((lives.len() - 1) * 99 / 100).copied();
        checks.push(Check::within(promises[0], p99, SOON));
        checks.push(Check::within(promises[1], lives.last().copied(), BOUND));
    }
    checks
}

/// How long each gateway accepted each token after the end of its session, the shortest first.
async fn with_gateways(gateways: usize, rounds: usize, planted: bool) -> Vec<Duration> {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let mut addresses = vec![stack.addresses.gateway];
    while addresses.len() < gateways {
        addresses.push(stack.another_gateway().await);
    }
    if planted {
        let plant = sqlx::raw_sql(PLANT).execute(&stack.sql).await;
        plant.expect("the superuser may");
    }
    let mut lives = Vec::new();
    for _ in 0..rounds {
        for case in all() {
            lives.extend(lives_on(&stack, &gatekeeper, case, &addresses).await);
        }
    }
    lives.sort_unstable();
    lives
}
