//! A well-behaved caller with an address of its own. Measures how long its calls take before,
//! during and after a flood.

use std::{
    thread,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use kreis_tests::{Actor, server::Server};
use tokio::{
    runtime,
    sync::oneshot,
    time::{sleep, timeout},
};
use tonic::transport::Endpoint;

use crate::outcome::Check;

/// Duration of the measurement before and after a flood.
const AROUND: Duration = Duration::from_secs(3);
/// Duration of the measurement during a flood.
const DURING: Duration = Duration::from_secs(8);
/// Number of identical callers. With several, one slow moment of the machine is less than one call
/// in a hundred.
const CALLERS: usize = 3;
/// Pause between two calls of a caller.
const PAUSE: Duration = Duration::from_millis(20);
/// A call that takes longer counts as failed.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// People do not notice a shorter time.
const UNNOTICED: Duration = Duration::from_millis(250);
/// A call may take this many times its normal time, if that is more than [`UNNOTICED`].
const TIMES: u32 = 5;

/// Calls, with the duration of each.
#[derive(Default)]
pub(crate) struct Calls {
    times: Vec<Duration>,
    failed: usize,
}

impl Calls {
    /// Adds one call.
    pub(crate) fn add(&mut self, took: Duration, succeeded: bool) {
        self.times.push(took);
        self.failed += usize::from(!succeeded);
    }

    /// Adds the calls of another caller.
    pub(crate) fn extend(&mut self, others: Self) {
        self.times.extend(others.times);
        self.failed += others.failed;
    }

    /// A check that no call failed.
    pub(crate) fn none_failed(&self, promise: &'static str) -> Check {
        Check::none(promise, self.failed, self.times.len())
    }

    /// The time within which 99 of 100 calls end; absent without calls.
    pub(crate) fn p99(&self) -> Option<Duration> {
        let mut times = self.times.clone();
        times.sort_unstable();
        let last = times.len().checked_sub(1)?;
        times.get(last * 99 / 100).copied()
    }
}

/// A caller during a flood.
pub(crate) struct Healthy {
    url: String,
    token: String,
    before: Calls,
    meanwhile: Calls,
}

impl Healthy {
    /// Measures the caller before the flood.
    pub(crate) async fn before(server: &Server) -> Self {
        let url = server.kreis.url.clone();
        let token = server.gatekeeper().await.token().to_owned();
        let before = call_for(&url, &token, AROUND).await;
        Self {
            url,
            token,
            before,
            meanwhile: Calls::default(),
        }
    }

    /// Measures the caller, with new connections, during the flood.
    pub(crate) async fn meanwhile(&mut self, flood: impl Future<Output = ()>) {
        let flooded = async {
            flood.await;
            // The effects of the flood last.
            std::future::pending::<()>().await;
        };
        self.meanwhile = tokio::select! {
            calls = call_for(&self.url, &self.token, DURING) => calls,
            () = flooded => unreachable!("it never ends"),
        };
    }

    /// Measures the caller after the flood.
    pub(crate) async fn afterwards(self) -> Vec<Check> {
        let Self {
            url,
            token,
            before,
            meanwhile,
        } = self;
        let after = call_for(&url, &token, AROUND).await;
        let most = before.p99().unwrap_or_default() * TIMES;
        let most = most.max(UNNOTICED);
        vec![
            Check::within("p99 of a healthy caller before", before.p99(), UNNOTICED),
            meanwhile.none_failed("calls of a healthy caller that fail meanwhile"),
            Check::within("p99 of a healthy caller meanwhile", meanwhile.p99(), most),
            after.none_failed("calls of a healthy caller that fail afterwards"),
            Check::within("p99 of a healthy caller afterwards", after.p99(), most),
        ]
    }
}

/// Calls of several callers, each over a connection of its own. They run on a separate thread, so
/// that the work of the drill does not slow them down.
async fn call_for(url: &str, token: &str, time: Duration) -> Calls {
    let (url, token) = (url.to_owned(), token.to_owned());
    let (done, calls) = oneshot::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let callers = (0..CALLERS).map(|_| call(url.clone(), &token, time));
        let calls = runtime.expect("a runtime").block_on(join_all(callers));
        // The drill may have ended already.
        let _ = done.send(calls);
    });
    let mut all = Calls::default();
    for calls in calls.await.expect("calling does not panic") {
        all.extend(calls);
    }
    all
}

async fn call(url: String, token: &str, time: Duration) -> Calls {
    let endpoint = Endpoint::from_shared(url).expect("an address is a URL");
    let caller = Actor::new(endpoint.connect_lazy(), None, 0).with_token(token);
    let mut calls = Calls::default();
    let began = Instant::now();
    while began.elapsed() < time {
        let asked = Instant::now();
        let answer = timeout(ANSWER_TIMEOUT, caller.me()).await;
        calls.add(asked.elapsed(), matches!(answer, Ok(Ok(_))));
        sleep(PAUSE).await;
    }
    calls
}
