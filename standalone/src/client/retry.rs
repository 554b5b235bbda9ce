//! Makes one call, and repeats it if that can help.

use std::time::Duration;

use tonic::{Code, Request, Response, Status, metadata::AsciiMetadataValue, transport::Channel};
use tonic_types::StatusExt;

use super::error::reason;

const CALL_TIMEOUT: Duration = Duration::from_secs(20);
const DEFAULT_PAUSE: Duration = Duration::from_millis(500);
const MAX_PAUSE: Duration = Duration::from_secs(10);
/// Maximum number of repeats while the server is overloaded. Its response states the pause, and an
/// import can wait.
const MAX_RETRIES_WHEN_BUSY: u32 = 20;

/// Makes a call, with or without a token, until it succeeds or is finally refused.
pub(super) async fn call_with_retries<Q, A, S, F>(
    channel: &Channel,
    token: Option<&AsciiMetadataValue>,
    question: &Q,
    send: &S,
) -> Result<A, Status>
where
    Q: Clone,
    S: Fn(Channel, Request<Q>) -> F,
    F: Future<Output = Result<Response<A>, Status>>,
{
    let mut retries = 0;
    loop {
        let mut request = Request::new(question.clone());
        request.set_timeout(CALL_TIMEOUT);
        if let Some(token) = token {
            request
                .metadata_mut()
                .insert("authorization", token.clone());
        }
        let status = match send(channel.clone(), request).await {
            Ok(answer) => return Ok(answer.into_inner()),
            Err(status) => status,
        };
        let Some(pause) = retry_delay(&status, retries) else {
            return Err(status);
        };
        retries += 1;
        tokio::time::sleep(pause).await;
    }
}

/// The pause before the call is repeated; absent if repeating does not help.
fn retry_delay(status: &Status, retries: u32) -> Option<Duration> {
    let told = status
        .get_details_retry_info()
        .and_then(|info| info.retry_delay)
        .map(|delay| delay.min(MAX_PAUSE));
    match status.code() {
        Code::ResourceExhausted => told.filter(|_| retries < MAX_RETRIES_WHEN_BUSY),
        Code::Unavailable => (retries == 0).then_some(told.unwrap_or(DEFAULT_PAUSE)),
        // Without a reason from the server, the status comes from a broken connection.
        Code::Unknown if reason(status).is_empty() => (retries == 0).then_some(DEFAULT_PAUSE),
        Code::Aborted if reason(status) == "CONFLICT" => (retries == 0).then_some(DEFAULT_PAUSE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic_types::ErrorDetails;

    fn busy(code: Code) -> Status {
        let details = ErrorDetails::with_retry_info(Some(Duration::from_mins(1)));
        Status::with_error_details(code, "try again", details)
    }

    #[test]
    fn a_call_is_repeated_once_when_the_server_is_away_and_often_when_it_is_busy() {
        let away = Status::unavailable("connection refused");
        assert_eq!(retry_delay(&away, 0), Some(DEFAULT_PAUSE));
        assert_eq!(retry_delay(&away, 1), None);
        let told = busy(Code::Unavailable);
        assert_eq!(retry_delay(&told, 0), Some(MAX_PAUSE));
        let overloaded = busy(Code::ResourceExhausted);
        assert_eq!(retry_delay(&overloaded, 19), Some(MAX_PAUSE));
        assert_eq!(retry_delay(&overloaded, 20), None);
    }

    #[test]
    fn a_refusal_is_not_repeated() {
        for code in [
            Code::InvalidArgument,
            Code::AlreadyExists,
            Code::PermissionDenied,
            Code::ResourceExhausted,
            Code::DeadlineExceeded,
            Code::Aborted,
        ] {
            assert_eq!(retry_delay(&Status::new(code, "no"), 0), None, "{code:?}");
        }
    }
}
