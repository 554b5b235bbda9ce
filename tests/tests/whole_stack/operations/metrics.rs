//! What a real Prometheus sees of a running kreis.

use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use http::{Method, StatusCode};
use kreis_tests::{
    database,
    process::{Kreis, command, lasting_port, open_directory},
    raw::RawClient,
};
use serde_json::Value;
use tempfile::TempDir;
use tonic::Code;

const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

/// A kreis with its metrics at this port. Its demo has signed in and made calls before it is ready.
fn kreis_told_at(port: u16, data_dir: &Path) -> Kreis {
    let listen = format!("127.0.0.1:{port}");
    let data_dir = data_dir.to_str().unwrap();
    let mut kreis = command(
        "kreis",
        &[
            ("KREIS_DATA_DIR", data_dir),
            ("KREIS_METRICS_LISTEN", &listen),
        ],
    );
    kreis.args(["serve", "--demo"]);
    Kreis::start_command(kreis)
}

/// A Prometheus that scrapes one server once a second.
struct Prometheus {
    child: Child,
    client: RawClient,
    _directory: TempDir,
}

impl Prometheus {
    fn watching(target: u16) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = directory.path().join("prometheus.yml");
        let alerts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/prometheus/alerts.yml");
        let text = format!(
            "global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\n\
             rule_files: [{}]\n\
             scrape_configs:\n  - job_name: kreis\n    \
             static_configs: [{{ targets: ['127.0.0.1:{target}'] }}]\n",
            alerts.display()
        );
        fs::write(&config, text).unwrap();
        let port = lasting_port();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                directory.path().display()
            ))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg("--log.level=error")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            child,
            client: RawClient::http1(format!("http://127.0.0.1:{port}")),
            _directory: directory,
        }
    }

    /// Waits until a query has results; with `count`, until it has that many.
    async fn shows(&self, query: &str, count: Option<usize>) {
        let mut path = "/api/v1/query?query=".to_owned();
        for byte in query.bytes() {
            write!(path, "%{byte:02x}").unwrap();
        }
        let asked = Instant::now();
        loop {
            let mut found = 0;
            if let Ok(answer) = self.client.send(Method::GET, &path, &[], "").await
                && answer.http == StatusCode::OK
            {
                let answer: Value = serde_json::from_slice(&answer.body).unwrap();
                found = answer["data"]["result"].as_array().unwrap().len();
            }
            if count.map_or(found > 0, |count| found == count) {
                return;
            }
            assert!(
                asked.elapsed() < WAIT_TIMEOUT,
                "{query} has {found} numbers"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_sees_each_call_and_what_the_servers_stand_on() {
    let (directory, port) = (open_directory(), lasting_port());
    let kreis = kreis_told_at(port, directory.path());
    let prometheus = Prometheus::watching(port);
    let client = RawClient::http2(&kreis.url);
    for _ in 0..3 {
        let refused = client
            .call("/kreis.org.v1.UserService/GetMe", &[], b"")
            .await;
        assert_eq!(refused.unwrap().status().code(), Code::Unauthenticated);
    }

    let refused = r#"kreis_call_duration_seconds_count{server="gateway",rpc="kreis.org.v1.UserService/GetMe",code="UNAUTHENTICATED"} == 3"#;
    prometheus.shows(refused, Some(1)).await;
    for (query, servers) in [
        (r#"up{job="kreis"} == 1"#, 1),
        (
            "kreis_revocations_age_seconds <= kreis_revocations_lease_seconds",
            4,
        ),
        ("kreis_revocations_seq > 0", 4),
        (r#"kreis_verified_tokens{server="gateway"} > 0"#, 1),
        (
            r#"kreis_verified_token_lookups_total{server="gateway"} > 0"#,
            2,
        ),
        (r#"kreis_database_connections{state="most"} == 8"#, 6),
        ("kreis_writes_waiting == 0", 6),
        ("kreis_writes_refused_total == 0", 6),
        ("kreis_passwords_waiting == 0", 1),
        ("kreis_guesses_refused_total == 0", 5),
        ("kreis_guesses_remembered == 0", 2),
        ("kreis_refusals_noted >= 0", 1),
        ("kreis_refusals_left_out_total == 0", 1),
        ("kreis_calls_in_progress >= 0", 5),
        ("process_resident_memory_bytes > 1e6", 1),
        ("process_cpu_seconds_total > 0", 1),
        ("process_open_fds < process_max_fds", 1),
        (r#"kreis_data_disk_bytes{state="free"} > 0"#, 1),
    ] {
        prometheus.shows(query, Some(servers)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_panel_of_the_dashboard_has_something_to_show() {
    let (directory, port) = (open_directory(), lasting_port());
    let kreis = kreis_told_at(port, directory.path());
    let prometheus = Prometheus::watching(port);
    let client = RawClient::http2(&kreis.url);
    let refused = client.call("/kreis.org.v1.UserService/GetMe", &[], b"");
    assert_eq!(
        refused.await.unwrap().status().code(),
        Code::Unauthenticated
    );

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/grafana/kreis.json");
    let dashboard: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let drawn = panels.filter(|panel| panel["type"] == "timeseries");
    let queries: Vec<&str> = drawn
        .flat_map(|panel| panel["targets"].as_array().unwrap())
        .map(|target| target["expr"].as_str().unwrap())
        .collect();
    assert!(!queries.is_empty());
    for query in queries {
        let query = query.replace("$__rate_interval", "10s");
        prometheus.shows(&query, None).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_is_told_each_thing_once() {
    let (directory, port) = (open_directory(), lasting_port());
    let _kreis = kreis_told_at(port, directory.path());
    let client = RawClient::http1(format!("http://127.0.0.1:{port}"));
    let told = client.send(Method::GET, "/metrics", &[], "").await.unwrap();
    assert_eq!(told.http, StatusCode::OK);
    let text = String::from_utf8(told.body.to_vec()).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    for line in text.lines().filter(|line| line.starts_with("# HELP ")) {
        assert_eq!(text.matches(line).count(), 1, "told twice: {line}");
    }
    let elsewhere = client.send(Method::GET, "/", &[], "").await.unwrap();
    assert_eq!(elsewhere.http, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_of_the_disk_of_a_postgres_elsewhere() {
    let database = database::fresh().await;
    let url = database::url(&database);
    let (directory, port) = (open_directory(), lasting_port());
    let listen = format!("127.0.0.1:{port}");
    let _kreis = Kreis::start_command(command(
        "kreis",
        &[
            ("KREIS_DATABASE_URL", &url),
            ("KREIS_DATA_DIR", directory.path().to_str().unwrap()),
            ("KREIS_METRICS_LISTEN", &listen),
        ],
    ));
    let client = RawClient::http1(format!("http://{listen}"));
    let told = client.send(Method::GET, "/metrics", &[], "").await.unwrap();
    let text = String::from_utf8(told.body.to_vec()).unwrap();
    assert!(text.contains("kreis_database_connections"), "{text}");
    assert!(!text.contains("kreis_data_disk_bytes"), "{text}");
}

#[test]
fn each_alarm_is_raised_by_what_it_is_for() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/prometheus");
    let tested = Command::new("promtool")
        .args(["test", "rules", "alerts.test.yml"])
        .current_dir(rules)
        .output()
        .unwrap();
    assert!(tested.status.success(), "{tested:?}");
}
