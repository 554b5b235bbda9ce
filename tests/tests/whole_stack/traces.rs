//! What a real collector receives of a call: its way from the gateway through
//! the service to the statement.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command},
    time::{Duration, Instant},
};

use kreis_proto::auth::v1::LoginRequest;
use kreis_tests::{
    process::{Kreis, command, free_port, open_directory, tool},
    raw::RawClient,
};
use prost::Message;
use tempfile::TempDir;
use tonic::Code;

const PATIENCE: Duration = Duration::from_secs(30);

/// A collector that writes down whatever it receives.
struct Collector {
    child: Child,
    endpoint: String,
    log: PathBuf,
    _directory: TempDir,
}

/// A span as the collector wrote it down.
#[derive(Debug, Default)]
struct Span {
    scope: String,
    fields: BTreeMap<String, String>,
}

impl Span {
    fn is(&self, field: &str, value: &str) -> bool {
        self.fields.get(field).is_some_and(|found| found == value)
    }
}

impl Collector {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("log");
        let file = File::create(&log).unwrap();
        let (grpc, http) = (free_port(), free_port());
        let child = Command::new(tool("rotel/bin/rotel-agent"))
            .args(["start", "--exporter", "blackhole"])
            .args(["--debug-log", "traces", "--debug-log-verbosity", "detailed"])
            .arg(format!("--otlp-grpc-endpoint=127.0.0.1:{grpc}"))
            .arg(format!("--otlp-http-endpoint=127.0.0.1:{http}"))
            .stderr(file.try_clone().unwrap())
            .stdout(file)
            .spawn()
            .unwrap();
        Self {
            child,
            endpoint: format!("http://127.0.0.1:{grpc}"),
            log,
            _directory: directory,
        }
    }

    /// The spans of a trace, once so many have come.
    async fn spans_of(&self, trace: &str, count: usize) -> Vec<Span> {
        let asked = Instant::now();
        loop {
            let log = fs::read_to_string(&self.log).unwrap();
            let mut spans = read_spans(&log);
            spans.retain(|span| span.is("Trace ID", trace));
            if spans.len() >= count {
                return spans;
            }
            assert!(
                asked.elapsed() < PATIENCE,
                "{} spans: {spans:#?}",
                spans.len()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The lines `Name : value` below each `Span #`, and `-> name: Kind(value)`.
fn read_spans(log: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut scope = "";
    for line in log.lines() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("InstrumentationScope ") {
            scope = name;
        } else if line.starts_with("Span #") {
            spans.push(Span {
                scope: scope.to_owned(),
                ..Span::default()
            });
        } else if let Some(span) = spans.last_mut()
            && let Some((name, value)) = line.trim_start_matches("-> ").split_once(':')
        {
            let fields = &mut span.fields;
            fields.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
    spans
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_that_nobody_takes_are_told_in_the_log() {
    let directory = open_directory();
    let nobody = format!("http://127.0.0.1:{}", free_port());
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
    while !kreis.said().contains("BatchSpanProcessor.ExportError") {
        assert!(asked.elapsed() < PATIENCE, "{}", kreis.said());
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
    };
    let rpc = "kreis.auth.v1.AuthService/Login";
    let answer = RawClient::http2(&kreis.url)
        .call(&format!("/{rpc}"), &[], &login.encode_to_vec())
        .await
        .unwrap();
    assert_eq!(answer.status().code(), Code::Unauthenticated);
    let trace = answer.headers["kreis-call-id"].to_str().unwrap();

    let spans = collector.spans_of(trace, 4).await;
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
        // Whoever errs is no fault of the server's.
        assert!(span.is("Status code", "STATUS_CODE_UNSET"), "{span:?}");
    }
    assert!(
        statement.is("db.system.name", "Str(postgresql)"),
        "{statement:?}"
    );
    assert!(
        kreis.last_words().contains(trace),
        "the log names the trace"
    );
    let received = fs::read_to_string(&collector.log).unwrap();
    assert!(
        received.contains("service.name: Str(kreis-of-the-test)"),
        "{received}"
    );
    assert!(!received.contains("nobody@example.org"), "a value was sent");
}
