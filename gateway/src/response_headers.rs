//! Response headers of the gateway, for browsers and caches.

use std::task::{Context, Poll};

use futures_util::{TryFutureExt, future::BoxFuture};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use tonic::body::Body;
use tower::Service;

use crate::unary_message::client_of;

/// Everything comes from this origin, and scripts only from files. Inline styles are allowed:
/// docs/decisions/0008 says why.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Browser features that the web client does not use.
const PERMISSIONS_POLICY: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
);

const CACHE_FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A cache may keep it but must ask before each use.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// Sent only over TLS, for a year (RFC 6797). Without subdomains, as they may belong to others.
const STRICT_TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Headers of every response; `https` says whether the client is known to use TLS.
fn for_all(headers: &mut HeaderMap, https: bool) {
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
    }
}

/// The outermost service of the gateway: adds the headers of every response. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ResponseHeaders<S> {
    inner: S,
}

impl<S> ResponseHeaders<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S, B> Service<Request<B>> for ResponseHeaders<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let https = client_of(&request).is_some_and(|client| client.https);
        Box::pin(self.inner.call(request).map_ok(move |mut response| {
            for_all(response.headers_mut(), https);
            response
        }))
    }
}

/// Headers of the response to a call, which must not be cached.
pub(crate) fn for_call(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
}

/// Headers of a file of the web client. A file with `forever` never changes.
pub(crate) fn for_file(headers: &mut HeaderMap, forever: bool) {
    let keep = if forever { CACHE_FOREVER } else { REVALIDATE };
    let same_origin = HeaderValue::from_static("same-origin");
    for (name, value) in [
        (header::CACHE_CONTROL, keep),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            same_origin.clone(),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            same_origin,
        ),
        (
            HeaderName::from_static("permissions-policy"),
            PERMISSIONS_POLICY,
        ),
    ] {
        headers.insert(name, value);
    }
}
