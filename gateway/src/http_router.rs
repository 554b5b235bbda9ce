//! Separates calls from requests for files, for pages of this origin and of allowed other origins.

use std::{
    convert::Infallible,
    future::ready,
    path::PathBuf,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{FutureExt, TryFutureExt};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version, header,
};
use kreis_server::{
    client_limits::RequestClient,
    middleware::{self, is_grpc},
};
use tonic::body::Body;
use tower::{Service, ServiceExt};
use tower_http::{
    cors::{AllowOrigin, CorsLayer},
    services::{ServeDir, ServeFile},
};

use crate::{
    back_channel_logout, response_headers, session_cookie,
    unary_message::{BufferedBody, client_of},
};

/// Most bytes of headers, without `authorization`. A token that is too long gets the same response
/// as every invalid token.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Longest accepted path, ten times the longest path of a file or RPC.
const MAX_PATH_BYTES: usize = 1024;

const GRPC_WEB: [&[u8]; 4] = [
    b"application/grpc-web",
    b"application/grpc-web+proto",
    b"application/grpc-web-text",
    b"application/grpc-web-text+proto",
];

const PLAIN_PAGE: &str = include_str!("page.html");

/// Directory in the client's build for files with a digest in their name. The content at such an
/// address never changes.
const HASHED_PATH: &str = "/assets/";

type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// Routes requests to the files, or to the middleware stack `G` of calls. Cheap to clone.
#[derive(Clone)]
pub(crate) struct HttpRouter<G> {
    grpc: G,
    files: StaticFiles,
    /// Other origins whose pages may send calls.
    other_origins: Arc<[HeaderValue]>,
}

#[derive(Clone)]
enum StaticFiles {
    /// The files of the web client, and its page.
    Directory(Box<(ServeDir, ServeFile)>),
    /// A page that says what this server is.
    PlainPage,
}

impl<G> HttpRouter<G> {
    pub(crate) fn new(grpc: G, web_dir: Option<PathBuf>, other_origins: &[HeaderValue]) -> Self {
        let files = web_dir.map_or(StaticFiles::PlainPage, |dir| {
            let index = ServeFile::new(dir.join("index.html")).precompressed_gzip();
            let files = ServeDir::new(dir).precompressed_gzip();
            StaticFiles::Directory(Box::new((files, index)))
        });
        Self {
            grpc,
            files,
            other_origins: other_origins.into(),
        }
    }
}

impl<G, B> Service<Request<B>> for HttpRouter<G>
where
    G: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    G::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let https = client_of(&request).is_some_and(|client| client.https);
        if session_cookie::is_forged(&request, &self.other_origins, https) {
            return ready_response(status_response(StatusCode::FORBIDDEN));
        }
        self.route(request.map(Body::new))
    }
}

