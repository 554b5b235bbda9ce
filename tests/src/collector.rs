//! A real collector of traces, and the spans that it received.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use crate::process::{lasting_port, tool};

const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

/// A running collector. It writes every span into a file.
pub struct Collector {
    child: Child,
    /// Its gRPC endpoint for traces.
    pub endpoint: String,
    log: PathBuf,
    _directory: TempDir,
}

/// A span, as the collector wrote it.
#[derive(Debug, Clone, Default)]
pub struct Span {
    /// The server that created it; `sqlx` for a statement.
    pub scope: String,
    /// Its fields and attributes by name, such as `Trace ID` and `db.query.text`.
    pub fields: BTreeMap<String, String>,
}

/// What a collector received.
pub struct Received {
    /// The whole output.
    pub log: String,
    /// The spans in the output.
    pub spans: Vec<Span>,
}

impl Span {
    /// Whether a field has this value.
    #[must_use]
    pub fn is(&self, field: &str, value: &str) -> bool {
        self.fields.get(field).is_some_and(|found| found == value)
    }

    /// Whether the span belongs to the call with this id. The call id is the trace id.
    #[must_use]
    pub fn is_of_call(&self, call_id: &str) -> bool {
        self.is("Trace ID", call_id)
    }
}

impl Collector {
    /// Starts a collector on ports of its own.
    #[must_use]
    pub fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let log = directory.path().join("log");
        let file = File::create(&log).expect("a file");
        let (grpc, http) = (lasting_port(), lasting_port());
        let child = Command::new(tool("rotel/bin/rotel-agent"))
            .args(["start", "--exporter", "blackhole"])
            .args(["--debug-log", "traces", "--debug-log-verbosity", "detailed"])
            .arg(format!("--otlp-grpc-endpoint=127.0.0.1:{grpc}"))
            .arg(format!("--otlp-http-endpoint=127.0.0.1:{http}"))
            .stderr(file.try_clone().expect("a file"))
            .stdout(file)
            .spawn()
            .expect("the collector runs");
        Self {
            child,
            endpoint: format!("http://127.0.0.1:{grpc}"),
            log,
            _directory: directory,
        }
    }

    /// Waits until the collector has every span of this call, and returns everything it received. A
    /// process sends spans in the order in which they end, and the gateway's span of a call ends
    /// last. Earlier calls are therefore complete too.
    #[must_use]
    pub fn end(mut self, last_call_id: &str) -> Received {
        let asked = Instant::now();
        let whole = |span: &Span| {
            span.scope == "gateway"
                && span.is("Kind", "SPAN_KIND_SERVER")
                && span.is_of_call(last_call_id)
        };
        while !self.received().spans.iter().any(whole) {
            let log = self.received().log;
            assert!(asked.elapsed() < WAIT_TIMEOUT, "no {last_call_id} in {log}");
            thread::sleep(Duration::from_millis(100));
        }
        // On SIGTERM it writes what it has received before it exits.
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), Signal::SIGTERM).expect("the collector is there");
        self.child.wait().expect("the collector ends");
        self.received()
    }

    fn received(&self) -> Received {
        let log = fs::read_to_string(&self.log).expect("its log");
        let spans = read_spans(&log);
        Received { log, spans }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // Usually it has exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
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
