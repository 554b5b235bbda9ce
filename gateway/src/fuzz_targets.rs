//! Entry points for the targets in `fuzz`.

use std::{convert::Infallible, net::Ipv4Addr};

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body::Frame;
use http_body_util::StreamBody;
use kreis_server::{client_limits::ClientResolver, config::Settings, fuzz_targets};
use tonic::{Status, body::Body};
use tonic_web::GrpcWebLayer;
use tower::{Layer, ServiceExt, service_fn};

use crate::{trusted_proxies::TrustedProxies, unary_message::UnaryMessage};

const LIMIT: usize = 1_024;

/// Parses all headers of a call that the gateway reads. Each line of the input is `name: value`.
pub fn metadata(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts
            .next()
            .and_then(|name| HeaderName::from_bytes(name).ok());
        let value = parts
            .next()
            .and_then(|value| HeaderValue::from_bytes(value).ok());
        if let (Some(name), Some(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    fuzz_targets::metadata(&headers);

    let proxies = [("KREIS_TRUSTED_PROXIES".to_owned(), "127.0.0.0/8".to_owned())];
    let mut settings = Settings::from_map(proxies.into());
    let proxies = TrustedProxies::from_settings(&mut settings);
    let stranger = Ipv4Addr::new(192, 0, 2, 1).into();
    assert_eq!(proxies.origin(stranger, &headers).address, stranger);
    let _ = proxies.origin(Ipv4Addr::LOCALHOST.into(), &headers);
}

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
