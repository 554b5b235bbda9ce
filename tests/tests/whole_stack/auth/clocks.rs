//! A gateway whose clock differs from that of auth and of the database.

use std::time::{Duration, Instant};

use kreis_tests::{
    Actor, Answered,
    deployment::{Deployment, GATEKEEPER},
    stack::{PASSWORD, channel},
    wrong_clock::WrongClock,
};
use tokio::{task::block_in_place, time::sleep};
use tonic::{Code, Status};

const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Calls until the outcome is as expected. The revoked session must be refused all the while.
async fn until(
    session: &Actor,
    revoked: Option<&Actor>,
    expected: impl Fn(Result<(), Status>) -> bool,
) {
    let began = Instant::now();
    loop {
        if let Some(revoked) = revoked {
            revoked.me().await.unwrap_err();
        }
        let outcome = session.me().await.map(drop);
        if expected(outcome.clone()) {
            return;
        }
        assert!(began.elapsed() < WAIT_TIMEOUT, "{outcome:?}");
        sleep(Duration::from_millis(100)).await;
    }
}

fn is_shut_out(outcome: Result<(), Status>) -> bool {
    let Err(status) = outcome else { return false };
    let refused = Err::<(), _>(status).refused();
    refused.status.code() == Code::Unavailable && refused.says_when_to_retry()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_may_be_half_a_minute_off_and_no_more_and_a_leap_revives_no_token() {
    let deployment = Deployment::begin(1).await;
    let directory = tempfile::tempdir().unwrap();
    let clock = WrongClock::new(directory.path());
    // For this clock, new tokens were issued in the future.
    clock.set_ahead(-28);
    let (_others, gateway) = block_in_place(|| {
        let others = ["auth", "org", "kpi"].map(|service| deployment.start(service, 0));
        let gateway = deployment.start_with("gateway", 0, &clock.settings());
        (others, gateway)
    });
    let nobody = Actor::new(channel(deployment.gateway(0)), None, 0);
    let session = nobody.sign_in(GATEKEEPER, PASSWORD).await.unwrap();
    // A busy gateway may have an outdated replica for a moment.
    until(&session, None, |outcome| outcome.is_ok()).await;
    clock.set_ahead(28);
    sleep(Duration::from_secs(2)).await;
    until(&session, None, |outcome| outcome.is_ok()).await;

    for wrong in [-60, 60] {
        clock.set_ahead(wrong);
        until(&session, None, is_shut_out).await;
        clock.set_ahead(0);
        until(&session, None, |outcome| outcome.is_ok()).await;
    }
    let said = gateway.log_output();
    // The message rounds to whole seconds.
    for side in ["60 s ahead of", "60 s behind"] {
        let told = [side, &side.replace("60", "59")]
            .map(|side| format!("auth's clock is {side} this server's"));
        assert!(
            told.iter().any(|sentence| said.contains(sentence)),
            "{told:?}: {said}"
        );
    }

    let revoked = nobody.sign_in(GATEKEEPER, PASSWORD).await.unwrap();
    revoked.sign_out().await.unwrap();
    // For this clock, every entry of the revocation list has expired.
    clock.set_ahead(3 * 3_600);
    until(&session, Some(&revoked), |outcome| outcome.is_err()).await;
    sleep(Duration::from_secs(3)).await;
    clock.set_ahead(0);
    until(&session, Some(&revoked), |outcome| outcome.is_ok()).await;
    until(&revoked, None, |outcome| {
        outcome.is_err_and(|status| status.code() == Code::Unauthenticated)
    })
    .await;
}
