//! Callers behind a proxy: the address that the proxy names tells them apart. An address that an
//! untrusted caller names is ignored.

use std::{net::Ipv4Addr, time::Duration};

use http::Method;
use kreis_tests::{
    raw::{RawAnswer, RawClient, framed},
    server::Server,
};
use tokio::time::timeout;
use tonic::Code;

const GET_ME: &str = "/kreis.org.v1.UserService/GetMe";
const WATCH: &str = "/grpc.health.v1.Health/Watch";
const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// The tests call from this address, which the gateway trusts as a proxy.
const PROXY: (&str, &str) = ("KREIS_TRUSTED_PROXIES", "127.0.0.1");

/// A call without a token. Returns its line in the log.
async fn log_line(server: &Server, client: &RawClient, headers: &[(&str, &str)]) -> String {
    let answer = client.call(GET_ME, headers, &[]).await.unwrap();
    let id = answer.headers["kreis-call-id"].to_str().unwrap();
    let said = server.kreis.log_output();
    let line = said.lines().find(|line| line.contains(id));
    line.unwrap_or_else(|| panic!("{id} in {said}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_a_call_has_the_address_that_the_proxy_names() {
    let server = Server::start(&[PROXY]).await;
    let url = &server.kreis.url;
    let (proxy, stranger) = (RawClient::http2(url), RawClient::slow(url, STRANGER.into()));
    for (client, header, expected) in [
        (
            &proxy,
            ("x-forwarded-for", "203.0.113.66, 203.0.113.9"),
            "203.0.113.9",
        ),
        (
            &proxy,
            ("forwarded", "for=\"[2001:db8::9]:4711\";proto=https"),
            "2001:db8::9",
        ),
        (&proxy, ("x-forwarded-for", "nonsense"), "127.0.0.1"),
        (&proxy, ("kreis-client-address", "203.0.113.9"), "127.0.0.1"),
        (&stranger, ("x-forwarded-for", "203.0.113.9"), "127.0.0.2"),
        (&stranger, ("forwarded", "for=203.0.113.9"), "127.0.0.2"),
    ] {
        let line = log_line(&server, client, &[header]).await;
        let expected = format!("client.address={expected}");
        assert!(line.contains(&expected), "{header:?}: {line}");
    }
}

/// The code of the response to a health watch, and the stream.
async fn watch(
    client: &RawClient,
    address: &str,
) -> (Option<Code>, http::Response<hyper::body::Incoming>) {
    let headers = [
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("x-forwarded-for", address),
    ];
    let begun = client.begin(Method::POST, WATCH, &headers, framed(&[]));
    let response = begun.await.unwrap();
    let status = tonic::Status::from_header_map(response.headers());
    (status.map(|status| status.code()), response)
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_behind_a_proxy_have_their_own_limits() {
    let server = Server::start(&[PROXY, ("KREIS_CALLS_PER_ADDRESS", "4")]).await;
    let client = RawClient::http2(&server.kreis.url);
    let mut watching = Vec::new();
    for _ in 0..4 {
        let (refused, stream) = watch(&client, "203.0.113.1").await;
        assert_eq!(refused, None);
        watching.push(stream);
    }
    let (refused, _) = watch(&client, "203.0.113.1").await;
    assert_eq!(refused, Some(Code::ResourceExhausted));
    // Over the same connection.
    for other in ["203.0.113.2", "2001:db8::1"] {
        let (refused, _stream) = watch(&client, other).await;
        assert_eq!(refused, None, "{other}");
    }
    drop(watching);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_a_proxy_are_not_those_of_one_address() {
    let server = Server::start(&[PROXY, ("KREIS_CONNECTIONS_PER_ADDRESS", "3")]).await;
    let mut connections = Vec::new();
    for number in 0..20 {
        let client = RawClient::http2(&server.kreis.url);
        let (refused, stream) = watch(&client, &format!("203.0.113.{number}")).await;
        assert_eq!(refused, None, "{number}");
        connections.push((client, stream));
    }
    // An untrusted address still gets only three connections.
    let mut answered = 0;
    let mut strangers = Vec::new();
    for _ in 0..20 {
        let client = RawClient::slow(&server.kreis.url, STRANGER.into());
        let answer = timeout(PATIENCE, client.call(GET_ME, &[], &[])).await;
        let answer = answer.expect("a stranger is served or sent away");
        answered += usize::from(answer.is_ok());
        strangers.push(client);
    }
    assert_eq!(answered, 3);
}

async fn page(client: &RawClient, headers: &[(&str, &str)]) -> RawAnswer {
    client.send(Method::GET, "/", headers, "").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_are_told_to_come_over_tls_where_a_proxy_says_they_did() {
    const HSTS: &str = "strict-transport-security";
    let server = Server::start(&[PROXY]).await;
    let url = &server.kreis.url;
    let (proxy, stranger) = (RawClient::http1(url), RawClient::slow(url, STRANGER.into()));
    let https = [("x-forwarded-proto", "https")];
    let answer = page(&proxy, &https).await;
    assert_eq!(answer.headers[HSTS], "max-age=31536000");
    let answer = page(&proxy, &[("forwarded", "for=203.0.113.9;proto=https")]).await;
    assert!(answer.headers.contains_key(HSTS));
    for answer in [
        page(&proxy, &[("x-forwarded-proto", "http")]).await,
        page(&proxy, &[]).await,
        page(&stranger, &https).await,
    ] {
        assert!(!answer.headers.contains_key(HSTS), "{:?}", answer.headers);
    }
    let call = RawClient::http2(url)
        .call(GET_ME, &https, &[])
        .await
        .unwrap();
    assert!(call.headers.contains_key(HSTS));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_other_origins_tell_browsers_to_come_over_tls_too() {
    const ORIGIN: &str = "https://a.example";
    let server = Server::start(&[PROXY, ("KREIS_CORS_ORIGINS", ORIGIN)]).await;
    let client = RawClient::http1(&server.kreis.url);
    let refresh = "/kreis.auth.v1.AuthService/Refresh";
    let preflight = [("access-control-request-method", "POST")];
    for (method, path, headers) in [
        (Method::OPTIONS, GET_ME, &preflight[..]),
        // A page of this origin alone may send the cookie.
        (Method::POST, refresh, &[("cookie", "kreis-session=x")]),
    ] {
        let always = [("x-forwarded-proto", "https"), ("origin", ORIGIN)];
        let headers = [&always, headers].concat();
        let answer = client.send(method, path, &headers, "").await.unwrap();
        assert_eq!(answer.headers["access-control-allow-origin"], ORIGIN);
        assert!(answer.headers.contains_key("strict-transport-security"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_names_no_proxy_ends_the_start_in_a_sentence() {
    use kreis_tests::process::{command, run, stderr};
    let directory = tempfile::tempdir().unwrap();
    let data_dir = directory.path().to_str().unwrap();
    for wrong in ["the proxy", "10.0.0.0/99", "0.0.0.0/0"] {
        let settings = [
            ("KREIS_DATA_DIR", data_dir),
            ("KREIS_TRUSTED_PROXIES", wrong),
        ];
        // The gateway reads it even if other settings are missing.
        let kreis = command("kreis-gateway", &settings);
        let ended = tokio::task::spawn_blocking(move || run(kreis, ""));
        let ended = ended.await.unwrap();
        assert!(!ended.status.success());
        let said = stderr(&ended);
        assert!(said.contains(&format!("has `{wrong}`")), "{said}");
    }
}
