//! A caller who does nothing wrong, from an address of their own: how long their calls take
//! before, during and after a flood.

use std::{
    thread,
    time::{Duration, Instant},
};

use kreis_tests::{Actor, server::Server};
use tokio::{
    runtime,
    sync::oneshot,
    time::{sleep, timeout},
};
use tonic::transport::Endpoint;

use crate::outcome::Check;

/// How long is measured before and after a flood.
const AROUND: Duration = Duration::from_secs(3);
/// How long is measured while it lasts.
const DURING: Duration = Duration::from_secs(8);
/// Between two calls.
const PAUSE: Duration = Duration::from_millis(10);
/// A call that takes longer has failed.
const LONGEST: Duration = Duration::from_secs(2);
/// A person does not notice less.
const UNNOTICED: Duration = Duration::from_millis(250);
/// What a call may take of what it takes in quiet times, where that is more.
const TIMES: u32 = 5;

/// Calls, and how long each took.
#[derive(Default)]
pub(crate) struct Calls {
    times: Vec<Duration>,
    failed: usize,
}

impl Calls {
    /// One more.
    pub(crate) fn add(&mut self, took: Duration, succeeded: bool) {
        self.times.push(took);
        self.failed += usize::from(!succeeded);
    }

    /// Adds those of another caller.
    pub(crate) fn extend(&mut self, others: Self) {
        self.times.extend(others.times);
        self.failed += others.failed;
    }

    /// How many failed must be none.
    pub(crate) fn none_failed(&self, promise: &'static str) -> Check {
        Check::none(promise, self.failed, self.times.len())
    }

    /// The time that 99 of 100 calls do not exceed; absent where there were no calls.
    pub(crate) fn p99(&self) -> Option<Duration> {
        let mut times = self.times.clone();
        times.sort_unstable();
        let last = times.len().checked_sub(1)?;
        times.get(last * 99 / 100).copied()
    }
}

/// Measures a caller before, during and after a flood that lasts until it is dropped.
pub(crate) async fn beside(server: &Server, flood: impl Future<Output = ()>) -> Vec<Check> {
    let token = server.gatekeeper().await.token().to_owned();
    let call_for = |time| call_for(server.kreis.url.clone(), token.clone(), time);
    let quiet = call_for(AROUND).await;
    let flooded = async {
        flood.await;
        // What it did lasts.
        std::future::pending::<()>().await;
    };
    let during = tokio::select! {
        during = call_for(DURING) => during,
        () = flooded => unreachable!("it never ends"),
    };
    let after = call_for(AROUND).await;
    let most = quiet.p99().unwrap_or_default() * TIMES;
    let most = most.max(UNNOTICED);
    vec![
        Check::within("p99 of a healthy caller before", quiet.p99(), UNNOTICED),
        during.none_failed("calls of a healthy caller that fail meanwhile"),
        Check::within("p99 of a healthy caller meanwhile", during.p99(), most),
        after.none_failed("calls of a healthy caller that fail afterwards"),
        Check::within("p99 of a healthy caller afterwards", after.p99(), most),
    ]
}

/// Calls, one after the other over a connection of their own, on a thread of their own: the
/// caller is not slowed by what else the drill does.
async fn call_for(url: String, token: String, time: Duration) -> Calls {
    let (done, calls) = oneshot::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let calls = runtime
            .expect("a runtime")
            .block_on(call(url, &token, time));
        // The drill may have been given up.
        let _ = done.send(calls);
    });
    calls.await.expect("calling does not panic")
}

async fn call(url: String, token: &str, time: Duration) -> Calls {
    let endpoint = Endpoint::from_shared(url).expect("an address is a URL");
    let caller = Actor::new(endpoint.connect_lazy(), None, 0).with_token(token);
    let mut calls = Calls::default();
    let began = Instant::now();
    while began.elapsed() < time {
        let asked = Instant::now();
        let answer = timeout(LONGEST, caller.me()).await;
        calls.add(asked.elapsed(), matches!(answer, Ok(Ok(_))));
        sleep(PAUSE).await;
    }
    calls
}
