//! Every end of a session ends every kind of token. The drill `session-ends` measures it with up to
//! ten gateways.

use std::time::Duration;

use kreis_tests::{
    Stack,
    session_ends::{SessionEnd, all, lives_on},
};

const BOUND: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread")]
async fn every_end_of_a_session_ends_every_kind_of_token_at_every_gateway() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let gateways = [stack.addresses.gateway, stack.another_gateway().await];
    for case in all() {
        let lives = lives_on(&stack, &gatekeeper, case, &gateways).await;
        assert!(
            lives.iter().all(|life| *life <= BOUND),
            "{case:?}: {lives:?}"
        );
        // The operator and a stolen refresh token do not wait for a gateway.
        let (end, _) = case;
        let is_answered_by_gateway = !matches!(
            end,
            SessionEnd::PasswordByOperator | SessionEnd::RefreshTokenReused
        );
        if is_answered_by_gateway {
            assert_eq!(
                lives[0],
                Duration::ZERO,
                "{case:?}, at the answering gateway"
            );
        }
    }
}
