//! The middleware in front of the gateway and of each service. For every call it sets the call id,
//! writes the log line, catches panics, enforces the deadline, checks access, and gives each
//! refusal a status of the contract.

mod call_log;
mod config;
mod deadline;
mod headers;
#[cfg(test)]
mod tests;

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use kreis_proto::access::v1::Access;
use tonic::{Code, Status, body::Body};
use tower::{Service, ServiceExt};
use tracing::Instrument;
use uuid::Uuid;

use self::{
    call_log::{CallLog, LoggedBody},
    deadline::{TIMEOUT, call_timeout, timeout_header},
};
pub use self::{
    config::{Authentication, MiddlewareConfig},
    headers::{CALL_ID, REVOCATION_SEQ, is_grpc, with_revocation_seq},
};
use crate::{
    authenticator,
    client_address::ClientAddress,
    client_limits::{CallPermit, RequestClient},
    id::UserId,
    status::{self, StatusBuilder},
};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The middleware in front of a service. Cheap to clone.
#[derive(Clone)]
pub struct Middleware<S> {
    config: Arc<MiddlewareConfig>,
    inner: S,
}

impl<S> Middleware<S> {
    /// Puts the middleware in front of a service.
    pub fn new(config: MiddlewareConfig, inner: S) -> Self {
        Self {
            config: Arc::new(config),
            inner,
        }
    }
}

impl<S, B> Service<Request<B>> for Middleware<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Error>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Error>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let config = Arc::clone(&self.config);
        let inner = self.inner.clone();
        Box::pin(handle(config, inner, request.map(Body::new)).map(Ok))
    }
}

async fn handle<S>(
    config: Arc<MiddlewareConfig>,
    inner: S,
    mut request: Request<Body>,
) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>> + Send,
    S::Error: Into<Error>,
{
    if request.method() != Method::POST {
        return http_error(StatusCode::METHOD_NOT_ALLOWED);
    }
    if !is_grpc(request.headers()) {
        return http_error(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    if let Err(refusal) = refuse_if_queue_full(&config, request.uri().path()) {
        return refuse_without_log(&refusal);
    }
    let mut call_log = CallLog::new(&config, request.uri().path(), request.headers());
    let span = tracing::info_span!("call", rpc = &*call_log.rpc, call.id = call_log.call_id);
    if let Ok(value) = HeaderValue::from_str(&call_log.call_id) {
        request.headers_mut().insert(CALL_ID, value);
    }

    call_log.client_address = ClientAddress::attach(&mut request, config.is_public);
    let time = call_timeout(request.headers(), config.longest_call);
    match admit(&request, time) {
        Ok(call_permit) => call_log.call_permit = call_permit,
        Err(refusal) => return finish(refusal.into_http(), call_log, config.largest_message),
    }
    request.headers_mut().insert(TIMEOUT, timeout_header(time));
    let call = call_log.trace.in_span(authenticate_and_call(
        &config,
        inner,
        request,
        time,
        &call_log.user_id,
    ));
    let guarded = AssertUnwindSafe(tokio::time::timeout(time, call)).catch_unwind();
    let response = match guarded.instrument(span.clone()).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(refusal))) => refusal.into_http(),
        Ok(Err(_elapsed)) => status::deadline_exceeded().into_http(),
        Err(_panic) => span
            .in_scope(|| status::internal(&"a handler panicked"))
            .into_http(),
    };
    finish(response, call_log, config.largest_message)
}

/// Refuses a call early if the queue has no room for it. This costs a tenth of a full response.
fn refuse_if_queue_full(config: &MiddlewareConfig, path: &str) -> Result<(), Status> {
    match (&config.call_queues, config.policy.rpc(path)) {
        (Some(call_queues), Some(rpc)) => call_queues.check(rpc),
        _ => Ok(()),
    }
}

/// Refuses a call without a log line, because there are too many of them.
fn refuse_without_log(refusal: &Status) -> Response<Body> {
    let call_id = Uuid::new_v4().simple().to_string();
    let complete = status::with_call_id(refusal, &call_id);
    let mut response = complete.as_ref().unwrap_or(refusal).clone().into_http();
    if let Ok(call_id) = HeaderValue::from_str(&call_id) {
        response.headers_mut().insert(CALL_ID, call_id);
    }
    response
}

/// Refuses a call whose deadline has passed, or whose address has too many calls in progress.
/// Nothing has been done for the call yet.
fn admit(request: &Request<Body>, time: Duration) -> Result<Option<CallPermit>, Status> {
    if time.is_zero() {
        return Err(status::deadline_exceeded());
    }
    let client = request.extensions().get::<Arc<RequestClient>>();
    client.map(|client| client.acquire_call()).transpose()
}

