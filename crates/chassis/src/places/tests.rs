use std::pin::Pin;

use futures_util::FutureExt;

use super::*;

const LONG: Duration = Duration::from_mins(1);

type Taking<'a> = Pin<Box<dyn Future<Output = Result<Place, Status>> + 'a>>;

/// Calls in the queue, oldest first.
fn joined(places: &Places, calls: usize) -> Vec<Taking<'_>> {
    let mut all: Vec<Taking<'_>> = Vec::new();
    for _ in 0..calls {
        let mut call: Taking<'_> = Box::pin(places.take(LONG));
        assert!(call.as_mut().now_or_never().is_none());
        all.push(call);
    }
    all
}

/// The call that has a permit now.
fn served(calls: &mut [Taking<'_>]) -> (usize, Place) {
    let mut found = calls
        .iter_mut()
        .enumerate()
        .filter_map(|(index, call)| Some((index, call.as_mut().now_or_never()?.ok()?)));
    found.next().unwrap()
}

fn is_refused<T>(outcome: Result<T, Status>) -> bool {
    outcome.is_err_and(|status| status.code() == tonic::Code::ResourceExhausted)
}

#[tokio::test]
async fn a_burst_is_served_in_its_order() {
    let places = Places::new(1);
    let first = places.take(LONG).await.unwrap();
    let mut calls = joined(&places, 300);
    assert!(places.look().is_ok());
    drop(first);
    assert_eq!(served(&mut calls).0, 0);
}

#[tokio::test]
async fn a_queue_that_stands_is_kept_short_by_sending_its_oldest_away() {
    let places = Places::new(1);
    let first = places.take(LONG).await.unwrap();
    let mut calls = joined(&places, 10);
    places.inner.state().stands_since = Instant::now().checked_sub(BURST * 2);
    assert!(is_refused(places.look()));
    assert!(is_refused(places.take(LONG).await));
    drop(first);
    assert!(calls[7].as_mut().now_or_never().is_some_and(is_refused));
    let (next, place) = served(&mut calls[8..]);
    assert_eq!(next, 0);
    assert!(places.look().is_ok());
    drop((calls, place));
    assert!(places.take(LONG).now_or_never().is_some());
}

#[tokio::test]
async fn a_call_waits_for_a_quarter_of_its_time_and_leaves_no_trace() {
    let places = Places::new(1);
    let _first = places.take(LONG).await.unwrap();
    assert!(is_refused(places.take(Duration::from_millis(1)).await));
    assert!(places.inner.state().waiting.is_empty());
    assert!(places.inner.state().stands_since.is_none());
}

#[tokio::test]
async fn a_place_that_came_to_one_who_gives_up_goes_to_the_next() {
    let places = Places::new(1);
    let first = places.take(LONG).await.unwrap();
    let mut calls = joined(&places, 2);
    drop(first);
    // This call has a permit but is never polled again.
    drop(calls.remove(0));
    let (_, place) = served(&mut calls);
    drop((calls, place));
    assert_eq!(places.inner.state().free, 1);
}

#[tokio::test]
async fn services_and_kinds_of_calls_do_not_wait_for_each_other() {
    let places = CallPlaces::new(["kreis.kpi.v1", "kreis.org.v1"], 1);
    let policy = crate::access::Policy::of_the_contract().unwrap();
    let rpc = |path| policy.rpc(path).unwrap();
    let _write = places
        .take(rpc("/kreis.kpi.v1.KpiValueService/RecordKpiValue"), LONG)
        .await;
    for other in [
        "/kreis.kpi.v1.KpiService/GetKpi",
        "/kreis.org.v1.UserService/DeactivateUser",
        "/kreis.auth.v1.AuthService/Logout",
    ] {
        let taken = places.take(rpc(other), LONG).now_or_never();
        assert!(taken.is_some(), "{other}");
    }
}
