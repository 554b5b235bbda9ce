//! The gateway's routing, and the calls that it refuses.

use bytes::Bytes;
use http::{Method, StatusCode};
use kreis_proto::org::v1::GetMeResponse;
use kreis_tests::{Answered, Stack, raw::RawClient, stack::StackOptions};
use prost::Message;
use tonic::Code;

const GET_ME: &str = "/kreis.org.v1.UserService/GetMe";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_call_gets_the_http_answer_that_fits() {
    let stack = Stack::start().await;
    for client in [RawClient::http1(stack.url()), RawClient::http2(stack.url())] {
        for (method, path, headers, expected) in [
            (Method::GET, "/", &[][..], StatusCode::OK),
            (Method::HEAD, "/", &[], StatusCode::OK),
            (Method::GET, "/nothing", &[], StatusCode::NOT_FOUND),
            (
                Method::POST,
                GET_ME,
                &[("content-type", "application/json")],
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ),
            (
                Method::POST,
                GET_ME,
                &[],
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ),
            (
                Method::PUT,
                GET_ME,
                &[("content-type", "application/grpc")],
                StatusCode::METHOD_NOT_ALLOWED,
            ),
            (Method::DELETE, "/", &[], StatusCode::METHOD_NOT_ALLOWED),
        ] {
            let answer = client
                .send(method.clone(), path, headers, Bytes::new())
                .await
                .unwrap();
            assert_eq!(answer.http, expected, "{method} {path} {headers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grpc_needs_the_second_version_of_http() {
    let stack = Stack::start().await;
    let headers = [("content-type", "application/grpc")];
    let client = RawClient::http1(stack.url());
    let answer = client
        .send(Method::POST, GET_ME, &headers, Bytes::new())
        .await
        .unwrap();
    assert_eq!(answer.http, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for content_type in ["application/grpc-web+json", "application/grpc-webby"] {
        let headers = [("content-type", content_type)];
        let answer = client
            .send(Method::POST, GET_ME, &headers, Bytes::new())
            .await
            .unwrap();
        assert_eq!(
            answer.http,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{content_type}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_method_or_service_and_an_internal_one_are_the_same_nothing() {
    let stack = Stack::start().await;
    let actor = stack.gatekeeper().await;
    let authorization = format!("Bearer {}", actor.token());
    let client = RawClient::http2(stack.url());
    for path in [
        "/kreis.org.v1.UserService/Nothing",
        "/kreis.org.v9.UserService/GetMe",
        "/kreis.auth.v1.TokenService/AwaitRevocations",
        "/kreis.auth.v1.TokenService/GetSigningKeys",
        "/nothing",
    ] {
        for headers in [&[][..], &[("authorization", authorization.as_str())]] {
            let answer = client.call(path, headers, &[]).await.unwrap();
            answer
                .outcome()
                .refused()
                .with(Code::Unimplemented, "UNKNOWN_METHOD");
        }
        // Calls from outside cannot use the services' secret either.
        let secret = format!("Bearer {}", stack.secret);
        let answer = client
            .call(path, &[("authorization", &secret)], &[])
            .await
            .unwrap();
        assert_eq!(answer.status().code(), Code::Unimplemented);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_service_demands_the_services_secret() {
    let stack = Stack::start().await;
    let path = "/kreis.auth.v1.TokenService/GetSigningKeys";
    let client = RawClient::http2(format!("http://{}", stack.addresses.tokens));
    let user = format!("Bearer {}", stack.gatekeeper().await.token());
    for headers in [
        &[][..],
        &[("authorization", user.as_str())],
        &[("authorization", "Bearer x")],
    ] {
        let answer = client.call(path, headers, &[]).await.unwrap();
        answer
            .outcome()
            .refused()
            .with(Code::Unauthenticated, "SERVICE_SECRET_REFUSED");
    }
    let secret = format!("Bearer {}", stack.secret);
    let answer = client
        .call(path, &[("authorization", &secret)], &[])
        .await
        .unwrap();
    assert_eq!(answer.status().code(), Code::Ok);
    // No other path is served.
    let answer = client
        .call(GET_ME, &[("authorization", &user)], &[])
        .await
        .unwrap();
    assert_eq!(answer.status().code(), Code::Unimplemented);
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_identity_headers_are_ignored() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let outsider = stack.outsider().await;
    let authorization = format!("Bearer {}", outsider.token());
    let forged = gatekeeper.user_id.to_string();
    let headers = [
        ("authorization", authorization.as_str()),
        ("x-user-id", &forged),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-user", &forged),
        ("kreis-call-id", "11111111111111111111111111111111"),
        ("kreis-revocation-seq", "99"),
    ];
    let answer = RawClient::http2(stack.url())
        .call(GET_ME, &headers, &[])
        .await
        .unwrap();
    let me = GetMeResponse::decode(&answer.body[5..]).unwrap();
    assert_eq!(me.user.unwrap().id, outsider.user_id);
    assert_ne!(
        answer.headers["kreis-call-id"],
        "11111111111111111111111111111111"
    );
    assert!(!answer.headers.contains_key("kreis-revocation-seq"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_id_names_the_call_in_the_answer_and_in_the_refusal() {
    let stack = Stack::start().await;
    let answer = RawClient::http2(stack.url())
        .call(GET_ME, &[], &[])
        .await
        .unwrap();
    let call_id = answer.headers["kreis-call-id"].to_str().unwrap().to_owned();
    assert_eq!(answer.outcome().refused().metadata("call_id"), call_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn reflection_is_gone_where_it_is_switched_off() {
    let off = ("KREIS_REFLECTION", "off".to_owned());
    let stack = Stack::start_with(StackOptions {
        gateway: vec![off],
        ..StackOptions::default()
    })
    .await;
    let client = RawClient::http2(stack.url());
    for version in ["v1", "v1alpha"] {
        let path = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        let answer = client.call(&path, &[], &[]).await.unwrap();
        answer
            .outcome()
            .refused()
            .with(Code::Unimplemented, "UNKNOWN_METHOD");
    }
}
