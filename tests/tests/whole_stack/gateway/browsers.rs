//! The gateway for browsers: gRPC-Web, allowed origins, and the files of the web client.

use std::fs;

use http::{Method, StatusCode};
use kreis_proto::org::v1::{GetMeRequest, GetMeResponse};
use kreis_tests::{
    Answered, Stack,
    raw::{RawClient, framed},
    stack::StackOptions,
};
use prost::Message;
use tonic::Code;

const GET_ME: &str = "/kreis.org.v1.UserService/GetMe";
const WEB: &str = "application/grpc-web+proto";

#[tokio::test(flavor = "multi_thread")]
async fn grpc_web_over_http_1_and_http_2_answers_like_grpc() {
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
        let (message, trailers) = answer.web_parts();
        assert!(trailers.contains("grpc-status:0"), "{trailers}");
        assert_eq!(GetMeResponse::decode(message).unwrap(), me);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_receives_the_reason_of_a_refusal() {
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
async fn other_origins_are_allowed_only_if_the_settings_name_them() {
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
    let on = Stack::start_with(StackOptions {
        gateway: vec![named],
        ..StackOptions::default()
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
    let stack = Stack::start_with(StackOptions {
        gateway: vec![dir],
        ..StackOptions::default()
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
    // Paths of the web client return its page. A missing file is an error.
    assert_eq!(get("/kpis/7", "text/html,*/*").await.body, "<p>client</p>");
    assert_eq!(get("/missing.js", "*/*").await.http, StatusCode::NOT_FOUND);
    assert_eq!(
        get("/../signing-key.pem", "*/*").await.http,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_run_only_scripts_of_the_web_client() {
    let stack = Stack::start().await;
    let client = RawClient::http1(stack.url());
    let page = client.send(Method::GET, "/", &[], "").await.unwrap();
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    let directives: Vec<&str> = policy.split("; ").collect();
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(directives.contains(&directive), "{directive} in {policy}");
    }
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(page.headers["cross-origin-opener-policy"], "same-origin");
    assert_eq!(page.headers["cross-origin-resource-policy"], "same-origin");
    let permissions = page.headers["permissions-policy"].to_str().unwrap();
    assert!(permissions.contains("camera=()"), "{permissions}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_a_call_is_never_cached() {
    let stack = Stack::start().await;
    let authorization = format!("Bearer {}", stack.gatekeeper().await.token());
    for headers in [&[][..], &[("authorization", authorization.as_str())]] {
        let client = RawClient::http2(stack.url());
        let answer = client.call(GET_ME, headers, &[]).await.unwrap();
        assert_eq!(answer.headers["cache-control"], "no-store");
        let client = RawClient::http1(stack.url());
        let headers = [headers, &[("content-type", WEB)]].concat();
        let answer = client.send(Method::POST, GET_ME, &headers, framed(&[]));
        assert_eq!(answer.await.unwrap().headers["cache-control"], "no-store");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_files_with_a_digest_in_their_name_are_cached_for_a_year() {
    let web = tempfile::tempdir().unwrap();
    fs::create_dir(web.path().join("assets")).unwrap();
    fs::write(web.path().join("index.html"), "<p>client</p>").unwrap();
    fs::write(web.path().join("assets/index-1f3a.js"), "1").unwrap();
    let dir = ("KREIS_WEB_DIR", web.path().display().to_string());
    let stack = Stack::start_with(StackOptions {
        gateway: vec![dir],
        ..StackOptions::default()
    })
    .await;
    let client = RawClient::http1(stack.url());
    for (path, status, kept) in [
        ("/assets/index-1f3a.js", StatusCode::OK, true),
        // A file of an earlier release: the answer is an error that is not cached, and no page.
        ("/assets/index-0000.js", StatusCode::NOT_FOUND, false),
        ("/", StatusCode::OK, false),
        ("/kpis/7", StatusCode::OK, false),
    ] {
        let answer = client
            .send(Method::GET, path, &[("accept", "text/html,*/*")], "")
            .await
            .unwrap();
        assert_eq!(answer.http, status, "{path}");
        let cache = answer.headers["cache-control"].to_str().unwrap();
        let expected = if kept {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        assert_eq!(cache, expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_accepts_gzip_gets_the_compressed_copy() {
    let web = tempfile::tempdir().unwrap();
    for (file, text) in [
        ("index.html", "page"),
        ("index.html.gz", "page, compressed"),
        ("app.js", "script"),
        ("app.js.gz", "script, compressed"),
        ("plain.js", "script without a copy"),
    ] {
        fs::write(web.path().join(file), text).unwrap();
    }
    let dir = ("KREIS_WEB_DIR", web.path().display().to_string());
    let stack = Stack::start_with(StackOptions {
        gateway: vec![dir],
        ..StackOptions::default()
    })
    .await;
    let client = RawClient::http1(stack.url());
    for (path, takes, expected) in [
        ("/", "gzip, deflate, br", "page, compressed"),
        ("/kpis/7", "gzip", "page, compressed"),
        ("/app.js", "gzip", "script, compressed"),
        ("/app.js", "identity", "script"),
        ("/plain.js", "gzip", "script without a copy"),
    ] {
        let headers = [("accept", "text/html,*/*"), ("accept-encoding", takes)];
        let answer = client.send(Method::GET, path, &headers, "").await.unwrap();
        assert_eq!(answer.body, expected, "{path} {takes}");
        let encoding = answer.headers.get("content-encoding");
        let compressed = encoding.is_some_and(|encoding| encoding == "gzip");
        assert_eq!(compressed, expected.ends_with(", compressed"), "{path}");
        assert_eq!(answer.headers["vary"], "accept-encoding", "{path}");
    }
}
