//! The gateway's port: what it routes, what it refuses, and what it serves to
//! browsers.

use std::{fs, time::Duration};

use bytes::Bytes;
use http::{Method, StatusCode};
use kreis_proto::org::v1::{GetMeRequest, GetMeResponse};
use kreis_tests::{
    Answered, Stack,
    raw::{RawAnswer, RawClient, framed},
    stack::{Wishes, channel},
};
use prost::Message;
use tonic::Code;

const GET_ME: &str = "/kreis.org.v1.UserService/GetMe";
const WEB: &str = "application/grpc-web+proto";

/// A gRPC-Web answer taken apart: the message, and the trailers as text.
fn web_parts(answer: &RawAnswer) -> (Bytes, String) {
    let mut body = answer.body.clone();
    let mut message = Bytes::new();
    while body.len() >= 5 {
        let length = u32::from_be_bytes([body[1], body[2], body[3], body[4]]) as usize;
        let flags = body[0];
        let frame = body.split_to(5 + length).split_off(5);
        if flags & 0x80 != 0 {
            return (message, String::from_utf8(frame.to_vec()).unwrap());
        }
        message = frame;
    }
    (message, String::new())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_port_speaks_grpc_and_grpc_web_over_both_versions_of_http() {
    let stack = Stack::start().await;
    let actor = stack.gatekeeper().await;
    let authorization = format!("Bearer {}", actor.token());
    let me = actor
        .users()
        .get_me(actor.request(GetMeRequest {}))
        .await
        .unwrap()
        .into_inner();
    for client in [RawClient::http1(stack.url()), RawClient::http2(stack.url())] {
        let headers = [
            ("content-type", WEB),
            ("accept", WEB),
            ("x-grpc-web", "1"),
            ("authorization", authorization.as_str()),
        ];
        let answer = client
            .send(Method::POST, GET_ME, &headers, framed(&[]))
            .await
            .unwrap();
        assert_eq!(answer.http, StatusCode::OK);
        let (message, trailers) = web_parts(&answer);
        assert!(trailers.contains("grpc-status:0"), "{trailers}");
        assert_eq!(GetMeResponse::decode(message).unwrap(), me);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_told_why_it_was_refused() {
    let stack = Stack::start().await;
    let client = RawClient::http1(stack.url());
    let headers = [("content-type", WEB), ("accept", WEB)];
    let answer = client
        .send(Method::POST, GET_ME, &headers, framed(&[]))
        .await
        .unwrap();
    answer
        .outcome()
        .refused()
        .with(Code::Unauthenticated, "UNAUTHENTICATED");
}

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
        // The services' secret opens nothing from outside either.
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
    // Nothing else is served there.
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
async fn a_message_one_byte_over_the_limit_is_refused_by_its_size() {
    let limit = ("KREIS_LARGEST_MESSAGE_BYTES", "2000".to_owned());
    let stack = Stack::start_with(Wishes {
        gateway: vec![limit],
        ..Wishes::default()
    })
    .await;
    let login = "/kreis.auth.v1.AuthService/Login";
    let client = RawClient::http2(stack.url());
    // The password field: a tag, a length of two bytes, and the text.
    let message = |length: usize| {
        let text = "x".repeat(length - 3);
        kreis_proto::auth::v1::LoginRequest {
            email: String::new(),
            password: text,
        }
        .encode_to_vec()
    };
    assert_eq!(message(2_000).len(), 2_000);
    let answer = client.call(login, &[], &message(2_000)).await.unwrap();
    answer
        .outcome()
        .refused()
        .with(Code::InvalidArgument, "INVALID_FIELDS");
    let answer = client.call(login, &[], &message(2_001)).await.unwrap();
    let refused = answer
        .outcome()
        .refused()
        .with(Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
    assert_eq!(refused.metadata("limit_bytes"), "2000");

    // Each service has the limit too, whoever calls it.
    let service = RawClient::http2(format!("http://{}", stack.addresses.auth));
    let answer = service
        .call(login, &[], &message(1024 * 1024 + 1))
        .await
        .unwrap();
    let refused = answer
        .outcome()
        .refused()
        .with(Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
    assert_eq!(refused.metadata("limit_bytes"), (1024 * 1024).to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_frames_and_messages_are_refused_and_harm_nobody() {
    let stack = Stack::start().await;
    let login = "/kreis.auth.v1.AuthService/Login";
    let headers = [("content-type", "application/grpc"), ("te", "trailers")];
    for base in [stack.url(), format!("http://{}", stack.addresses.auth)] {
        let client = RawClient::http2(base);
        for (what, body) in [
            ("no field ends", framed(&[0x0a, 0xff])),
            ("a wire type of 7", framed(&[0x0f, 0x00])),
            ("not UTF-8", framed(&[0x0a, 2, 0xff, 0xfe])),
            ("deeply nested groups", framed(&vec![0x0b; 500])),
            ("a frame cut short", Bytes::from_static(&[0, 0, 0, 0, 9, 1])),
            ("a prefix cut short", Bytes::from_static(&[0, 0])),
            ("nothing at all", Bytes::new()),
            ("a flag nobody knows", Bytes::from_static(&[7, 0, 0, 0, 0])),
        ] {
            let answer = client
                .send(Method::POST, login, &headers, body)
                .await
                .unwrap();
            let refused = answer.outcome().refused();
            assert!(
                matches!(
                    refused.status.code(),
                    Code::InvalidArgument | Code::Unimplemented
                ),
                "{what}: {:?}",
                refused.status
            );
            assert!(refused.status.message().len() <= 256, "{what}");
        }
    }
    assert_eq!(stack.gatekeeper().await.token().split('.').count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_message_is_not_spoken_here() {
    let stack = Stack::start().await;
    let login = "/kreis.auth.v1.AuthService/Login";
    for encoding in ["gzip", "br", "nonsense"] {
        let headers = [("grpc-encoding", encoding)];
        let answer = RawClient::http2(stack.url())
            .call(login, &headers, &[])
            .await
            .unwrap();
        answer
            .outcome()
            .refused()
            .with(Code::Unimplemented, "UNSUPPORTED_ENCODING");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_runs_out_is_answered_as_such() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    // Somebody holds the head of the list, so that a logout must wait.
    let mut hostage = stack.sql.begin().await.unwrap();
    sqlx::query!("select seq from auth.revocation_head for update")
        .fetch_one(&mut *hostage)
        .await
        .unwrap();
    let authorization = format!("Bearer {}", gatekeeper.token());
    let headers = [
        ("authorization", authorization.as_str()),
        ("grpc-timeout", "200m"),
    ];
    let client = RawClient::http2(stack.url());
    let asked = std::time::Instant::now();
    let answer = client
        .call("/kreis.auth.v1.AuthService/Logout", &headers, &[])
        .await
        .unwrap();
    answer
        .outcome()
        .refused()
        .with(Code::DeadlineExceeded, "DEADLINE_EXCEEDED");
    assert!(asked.elapsed() < Duration::from_secs(2));
    hostage.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_over_sixteen_kilobytes_are_refused() {
    let stack = Stack::start().await;
    for client in [RawClient::http1(stack.url()), RawClient::http2(stack.url())] {
        let large = "x".repeat(17_000);
        let headers = [("x-large", large.as_str()), ("content-type", WEB)];
        let answer = client
            .send(Method::POST, GET_ME, &headers, framed(&[]))
            .await;
        if let Ok(answer) = answer {
            assert_eq!(answer.http, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_origins_are_allowed_only_where_they_are_named() {
    let preflight = |origin| {
        [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "authorization,content-type,x-grpc-web",
            ),
        ]
    };
    let off = Stack::start().await;
    let client = RawClient::http1(off.url());
    for origin in ["https://a.example", "null"] {
        let answer = client
            .send(Method::OPTIONS, GET_ME, &preflight(origin), "")
            .await
            .unwrap();
        assert!(
            !answer.headers.contains_key("access-control-allow-origin"),
            "{origin}"
        );
    }

    let named = ("KREIS_CORS_ORIGINS", "https://a.example".to_owned());
    let on = Stack::start_with(Wishes {
        gateway: vec![named],
        ..Wishes::default()
    })
    .await;
    let client = RawClient::http1(on.url());
    let answer = client
        .send(Method::OPTIONS, GET_ME, &preflight("https://a.example"), "")
        .await
        .unwrap();
    assert_eq!(
        answer.headers["access-control-allow-origin"],
        "https://a.example"
    );
    let allowed = answer.headers["access-control-allow-headers"]
        .to_str()
        .unwrap();
    assert!(allowed.contains("authorization"), "{allowed}");
    for origin in ["https://b.example", "null", "https://a.example.evil"] {
        let answer = client
            .send(Method::OPTIONS, GET_ME, &preflight(origin), "")
            .await
            .unwrap();
        assert!(
            !answer.headers.contains_key("access-control-allow-origin"),
            "{origin}"
        );
    }
    let headers = [("origin", "https://a.example"), ("content-type", WEB)];
    let answer = client
        .send(Method::POST, GET_ME, &headers, framed(&[]))
        .await
        .unwrap();
    let exposed = answer.headers["access-control-expose-headers"]
        .to_str()
        .unwrap();
    for header in ["grpc-status", "grpc-message", "grpc-status-details-bin"] {
        assert!(exposed.contains(header), "{exposed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_web_client_is_served_from_its_directory() {
    let web = tempfile::tempdir().unwrap();
    fs::write(web.path().join("index.html"), "<p>client</p>").unwrap();
    fs::write(web.path().join("app.js"), "1").unwrap();
    let dir = ("KREIS_WEB_DIR", web.path().display().to_string());
    let stack = Stack::start_with(Wishes {
        gateway: vec![dir],
        ..Wishes::default()
    })
    .await;
    let client = RawClient::http1(stack.url());
    let get = async |path, accept| {
        client
            .send(Method::GET, path, &[("accept", accept)], "")
            .await
            .unwrap()
    };
    assert_eq!(get("/", "text/html").await.body, "<p>client</p>");
    assert_eq!(get("/app.js", "*/*").await.body, "1");
    // Addresses of the client's own are its page; a missing file is missing.
    assert_eq!(get("/kpis/7", "text/html,*/*").await.body, "<p>client</p>");
    assert_eq!(get("/missing.js", "*/*").await.http, StatusCode::NOT_FOUND);
    assert_eq!(
        get("/../signing-key.pem", "*/*").await.http,
        StatusCode::NOT_FOUND
    );
    let page = get("/", "text/html").await;
    assert!(page.headers.contains_key("content-security-policy"));
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
}

#[tokio::test(flavor = "multi_thread")]
async fn reflection_is_gone_where_it_is_switched_off() {
    let off = ("KREIS_REFLECTION", "off".to_owned());
    let stack = Stack::start_with(Wishes {
        gateway: vec![off],
        ..Wishes::default()
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

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_gone_is_unavailable_within_a_second() {
    let stack = Stack::start().await;
    let nowhere = channel(([127, 0, 0, 1], 1).into());
    let actor = stack.gatekeeper().await;
    drop(nowhere);
    stack.stop();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = std::time::Instant::now();
    let outcome = actor.users().get_me(actor.request(GetMeRequest {})).await;
    assert_eq!(outcome.unwrap_err().code(), Code::Unavailable);
    assert!(asked.elapsed() < Duration::from_secs(1));
}
