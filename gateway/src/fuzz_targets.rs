//! Entry points for the targets in `fuzz`.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::{Request, Response, header};
use http_body::Frame;
use http_body_util::StreamBody;
use tonic::{Status, body::Body};
use tonic_web::GrpcWebLayer;
use tower::{Layer, ServiceExt, service_fn};

use crate::unary_message::UnaryMessage;

const LIMIT: usize = 1_024;

/// Reads the body of a call as a browser sends it, in pieces of `size` bytes; in base64 if `size`
/// is odd. An accepted body is one message within the limit.
pub fn body(size: u8, bytes: &[u8]) {
    let kind = if size % 2 == 1 {
        "application/grpc-web-text+proto"
    } else {
        "application/grpc-web+proto"
    };
    let pieces: Vec<_> = bytes
        .chunks(usize::from(size).max(1))
        .map(|piece| Ok::<_, Status>(Frame::data(Bytes::copy_from_slice(piece))))
        .collect();
    let request = Request::post("/kreis.auth.v1.AuthService/Login")
        .header(header::CONTENT_TYPE, kind)
        .body(Body::new(StreamBody::new(stream::iter(pieces))))
        .expect("a request");
    let call = service_fn(async |request: Request<Body>| {
        if let Ok(message) = UnaryMessage::read(request.into_body(), LIMIT, None).await {
            assert!(message.bytes.len() <= LIMIT + 5, "{}", message.bytes.len());
        }
        Ok::<_, Infallible>(Response::new(Body::empty()))
    });
    let answered = GrpcWebLayer::new()
        .layer(call)
        .oneshot(request)
        .now_or_never();
    assert!(answered.is_some(), "nothing is waited for");
}
