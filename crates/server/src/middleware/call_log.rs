//! Writes the log line of a call and records its duration, when the call has ended.

use std::{
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use tonic::{Code, Status, body::Body};
use uuid::Uuid;

use super::{
    config::{Authentication, MiddlewareConfig},
    headers::CALL_ID,
};
use crate::{
    client_address::ClientAddress, client_limits::CallPermit, id::UserId,
    log_rate_limit::LogRateLimit, metrics::CallMetrics, traces::CallTrace,
};

const GRPC_STATUS: &str = "grpc-status";

/// Limits log lines about calls that were refused because of overload or without a session. An
/// operator does not read more than 200 in ten seconds.
static REFUSED: LogRateLimit = LogRateLimit::new(200);

/// One call. It is logged when it is dropped: when the response has been sent, or when the caller
/// has gone.
pub(super) struct CallLog {
    server: &'static str,
    pub(super) rpc: Arc<str>,
    pub(super) call_id: String,
    pub(super) user_id: OnceLock<UserId>,
    pub(super) client_address: Option<ClientAddress>,
    began: Instant,
    pub(super) code: Code,
    /// Logged at debug level: the gateway has logged this call already, or other servers make it
    /// all the time, such as a health check.
    log_at_debug: bool,
    metrics: CallMetrics,
    pub(super) trace: CallTrace,
    /// Counts the call for its address until the call has ended.
    pub(super) call_permit: Option<CallPermit>,
}

impl CallLog {
    pub(super) fn new(config: &MiddlewareConfig, path: &str, headers: &HeaderMap) -> Self {
        let rpc = config.policy.name(path);
        let forwarded = (!config.is_public)
            .then(|| known_call_id(headers))
            .flatten();
        let trace = match config.authentication {
            Authentication::AccessToken(_) if config.policy.rpc(path).is_some() => {
                CallTrace::begin(config.server, &rpc, (!config.is_public).then_some(headers))
            }
            _ => CallTrace::none(),
        };
        config.metrics.call_started();
        Self {
            server: config.server,
            metrics: config.metrics.clone(),
            rpc,
            log_at_debug: forwarded.is_some()
                || matches!(config.authentication, Authentication::SharedSecret(_))
                || path.starts_with("/grpc.health."),
            call_id: forwarded
                .or_else(|| trace.id())
                .unwrap_or_else(|| Uuid::new_v4().simple().to_string()),
            trace,
            user_id: OnceLock::new(),
            client_address: None,
            began: Instant::now(),
            code: Code::Cancelled,
            call_permit: None,
        }
    }
}

impl Drop for CallLog {
    fn drop(&mut self) {
        let duration = self.began.elapsed();
        self.metrics.call_ended(&self.rpc, self.code, duration);
        self.trace.end(self.code);
        // Rounded to a microsecond.
        let duration_ms = (duration.as_secs_f64() * 1e6).round() / 1e3;
        let user_id = self.user_id.get().map(|id| id.get());
        let suppressed = match self.code {
            Code::ResourceExhausted | Code::Unauthenticated if !self.log_at_debug => {
                let Some(suppressed) = REFUSED.allow() else {
                    return;
                };
                (suppressed > 0).then_some(suppressed)
            }
            _ => None,
        };
        let client_address = self.client_address.map(tracing::field::display);
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    server = self.server,
                    rpc = &*self.rpc,
                    code = ?self.code,
                    duration_ms,
                    call.id = self.call_id,
                    user.id = user_id,
                    client.address = client_address,
                    refused.left_out = suppressed,
                    "call"
                )
            };
        }
        match self.code {
            _ if self.log_at_debug => line!(debug),
            Code::Internal | Code::Unknown | Code::DataLoss => line!(error),
            Code::Unavailable => line!(warn),
            _ => line!(info),
        }
    }
}

fn known_call_id(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CALL_ID)?.to_str().ok()?;
    Uuid::try_parse(value)
        .ok()
        .map(|id| id.simple().to_string())
}

/// A body that records the status of the call when it ends.
pub(super) struct LoggedBody {
    pub(super) body: Body,
    pub(super) call_log: CallLog,
}

impl http_body::Body for LoggedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(code) = frame
                    .trailers_ref()
                    .and_then(|trailers| trailers.get(GRPC_STATUS))
                {
                    self.call_log.code = Code::from_bytes(code.as_bytes());
                }
            }
            Poll::Ready(Some(Err(error))) => self.call_log.code = error.code(),
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
