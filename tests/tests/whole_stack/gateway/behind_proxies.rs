//! kreis behind nginx and Caddy, with the configurations of `deploy`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use kreis_proto::auth::v1::LoginRequest;
use kreis_tests::{
    certificates::Authority,
    proxy::{Kind, NAME, Proxy},
    raw::framed,
    server::{EMAIL, PASSWORD, Server, grpcurl_signs_in},
};
use prost::Message;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::rustls::version::TLS13;

const LOGIN: &str = "/kreis.auth.v1.AuthService/Login";
const RECORD: &str = "/kreis.kpi.v1.KpiValueService/RecordKpiValue";
/// Address of the clients. The proxies have another one.
const CLIENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const MIB: usize = 1024 * 1024;

struct Behind {
    server: Server,
    proxy: Proxy,
    authority: Authority,
    _directory: TempDir,
}

impl Behind {
    async fn start(kind: Kind) -> Self {
        let server = Server::start(&[("KREIS_TRUSTED_PROXIES", "127.0.0.1")]).await;
        let directory = tempfile::tempdir().unwrap();
        let authority = Authority::new(directory.path());
        let identity = authority.vouch_for(&[NAME], directory.path());
        let kreis = server.kreis.url.strip_prefix("http://").unwrap();
        let kreis = kreis.parse().unwrap();
        let started =
            tokio::task::spawn_blocking(move || Proxy::before(kreis, kind, &identity)).await;
        Self {
            server,
            proxy: started.unwrap(),
            authority,
            _directory: directory,
        }
    }

    fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.proxy.port).into()
    }

    /// Calls as a browser does. Returns the head of the response, and its body.
    async fn call(&self, path: &str, headers: &str, message: &[u8]) -> (String, Vec<u8>) {
        let server = (self.address(), NAME);
        let from = IpAddr::from(CLIENT);
        let mut stream = self
            .authority
            .connect_tls(server, from, &TLS13, "http/1.1")
            .await;
        let body = framed(message);
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {NAME}\r\nconnection: close\r\n\
             content-type: application/grpc-web+proto\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // A proxy that refuses the length stops reading.
        let _ = stream.write_all(&body).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let body = answer.split_off(end.expect("an answer has a head"));
        (String::from_utf8(answer).unwrap().to_lowercase(), body)
    }
}

fn login() -> Vec<u8> {
    let login = LoginRequest {
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        ..LoginRequest::default()
    };
    login.encode_to_vec()
}

async fn serves_clients_of_both_kinds(kind: Kind) {
    let behind = Behind::start(kind).await;
    let authority = behind.authority.certificate.to_str().unwrap();
    let trust = ["-cacert", authority, "-authority", NAME];
    let (signed_in, said) = grpcurl_signs_in(behind.address(), &trust).await;
    assert!(signed_in, "{kind:?}: {said}");

    let (head, body) = behind.call(LOGIN, "", &login()).await;
    assert!(head.starts_with("http/1.1 200 "), "{kind:?}: {head}");
    assert!(
        head.contains("strict-transport-security: "),
        "{kind:?}: {head}"
    );
    let body = String::from_utf8_lossy(&body);
    assert!(body.contains("grpc-status:0"), "{kind:?}: {body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_nginx_browsers_and_clients_of_grpc_sign_in() {
    serves_clients_of_both_kinds(Kind::Nginx).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_caddy_browsers_and_clients_of_grpc_sign_in() {
    serves_clients_of_both_kinds(Kind::Caddy).await;
}

async fn tells_who_calls(kind: Kind) {
    let behind = Behind::start(kind).await;
    for headers in [
        "",
        "x-forwarded-for: 203.0.113.9\r\n",
        "forwarded: for=203.0.113.9;proto=http\r\n",
        "x-forwarded-for: 203.0.113.9\r\nforwarded: for=203.0.113.9\r\n",
    ] {
        let (head, _) = behind.call(LOGIN, headers, &login()).await;
        let id = head
            .lines()
            .find_map(|line| line.strip_prefix("kreis-call-id: "));
        let id = id.unwrap_or_else(|| panic!("{kind:?}: {head}"));
        let said = behind.server.kreis.log_output();
        let of_call = |line: &&str| line.contains(id) && line.contains("gateway");
        let line = said.lines().find(of_call);
        let line = line.unwrap_or_else(|| panic!("{id} in {said}"));
        let expected = format!("client.address={CLIENT}");
        assert!(line.contains(&expected), "{kind:?}, {headers:?}: {line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_tells_who_calls_whatever_the_caller_says() {
    tells_who_calls(Kind::Nginx).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy_tells_who_calls_whatever_the_caller_says() {
    tells_who_calls(Kind::Caddy).await;
}

async fn lets_through_what_kreis_takes(kind: Kind) {
    let behind = Behind::start(kind).await;
    let gatekeeper = behind.server.gatekeeper().await;
    let token = format!("authorization: Bearer {}\r\n", gatekeeper.token());
    // kreis itself refuses these bytes, because they are no message.
    let (head, body) = behind.call(RECORD, &token, &vec![0; MIB - 1]).await;
    assert!(head.starts_with("http/1.1 200 "), "{kind:?}: {head}");
    let told = head + &String::from_utf8_lossy(&body);
    let refused = told.contains("grpc-status: 3") || told.contains("grpc-status:3");
    assert!(refused, "{kind:?}: {told}");
    let (head, _) = behind.call(RECORD, &token, &vec![0; 2 * MIB]).await;
    // Caddy passes the body on, and kreis refuses its length. If Caddy is still sending then, it
    // answers 502 itself.
    let is_refused = match kind {
        Kind::Nginx => head.starts_with("http/1.1 413 "),
        Kind::Caddy => head.starts_with("http/1.1 502 ") || head.contains("grpc-status: 8"),
    };
    assert!(is_refused, "{kind:?}: {head}");
    let Behind { server, .. } = &behind;
    server.kreis.signal(nix::sys::signal::Signal::SIGKILL);
    let began = std::time::Instant::now();
    while let (head, _) = behind.call(LOGIN, "", &login()).await
        && !head.starts_with("http/1.1 502 ")
    {
        assert!(began.elapsed().as_secs() < 10, "{kind:?}: {head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_lets_the_largest_message_through_and_nothing_larger() {
    lets_through_what_kreis_takes(Kind::Nginx).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy_lets_the_largest_message_through_and_nothing_larger() {
    lets_through_what_kreis_takes(Kind::Caddy).await;
}
