//! Back-channel logout: a provider for single sign-on posts a form, as OpenID Connect Back-Channel
//! Logout 1.0 (section 2.5) demands, and the gateway makes a call to auth of it.

use std::{convert::Infallible, time::Duration};

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, Version, header};
use http_body_util::{BodyExt, Full, Limited};
use kreis_proto::auth::v1::LogoutByProviderRequest;
use kreis_server::client_limits::RequestClient;
use prost::Message;
use tonic::{Code, Status, body::Body};
use tower::{Service, ServiceExt};
use url::form_urlencoded;

use crate::unary_message::client_of;

/// Where providers post.
const PATH: &str = "/back-channel-logout";
const RPC: &str = "/kreis.auth.v1.SingleSignOnService/LogoutByProvider";
const FORM: &str = "application/x-www-form-urlencoded";
/// As much as auth takes of a caller without a token.
const MAX_BYTES: usize = 8 * 1024;
const MAX_TIME: Duration = Duration::from_secs(5);

/// Whether a request is such a post.
pub(crate) fn is_logout<B>(request: &Request<B>) -> bool {
    request.method() == Method::POST && request.uri().path() == PATH
}

/// The status for the provider: 200 if the sessions have ended, 400 if the token is refused, 503 if the
/// provider should try again.
pub(crate) async fn serve<G>(calls: G, request: Request<Body>) -> StatusCode
where
    G: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let call = match tokio::time::timeout(MAX_TIME, read(request)).await {
        Ok(Ok(call)) => call,
        Ok(Err(refused)) => return refused,
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    let Ok(response) = calls.oneshot(call).await;
    match code_of(response).await {
        Code::Ok => StatusCode::OK,
        Code::Unauthenticated | Code::InvalidArgument => StatusCode::BAD_REQUEST,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The call to auth with the token of a form.
async fn read(request: Request<Body>) -> Result<Request<Body>, StatusCode> {
    let client = client_of(&request);
    let begun = client.as_deref().map(RequestClient::acquire_call);
    let _permit = begun
        .transpose()
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|text| text.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next());
    if !essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(FORM)) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let (mut head, body) = request.into_parts();
    let body = Limited::new(body, MAX_BYTES).collect().await;
    let body = body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?.to_bytes();
    let mut fields = form_urlencoded::parse(&body);
    let token = fields.find(|(name, _)| name == "logout_token");
    let (_, token) = token.ok_or(StatusCode::BAD_REQUEST)?;

    head.uri = Uri::from_static(RPC);
    head.version = Version::HTTP_2;
    for name in [
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::COOKIE,
    ] {
        head.headers.remove(name);
    }
    let grpc = HeaderValue::from_static("application/grpc");
    head.headers.insert(header::CONTENT_TYPE, grpc);
    head.headers
        .insert(header::TE, HeaderValue::from_static("trailers"));
    let message = LogoutByProviderRequest {
        logout_token: token.into_owned(),
    };
    Ok(Request::from_parts(
        head,
        Body::new(Full::new(framed(&message))),
    ))
}

/// A message with its prefix (gRPC over HTTP/2, "Length-Prefixed-Message").
fn framed(message: &LogoutByProviderRequest) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_u8(0);
    bytes.put_u32(message.encoded_len().try_into().unwrap_or(u32::MAX));
    bytes.put(message.encode_to_vec().as_slice());
    bytes.freeze()
}

/// The code of a call that has ended, from its headers or its trailers.
async fn code_of(response: Response<Body>) -> Code {
    let (head, body) = response.into_parts();
    if let Some(status) = Status::from_header_map(&head.headers) {
        return status.code();
    }
    let collected = body.collect().await.ok();
    let trailers = collected.and_then(|collected| collected.trailers().cloned());
    let status = trailers.and_then(|trailers| Status::from_header_map(&trailers));
    status.map_or(Code::Unknown, |status| status.code())
}
