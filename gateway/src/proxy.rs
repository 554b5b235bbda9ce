//! Forwards each call unchanged to the service of its package.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, Version, header};
use http_body_util::Full;
use kreis_proto::access::v1::Access;
use kreis_server::{
    client_address::{CLIENT_HTTPS, CLIENT_USER_AGENT, ClientAddress},
    client_limits::RequestClient,
    error_chain::error_chain,
    middleware::{CALL_ID, REVOCATION_SEQ},
    revocations::RevocationReplica,
    status,
    traces::CallTrace,
};
use tonic::{Code, Status, TimeoutExpired, body::Body, transport::Channel};
use tower::{Service, ServiceExt};

use crate::{
    auth_cookies,
    config::NAME,
    failover::was_never_sent,
    local_streams,
    routes::Routes,
    unary_message::{BufferedBody, UnaryMessage, client_of},
};

/// Largest message of an RPC that needs no access token, in bytes.
const MAX_PUBLIC_MESSAGE_BYTES: usize = 8 * 1024;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The request headers that are forwarded. All others are dropped, such as a forged identity.
const FORWARDED_HEADERS: [HeaderName; 6] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    HeaderName::from_static("grpc-accept-encoding"),
    HeaderName::from_static("grpc-encoding"),
    HeaderName::from_static("grpc-timeout"),
    CALL_ID,
];

/// Forwards calls that have passed the middleware. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Proxy {
    /// Health and reflection, which the gateway serves itself.
    pub(crate) local_services: tonic::service::Routes,
    pub(crate) routes: Routes,
    pub(crate) replica: RevocationReplica,
    pub(crate) largest_message: usize,
    pub(crate) longest_call: Duration,
}

impl Service<Request<Body>> for Proxy {
    type Response = Response<Body>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match self.routes.upstream(request.uri().path()) {
            Some(upstream) => Box::pin(self.clone().forward(upstream.channels(), request)),
            None => Box::pin(self.clone().serve_locally(request)),
        }
    }
}

impl Proxy {
    async fn serve_locally(self, request: Request<Body>) -> Result<Response<Body>, Error> {
        let (request, limits) = match local_streams::begin(request, self.longest_call) {
            Ok(begun) => begun,
            Err(refused) => return Ok(refused.into_http()),
        };
        let response = self.local_services.oneshot(request).await?;
        Ok(limits.apply(response))
    }

    async fn forward(
        self,
        channels: Vec<Channel>,
        request: Request<Body>,
    ) -> Result<Response<Body>, Error> {
        let client = client_of(&request);
        let (parts, body) = request.into_parts();
        let client = client.as_deref();
        let mut headers = forwarded_headers(&parts.headers);
        if let Some(client) = client {
            ClientAddress(client.address).write_header(&mut headers);
            if client.https {
                headers.insert(CLIENT_HTTPS, HeaderValue::from_static("true"));
            }
        }
        auth_cookies::forward(parts.uri.path(), &parts.headers, &mut headers);
        let trace = CallTrace::client_span(NAME, parts.uri.path().trim_start_matches('/'));
        trace.inject(&mut headers);

        let uri = Uri::try_from(parts.uri.path())?;
        let limit = self.largest_message_of(parts.uri.path());
        let mut response = match UnaryMessage::read(body, limit, client).await {
            Ok(message) => call_first_reachable(channels, &uri, &headers, &message.bytes, client)
                .await
                .unwrap_or_else(|error| upstream_error(error).into_http()),
            Err(refused) => refused.into_http(),
        };
        trace.end(
            Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code()),
        );
        auth_cookies::allow_from_auth(parts.uri.path(), response.headers_mut());
        if let Some(seq) = response.headers_mut().remove(REVOCATION_SEQ) {
            self.wait_for_revocation(&seq).await;
        }
        Ok(response)
    }

    /// Public RPCs, such as sign-in and accepting an invitation, need only a few short texts.
    fn largest_message_of(&self, path: &str) -> usize {
        match self.routes.access(path) {
            Some(Access::Public) => self.largest_message.min(MAX_PUBLIC_MESSAGE_BYTES),
            _ => self.largest_message,
        }
    }

    /// Holds back the response of a call that revoked something, until the gateway's replica has
    /// the revocation, at most one second. By then other replicas have it too, or refuse all
    /// tokens.
    async fn wait_for_revocation(&self, seq: &HeaderValue) {
        let seq = seq.to_str().ok().and_then(|seq| seq.parse().ok());
        let Some(seq) = seq else { return };
        if !self.replica.wait_for_seq(seq).await {
            tracing::warn!(
                revocation.seq = seq,
                "answered before the revocation was in force here"
            );
        }
    }
}

/// The status of a call that its service did not answer completely.
fn upstream_error(error: Error) -> Status {
    let error = match error.downcast::<Status>() {
        // The gateway refused the response because the client holds too many bytes.
        Ok(status) if status.code() == Code::ResourceExhausted => return *status,
        Ok(status) => status,
        Err(error) => error,
    };

    // The channel also enforces the deadline of the call.
    let timed_out = |cause: &(dyn std::error::Error + 'static)| cause.is::<TimeoutExpired>();
    if error_chain(error.as_ref()).any(timed_out) {
        return status::deadline_exceeded();
    }
    tracing::debug!(error.cause = error.to_string(), "the call broke off");
    status::service_unavailable()
}

/// The response from the first channel over which the call could be sent. A call that was sent is
/// never sent again, because only its service knows what it has done.
async fn call_first_reachable(
    channels: Vec<Channel>,
    uri: &Uri,
    headers: &HeaderMap,
    message: &Bytes,
    client: Option<&RequestClient>,
) -> Result<Response<Body>, Error> {
    let mut channels = channels.into_iter().peekable();
    loop {
        let Some(channel) = channels.next() else {
            return Err("there is no way to the service".into());
        };
        let mut outgoing = Request::new(Body::new(Full::new(message.clone())));
        *outgoing.method_mut() = Method::POST;
        *outgoing.version_mut() = Version::HTTP_2;
        *outgoing.uri_mut() = uri.clone();
        outgoing.headers_mut().clone_from(headers);
        match call_and_buffer(channel, outgoing, client).await {
            Err(error) if channels.peek().is_some() && was_never_sent(error.as_ref()) => {}
            outcome => return outcome,
        }
    }
}

/// The response with its complete body: every RPC of the contract answers with one message.
async fn call_and_buffer(
    channel: Channel,
    request: Request<Body>,
    client: Option<&RequestClient>,
) -> Result<Response<Body>, Error> {
    let (parts, body) = channel.oneshot(request).await?.into_parts();
    let answer = BufferedBody::read(body, client).await?;
    Ok(Response::from_parts(parts, Body::new(answer)))
}

fn forwarded_headers(headers: &HeaderMap) -> HeaderMap {
    let mut forwarded = HeaderMap::with_capacity(FORWARDED_HEADERS.len() + 2);
    for name in &FORWARDED_HEADERS {
        // Only the first value of a header is forwarded.
        if let Some(value) = headers.get(name) {
            forwarded.insert(name, value.clone());
        }
    }
    if let Some(user_agent) = headers.get(header::USER_AGENT) {
        forwarded.insert(CLIENT_USER_AGENT, user_agent.clone());
    }
    forwarded.insert(header::TE, HeaderValue::from_static("trailers"));
    forwarded
}
