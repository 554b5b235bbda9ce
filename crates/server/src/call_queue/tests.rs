use std::pin::Pin;

use futures_util::FutureExt;

use super::*;

const LONG: Duration = Duration::from_mins(1);

type Taking<'a> = Pin<Box<dyn Future<Output = Result<CallSlot, Status>> + 'a>>;

/// Calls in the queue, oldest first.
fn joined(queue: &CallQueue, calls: usize) -> Vec<Taking<'_>> {
    let mut all: Vec<Taking<'_>> = Vec::new();
    for _ in 0..calls {
        let mut call: Taking<'_> = Box::pin(queue.acquire(LONG));
        assert!(call.as_mut().now_or_never().is_none());
        all.push(call);
    }
    all
}

/// The call that has a slot now.
fn served(calls: &mut [Taking<'_>]) -> (usize, CallSlot) {
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
    let queue = CallQueue::new(1);
    let first = queue.acquire(LONG).await.unwrap();
    let mut calls = joined(&queue, 300);
    assert!(queue.check().is_ok());
    drop(first);
    assert_eq!(served(&mut calls).0, 0);
}

#[tokio::test]
async fn a_standing_queue_drops_its_oldest_calls() {
    let queue = CallQueue::new(1);
    let first = queue.acquire(LONG).await.unwrap();
    let mut calls = joined(&queue, 10);
    queue.inner.state().queued_since = Instant::now().checked_sub(BURST_TIME * 2);
    assert!(is_refused(queue.check()));
    assert!(is_refused(queue.acquire(LONG).await));
    drop(first);
    assert!(calls[7].as_mut().now_or_never().is_some_and(is_refused));
    let (next, slot) = served(&mut calls[8..]);
    assert_eq!(next, 0);
    assert!(queue.check().is_ok());
    drop((calls, slot));
    assert!(queue.acquire(LONG).now_or_never().is_some());
}

#[tokio::test]
async fn a_call_waits_for_a_quarter_of_its_time_and_leaves_no_trace() {
    let queue = CallQueue::new(1);
    let _first = queue.acquire(LONG).await.unwrap();
    assert!(is_refused(queue.acquire(Duration::from_millis(1)).await));
    assert!(queue.inner.state().waiting.is_empty());
    assert!(queue.inner.state().queued_since.is_none());
}

#[tokio::test]
async fn a_slot_for_a_call_that_gives_up_goes_to_the_next_call() {
    let queue = CallQueue::new(1);
    let first = queue.acquire(LONG).await.unwrap();
    let mut calls = joined(&queue, 2);
    drop(first);
    // This call has a slot but is never polled again.
    drop(calls.remove(0));
    let (_, slot) = served(&mut calls);
    drop((calls, slot));
    assert_eq!(queue.inner.state().free, 1);
}

#[tokio::test]
async fn services_and_kinds_of_calls_do_not_wait_for_each_other() {
    let queue = CallQueues::new(["kreis.kpi.v1", "kreis.org.v1"], 1);
    let policy = crate::access::AccessPolicy::from_contract().unwrap();
    let rpc = |path| policy.rpc(path).unwrap();
    let _write = queue
        .acquire(rpc("/kreis.kpi.v1.KpiValueService/RecordKpiValue"), LONG)
        .await;
    for other in [
        "/kreis.kpi.v1.KpiService/GetKpi",
        "/kreis.org.v1.UserService/DeactivateUser",
        "/kreis.auth.v1.AuthService/Logout",
    ] {
        let taken = queue.acquire(rpc(other), LONG).now_or_never();
        assert!(taken.is_some(), "{other}");
    }
}
