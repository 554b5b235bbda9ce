//! What a real collector receives of a call: from the gateway through the service to the statement.

use std::time::{Duration, Instant};

use kreis_proto::auth::v1::LoginRequest;
use kreis_tests::{
    collector::Collector,
    process::{Kreis, command, lasting_port, open_directory},
    raw::RawClient,
};
use prost::Message;
use tonic::Code;

const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn spans_that_cannot_be_sent_are_reported_in_the_log() {
    let directory = open_directory();
    let nobody = format!("http://127.0.0.1:{}", lasting_port());
    let kreis = Kreis::start_command(command(
        "kreis",
        &[
            ("KREIS_DATA_DIR", directory.path().to_str().unwrap()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &nobody),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ],
    ));
    let answer = RawClient::http2(&kreis.url)
        .call("/kreis.org.v1.UserService/GetMe", &[], b"")
        .await
        .unwrap();
    assert_eq!(answer.status().code(), Code::Unauthenticated);
    let asked = Instant::now();
    while !kreis
        .log_output()
        .contains("BatchSpanProcessor.ExportError")
    {
        assert!(asked.elapsed() < WAIT_TIMEOUT, "{}", kreis.log_output());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_followed_from_the_gateway_to_the_statement() {
    let directory = open_directory();
    let collector = Collector::start();
    let kreis = Kreis::start_command(command(
        "kreis",
        &[
            ("KREIS_DATA_DIR", directory.path().to_str().unwrap()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ("OTEL_SERVICE_NAME", "kreis-of-the-test"),
        ],
    ));
    let login = LoginRequest {
        email: "nobody@example.org".to_owned(),
        password: "not the one".to_owned(),
        ..LoginRequest::default()
    };
    let rpc = "kreis.auth.v1.AuthService/Login";
    let answer = RawClient::http2(&kreis.url)
        .call(&format!("/{rpc}"), &[], &login.encode_to_vec())
        .await
        .unwrap();
    assert_eq!(answer.status().code(), Code::Unauthenticated);
    let trace = answer.headers["kreis-call-id"].to_str().unwrap();

    let said = kreis.final_output();
    let received = collector.end(trace);
    let spans: Vec<_> = received
        .spans
        .iter()
        .filter(|span| span.is_of_call(trace))
        .collect();
    let find = |scope: &str, kind: &str| {
        spans
            .iter()
            .find(|span| span.scope == scope && span.is("Kind", kind))
            .unwrap_or_else(|| panic!("no {kind} of {scope} in {spans:#?}"))
    };
    let came_in = find("gateway", "SPAN_KIND_SERVER");
    let onwards = find("gateway", "SPAN_KIND_CLIENT");
    let served = find("auth", "SPAN_KIND_SERVER");
    let statement = find("sqlx", "SPAN_KIND_CLIENT");
    for (child, parent) in [(onwards, came_in), (served, onwards), (statement, served)] {
        assert_eq!(child.fields["Parent ID"], parent.fields["ID"]);
    }
    for span in [came_in, onwards, served] {
        assert!(span.is("Name", rpc), "{span:?}");
        assert!(span.is("rpc.method", &format!("Str({rpc})")), "{span:?}");
        let code = "Str(UNAUTHENTICATED)";
        assert!(span.is("rpc.response.status_code", code), "{span:?}");
        // An error of the caller is not an error of the server.
        assert!(span.is("Status code", "STATUS_CODE_UNSET"), "{span:?}");
    }
    assert!(
        statement.is("db.system.name", "Str(postgresql)"),
        "{statement:?}"
    );
    assert!(said.contains(trace), "the log names the trace");
    let received = received.log;
    assert!(
        received.contains("service.name: Str(kreis-of-the-test)"),
        "{received}"
    );
    assert!(!received.contains("nobody@example.org"), "a value was sent");
}
