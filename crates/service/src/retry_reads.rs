//! Middleware that repeats a read once if the connection to the database broke during it. A read
//! changes nothing, so the caller need not know.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::TryFutureExt;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use kreis_database::broken_connections;
use kreis_server::{access::AccessPolicy, status};
use tonic::{Code, Status, body::Body};
use tower::{Service, ServiceExt};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Bytes before each gRPC message: whether it is compressed, and its length.
const PREFIX: usize = 5;

/// A service whose reads are repeated. Cheap to clone.
#[derive(Clone)]
pub struct RetryReads<S> {
    policy: AccessPolicy,
    largest_message: usize,
    inner: S,
}

impl<S> RetryReads<S> {
    /// Repeats the RPCs that the policy marks as reads. A message may have at most
    /// `largest_message` bytes.
    pub fn new(policy: AccessPolicy, largest_message: usize, inner: S) -> Self {
        Self {
            policy,
            largest_message,
            inner,
        }
    }
}

impl<S> Service<Request<Body>> for RetryReads<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Error>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let inner = self.inner.clone();
        let rpc = self.policy.rpc(request.uri().path());
        if rpc.is_some_and(|rpc| rpc.is_read_only) {
            Box::pin(call_with_retry(inner, request, self.largest_message))
        } else {
            Box::pin(inner.oneshot(request).map_err(Into::into))
        }
    }
}

async fn call_with_retry<S>(
    inner: S,
    request: Request<Body>,
    largest_message: usize,
) -> Result<Response<Body>, Error>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send,
    S::Future: Send,
    S::Error: Into<Error>,
{
    let (parts, body) = request.into_parts();
    let message = match Limited::new(body, PREFIX + largest_message).collect().await {
        Ok(message) => message.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(status::message_too_large(largest_message).into());
        }
        Err(error) => return Err(error),
    };
    let request =
        |message: Bytes| Request::from_parts(parts.clone(), Body::new(Full::new(message)));
    let first = inner.clone().oneshot(request(message.clone()));
    let (answer, broke) = broken_connections::track(first).await;
    let answer = answer.map_err(Into::into)?;
    if broke && code(&answer) == Code::Unavailable {
        return inner.oneshot(request(message)).await.map_err(Into::into);
    }
    Ok(answer)
}

fn code(answer: &Response<Body>) -> Code {
    Status::from_header_map(answer.headers()).map_or(Code::Ok, |status| status.code())
}
