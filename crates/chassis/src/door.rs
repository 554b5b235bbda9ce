//! The middleware in front of the gateway and of each service. For every call it sets the call id,
//! writes the log line, catches panics, enforces the deadline, checks access, and gives each
//! refusal a status of the contract.

mod deadline;
mod record;

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
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use kreis_proto::access::v1::Access;
use tonic::{Code, Status, body::Body};
use tower::{Service, ServiceExt};
use tracing::Instrument;
use uuid::Uuid;

use self::{
    deadline::{TIMEOUT, allowed_time, timeout_header},
    record::{CallRecord, Recorded},
};
use crate::{
    access::Policy,
    call_queue::CallQueues,
    client_address::ClientAddress,
    client_limits::{CallPermit, RequestClient},
    metrics::CallMetrics,
    status::{self, Refusal},
    token::{self, Authenticator},
};

/// Id of one call, in logs, errors and the response.
pub const CALL_ID: HeaderName = HeaderName::from_static("kreis-call-id");
/// Number of the revocation that a call caused, in auth's list.
pub const REVOCATION_SEQ: HeaderName = HeaderName::from_static(REVOCATION_SEQ_NAME);
const REVOCATION_SEQ_NAME: &str = "kreis-revocation-seq";

/// A response with the number of the revocation that the call caused. The gateway holds the
/// response back until its revocation replica has this entry.
#[must_use]
pub fn with_revocation_seq<T>(message: T, seq: i64) -> tonic::Response<T> {
    let mut response = tonic::Response::new(message);
    response
        .metadata_mut()
        .insert(REVOCATION_SEQ_NAME, seq.into());
    response
}

type Error = Box<dyn std::error::Error + Send + Sync>;

/// How callers prove who they are.
#[derive(Clone)]
pub enum Admission {
    /// Users with an access token. They may call everything except INTERNAL RPCs.
    Users(Authenticator),
    /// Other servers with the shared secret. They may call only INTERNAL and public RPCs.
    Servers(Arc<str>),
}

/// Configuration of the middleware.
#[derive(Clone)]
pub struct DoorConfig {
    /// Name of the server, for its log lines.
    pub server: &'static str,
    /// Who may call what.
    pub policy: Policy,
    /// How callers authenticate.
    pub admission: Admission,
    /// Whether clients outside the installation call. Their call ids are replaced.
    pub public: bool,
    /// Longest time of a call. A longer deadline of the caller is shortened to it.
    pub longest_call: Duration,
    /// Largest message that the server behind it reads, in bytes.
    pub largest_message: usize,
    /// Queues for calls; absent if the number of calls has no limit.
    pub call_queues: Option<CallQueues>,
    /// Counts its calls.
    pub metrics: CallMetrics,
}

/// The middleware in front of a service. Cheap to clone.
#[derive(Clone)]
pub struct Door<S> {
    config: Arc<DoorConfig>,
    inner: S,
}

impl<S> Door<S> {
    /// Puts the middleware in front of a service.
    pub fn new(config: DoorConfig, inner: S) -> Self {
        Self {
            config: Arc::new(config),
            inner,
        }
    }
}

impl<S, B> Service<Request<B>> for Door<S>
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
        Box::pin(answer(config, inner, request.map(Body::new)).map(Ok))
    }
}

async fn answer<S>(config: Arc<DoorConfig>, inner: S, mut request: Request<Body>) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>> + Send,
    S::Error: Into<Error>,
{
    if request.method() != Method::POST {
        return plain(StatusCode::METHOD_NOT_ALLOWED);
    }
    if !is_grpc(request.headers()) {
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    if let Err(refusal) = refuse_if_queue_full(&config, request.uri().path()) {
        return without_record(&refusal);
    }
    let mut record = CallRecord::new(&config, request.uri().path(), request.headers());
    let span = tracing::info_span!("call", rpc = &*record.rpc, call.id = record.call_id);
    if let Ok(value) = HeaderValue::from_str(&record.call_id) {
        request.headers_mut().insert(CALL_ID, value);
    }

    record.client_address = ClientAddress::attach(&mut request, config.public);
    let time = allowed_time(request.headers(), config.longest_call);
    match begin_call(&request, time) {
        Ok(call_permit) => record.call_permit = call_permit,
        Err(refusal) => return leave(refusal.into_http(), record, config.largest_message),
    }
    request.headers_mut().insert(TIMEOUT, timeout_header(time));
    let passing = record
        .trace
        .follow(pass(&config, inner, request, time, &record.user_id));
    let guarded = AssertUnwindSafe(tokio::time::timeout(time, passing)).catch_unwind();
    let response = match guarded.instrument(span.clone()).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(refusal))) => refusal.into_http(),
        Ok(Err(_elapsed)) => status::deadline_exceeded().into_http(),
        Err(_panic) => span
            .in_scope(|| status::internal(&"a handler panicked"))
            .into_http(),
    };
    leave(response, record, config.largest_message)
}

/// Refuses a call early if the queue has no room for it. This costs a tenth of a full response.
fn refuse_if_queue_full(config: &DoorConfig, path: &str) -> Result<(), Status> {
    match (&config.call_queues, config.policy.rpc(path)) {
        (Some(call_queues), Some(rpc)) => call_queues.check(rpc),
        _ => Ok(()),
    }
}

