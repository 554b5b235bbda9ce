use http::{HeaderMap, header};

use super::*;
use crate::{access::AccessPolicy, metrics::Metrics};

/// The middleware of a public server, in front of a handler whose behaviour depends on the
/// path.
fn middleware() -> Middleware<
    impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone,
> {
    let config = MiddlewareConfig {
        server: "test",
        policy: AccessPolicy::from_contract().unwrap(),
        authentication: Authentication::SharedSecret("secret".into()),
        is_public: true,
        longest_call: Duration::from_millis(100),
        largest_message: 1_000,
        call_queues: None,
        metrics: Metrics::default().calls_for("test"),
    };
    Middleware::new(
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
    let Ok(response) = middleware().oneshot(request).await;
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