/// Checks access and limits, then forwards the call.
async fn authenticate_and_call<S>(
    config: &MiddlewareConfig,
    inner: S,
    mut request: Request<Body>,
    time: Duration,
    user_id: &OnceLock<UserId>,
) -> Result<Response<Body>, Status>
where
    S: Service<Request<Body>, Response = Response<Body>> + Send,
    S::Error: Into<Error>,
{
    let access = config
        .policy
        .access(request.uri().path())
        .ok_or_else(status::unknown_method)?;
    match (&config.authentication, access) {
        (_, Access::Public) => {}
        (Authentication::AccessToken(authenticator), Access::SignedIn | Access::Gatekeeper) => {
            let caller = authenticator.authenticate(request.headers()).await?;
            // Only this line sets it, so it cannot fail.
            let _ = user_id.set(caller.user_id);
            if access == Access::Gatekeeper && !caller.gatekeeper {
                return Err(status::gatekeeper_required());
            }
            if caller.read_only && !config.policy.is_read_only(request.uri().path()) {
                return Err(status::read_only());
            }
            request.extensions_mut().insert(caller);
        }
        (Authentication::SharedSecret(secret), Access::Internal) => {
            let shown = authenticator::bearer(request.headers()).unwrap_or_default();
            let same = aws_lc_rs::constant_time::verify_slices_are_equal(
                shown.as_bytes(),
                secret.as_bytes(),
            );
            same.map_err(|_| secret_refused())?;
        }
        _ => return Err(status::unknown_method()),
    }
    // Only the public server limits calls per user. The services behind the gateway rely on it.
    let client = request.extensions().get::<Arc<RequestClient>>().cloned();
    let _of_user = match (client.filter(|_| config.is_public), user_id.get()) {
        (Some(client), Some(user_id)) => Some(client.acquire_user_call(*user_id).await?),
        _ => None,
    };
    let rpc = config.policy.rpc(request.uri().path());
    let _slot = match (&config.call_queues, rpc) {
        (Some(call_queues), Some(rpc)) => call_queues.acquire(rpc, time).await?,
        _ => None,
    };
    inner
        .oneshot(request)
        .await
        .map_err(|error| status_of(error.into()))
}

/// The status of an error of the inner service. Uses tonic's own mapping where it has one, such as
/// for an unreachable upstream.
fn status_of(error: Error) -> Status {
    match error.downcast::<Status>() {
        Ok(status) => *status,
        Err(error) => {
            let status = Status::from_error(error);
            match status.code() {
                Code::Cancelled | Code::DeadlineExceeded => status::deadline_exceeded(),
                _ => {
                    tracing::debug!(error.cause = %status.message(), "the call could not be passed on");
                    status::service_unavailable()
                }
            }
        }
    }
}

fn secret_refused() -> Status {
    StatusBuilder::new(
        Code::Unauthenticated,
        "kreis.auth",
        "SERVICE_SECRET_REFUSED",
        "the services' shared secret is missing or wrong",
        &[],
    )
    .into_status()
}

/// Completes a response: adds the call id and the status details of the contract. The log line is
/// written when the body has been sent.
fn finish(
    response: Response<Body>,
    mut call_log: CallLog,
    largest_message: usize,
) -> Response<Body> {
    let (mut parts, mut body) = response.into_parts();
    if let Some(status) =
        status::with_contract_details(&parts.headers, &call_log.call_id, largest_message)
    {
        call_log.code = status.code();
        let refused = status.into_http::<()>().into_parts().0;
        let kept = parts.headers.remove(REVOCATION_SEQ);
        parts.headers = refused.headers;
        parts.headers.extend(kept.map(|seq| (REVOCATION_SEQ, seq)));
        body = Body::empty();
    } else if let Some(status) = Status::from_header_map(&parts.headers) {
        call_log.code = status.code();
    }
    if let Ok(call_id) = HeaderValue::from_str(&call_log.call_id) {
        parts.headers.insert(CALL_ID, call_id);
    }
    Response::from_parts(parts, Body::new(LoggedBody { body, call_log }))
}

fn http_error(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The time that the headers of a call allow, for the targets in `fuzz`.
#[cfg(fuzzing)]
pub(crate) fn time_allowed_by(headers: &http::HeaderMap, longest: Duration) -> Duration {
    call_timeout(headers, longest)
}