impl<G> HttpRouter<G> {
    fn route(&self, request: Request<Body>) -> ResponseFuture
    where
        G: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + Clone
            + Send
            + 'static,
        G::Future: Send,
    {
        if let Some(refused) = reject_early(&request) {
            return ready_response(status_response(refused));
        }
        match *request.method() {
            Method::GET | Method::HEAD if is_call(&request) => {
                ready_response(status_response(StatusCode::METHOD_NOT_ALLOWED))
            }
            Method::GET | Method::HEAD => Box::pin(self.files.clone().serve(request).map(Ok)),
            Method::POST if is_call(&request) => {
                let grpc = self.grpc.clone();
                Box::pin(grpc.oneshot(request).map_ok(|mut response| {
                    response_headers::for_call(response.headers_mut());
                    response
                }))
            }
            Method::POST if back_channel_logout::is_logout(&request) => {
                let grpc = self.grpc.clone();
                Box::pin(async {
                    let status = back_channel_logout::serve(grpc, request).await;
                    let mut response = status_response(status);
                    response_headers::for_call(response.headers_mut());
                    Ok(response)
                })
            }
            Method::POST => ready_response(status_response(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
            _ => ready_response(status_response(StatusCode::METHOD_NOT_ALLOWED)),
        }
    }
}

fn ready_response(response: Response<Body>) -> ResponseFuture {
    Box::pin(ready(Ok(response)))
}

/// The status of a request that is refused independently of its target.
fn reject_early<B>(request: &Request<B>) -> Option<StatusCode> {
    let headers = request.headers();
    if header_bytes(headers) > MAX_HEADER_BYTES {
        return Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    if request.uri().path().len() > MAX_PATH_BYTES {
        return Some(StatusCode::URI_TOO_LONG);
    }
    let hosts = headers.get_all(header::HOST).iter().count();
    // RFC 9112, section 3.2; HTTP/2 has `:authority` instead.
    let host_is_wrong = hosts > 1 || (request.version() == Version::HTTP_11 && hosts == 0);
    // RFC 9112, section 6.1: a length together with a coding may hide a second request.
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let framing_is_wrong = codings.next().is_some_and(|coding| {
        !coding.as_bytes().eq_ignore_ascii_case(b"chunked")
            || codings.next().is_some()
            || headers.contains_key(header::CONTENT_LENGTH)
    });
    (host_is_wrong || framing_is_wrong).then_some(StatusCode::BAD_REQUEST)
}

impl StaticFiles {
    /// Serves a file, which is read completely. A slow client therefore holds no file descriptor.
    async fn serve<B>(self, request: Request<B>) -> Response<Body> {
        let client = client_of(&request);
        let begun = client
            .as_deref()
            .map(RequestClient::acquire_call)
            .transpose();
        let Ok(_permit) = begun else {
            return status_response(StatusCode::SERVICE_UNAVAILABLE);
        };
        let (parts, body) = self.load(request).await.into_parts();
        match BufferedBody::read(body, client.as_deref()).await {
            Ok(body) => Response::from_parts(parts, Body::new(body)),
            Err(_) => status_response(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    async fn load<B>(self, request: Request<B>) -> Response<Body> {
        let wants_page = accepts_html(request.headers());
        let head = request.method() == Method::HEAD;
        let is_hashed = request.uri().path().starts_with(HASHED_PATH);
        let mut response = match self {
            Self::PlainPage if request.uri().path() == "/" => {
                let page = if head {
                    Body::empty()
                } else {
                    Body::new(PLAIN_PAGE.to_owned())
                };
                let mut response = Response::new(page);
                let html = HeaderValue::from_static("text/html; charset=utf-8");
                response.headers_mut().insert(header::CONTENT_TYPE, html);
                response
            }
            Self::PlainPage => status_response(StatusCode::NOT_FOUND),
            Self::Directory(directory) => {
                let (files, index) = *directory;
                let (parts, _) = request.into_parts();
                let bare = || Request::from_parts(parts.clone(), Body::empty());
                let Ok(found) = files.oneshot(bare()).await;
                if found.status() == StatusCode::NOT_FOUND && wants_page && !is_hashed {
                    // The path of a page within the web client.
                    let Ok(page) = index.oneshot(bare()).await;
                    page.map(Body::new)
                } else {
                    found.map(Body::new)
                }
            }
        };
        let forever = is_hashed && response.status().is_success();
        response_headers::for_file(response.headers_mut(), forever);
        response
    }
}

/// The layer that allows calls from pages of these origins; absent without origins.
pub(crate) fn cors(origins: Vec<HeaderValue>) -> Option<CorsLayer> {
    let call = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        HeaderName::from_static("grpc-timeout"),
        HeaderName::from_static("x-grpc-web"),
        HeaderName::from_static("x-user-agent"),
        HeaderName::from_static("connect-protocol-version"),
    ];
    let answer = [
        HeaderName::from_static("grpc-status"),
        HeaderName::from_static("grpc-message"),
        HeaderName::from_static("grpc-status-details-bin"),
        middleware::CALL_ID,
    ];
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::POST])
            .allow_headers(call)
            .expose_headers(answer)
            .max_age(Duration::from_hours(1))
    })
}

/// Whether the request is gRPC, which needs HTTP/2, or a supported form of gRPC-Web.
fn is_call<B>(request: &Request<B>) -> bool {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .map(HeaderValue::as_bytes);
    let web = content_type.is_some_and(|value| GRPC_WEB.contains(&value));
    web || (request.version() == Version::HTTP_2 && is_grpc(request.headers()))
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .filter(|(name, _)| *name != header::AUTHORIZATION)
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

fn status_response(status: StatusCode) -> Response<Body> {
    let reason = Bytes::from_static(status.canonical_reason().unwrap_or_default().as_bytes());
    let mut response = Response::new(Body::new(http_body_util::Full::new(reason)));
    *response.status_mut() = status;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}