/// Refuses a call without a log line, because there are too many of them.
fn without_record(refusal: &Status) -> Response<Body> {
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
fn begin_call(request: &Request<Body>, time: Duration) -> Result<Option<CallPermit>, Status> {
    if time.is_zero() {
        return Err(status::deadline_exceeded());
    }
    let client = request.extensions().get::<Arc<RequestClient>>();
    client.map(|client| client.acquire_call()).transpose()
}

/// Checks access and limits, then forwards the call.
async fn pass<S>(
    config: &DoorConfig,
    inner: S,
    mut request: Request<Body>,
    time: Duration,
    user_id: &OnceLock<i64>,
) -> Result<Response<Body>, Status>
where
    S: Service<Request<Body>, Response = Response<Body>> + Send,
    S::Error: Into<Error>,
{
    let access = config
        .policy
        .access(request.uri().path())
        .ok_or_else(status::unknown_method)?;
    match (&config.admission, access) {
        (_, Access::Public) => {}
        (Admission::Users(authenticator), Access::SignedIn | Access::Gatekeeper) => {
            let caller = authenticator.authenticate(request.headers()).await?;
            // Only this line sets it, so it cannot fail.
            let _ = user_id.set(caller.user_id);
            if access == Access::Gatekeeper && !caller.gatekeeper {
                return Err(status::gatekeeper_required());
            }
            request.extensions_mut().insert(caller);
        }
        (Admission::Servers(secret), Access::Internal) => {
            let shown = token::bearer(request.headers()).unwrap_or_default();
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
    let _of_user = match (client.filter(|_| config.public), user_id.get()) {
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
    Refusal::new(
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
fn leave(
    response: Response<Body>,
    mut record: CallRecord,
    largest_message: usize,
) -> Response<Body> {
    let (mut parts, mut body) = response.into_parts();
    if let Some(status) = status::completed(&parts.headers, &record.call_id, largest_message) {
        record.code = status.code();
        let refused = status.into_http::<()>().into_parts().0;
        let kept = parts.headers.remove(REVOCATION_SEQ);
        parts.headers = refused.headers;
        parts.headers.extend(kept.map(|seq| (REVOCATION_SEQ, seq)));
        body = Body::empty();
    } else if let Some(status) = Status::from_header_map(&parts.headers) {
        record.code = status.code();
    }
    if let Ok(call_id) = HeaderValue::from_str(&record.call_id) {
        parts.headers.insert(CALL_ID, call_id);
    }
    Response::from_parts(parts, Body::new(Recorded { body, record }))
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The time that the headers of a call allow, for the targets in `fuzz`.
#[cfg(fuzzing)]
pub(crate) fn time_allowed_by(headers: &HeaderMap, longest: Duration) -> Duration {
    allowed_time(headers, longest)
}

/// Whether a call is gRPC: `application/grpc`, alone or with a suffix or parameters.
#[must_use]
pub fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type
        .and_then(|value| value.strip_prefix(b"application/grpc"))
        .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Metrics;

    /// The middleware of a public server, in front of a handler whose behaviour depends on the
    /// path.
    fn door() -> Door<
        impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone,
    > {
        let config = DoorConfig {
            server: "test",
            policy: Policy::of_the_contract().unwrap(),
            admission: Admission::Servers("secret".into()),
            public: true,
            longest_call: Duration::from_millis(100),
            largest_message: 1_000,
            call_queues: None,
            metrics: Metrics::default().calls_for("test"),
        };
        Door::new(
            config,
            tower::service_fn(async |request: Request<Body>| match request.uri().path() {
                "/kreis.auth.v1.AuthService/Login" => panic!("on purpose, with a secret"),
                "/kreis.auth.v1.AuthService/AcceptInvitation" => std::future::pending().await,
                _ => Ok(Status::new(Code::Ok, "").into_http()),
            }),
        )
    }

    async fn call(path: &str) -> Status {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/grpc")
            .body(Body::empty())
            .unwrap();
        let Ok(response) = door().oneshot(request).await;
        assert!(response.headers().contains_key(CALL_ID));
        Status::from_header_map(response.headers()).unwrap()
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_an_internal_fault_that_tells_nothing() {
        let status = call("/kreis.auth.v1.AuthService/Login").await;
        assert_eq!(status.code(), Code::Internal);
        assert_eq!(status.message(), "something went wrong on our side");
        assert_eq!(call("/grpc.health.v1.Health/Check").await.code(), Code::Ok);
    }

    #[tokio::test]
    async fn a_handler_that_never_ends_is_ended_by_the_servers_own_deadline() {
        let status = call("/kreis.auth.v1.AuthService/AcceptInvitation").await;
        assert_eq!(status.code(), Code::DeadlineExceeded);
    }

    #[test]
    fn grpc_web_and_json_are_not_grpc() {
        for (text, expected) in [
            ("application/grpc", true),
            ("application/grpc+proto", true),
            ("application/grpc;charset=utf-8", true),
            ("application/grpc-web", false),
            ("application/json", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(text));
            assert_eq!(is_grpc(&headers), expected, "{text}");
        }
    }
}
