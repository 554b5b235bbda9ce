//! Real clients: grpcurl and `buf curl`, as the README shows them.

use std::process::Command;

use kreis_tests::{Stack, process::tool, stack::PASSWORD};
use serde_json::{Value, json};

fn grpcurl() -> Command {
    Command::new(tool("grpcurl/bin/grpcurl"))
}

fn buf_curl() -> Command {
    let mut buf = Command::new(tool("buf/node_modules/.bin/buf"));
    buf.arg("curl");
    buf
}

/// Runs a client outside the runtime, because the servers need the runtime's threads.
async fn run(mut command: Command, arguments: &[&str]) -> (bool, String, String) {
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().expect("the client runs"))
        .await
        .expect("the client ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("clients speak text");
    (
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

async fn answer(command: Command, arguments: &[&str]) -> Value {
    let (ok, out, err) = run(command, arguments).await;
    assert!(ok, "{arguments:?}: {out} {err}");
    serde_json::from_str(&out).expect("an answer is JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_signs_in_records_a_value_and_is_refused_once_signed_out() {
    let stack = Stack::start().await;
    let gateway = stack.addresses.gateway.to_string();
    let (email, _) = stack.person(true).await;
    let login = json!({"email": email, "password": PASSWORD}).to_string();
    let arguments = [
        "-plaintext",
        "-d",
        &login,
        &gateway,
        "kreis.auth.v1.AuthService/Login",
    ];
    let session = answer(grpcurl(), &arguments).await;
    let bearer = format!(
        "authorization: Bearer {}",
        session["accessToken"].as_str().unwrap()
    );
    let call = async |method: &str, message: Value| {
        let message = message.to_string();
        let arguments = [
            "-plaintext",
            "-H",
            &bearer,
            "-d",
            &message,
            &gateway,
            method,
        ];
        answer(grpcurl(), &arguments).await
    };
    let circle = call(
        "kreis.org.v1.CircleService/CreateCircle",
        json!({"name": "Fundraising"}),
    )
    .await;
    let kpi = call(
        "kreis.kpi.v1.KpiService/CreateKpi",
        json!({
            "circle_id": circle["circle"]["id"], "name": "visits",
            "periodicity": "PERIODICITY_MONTHLY", "unit": "UNIT_AMOUNT",
            "targets": [{"from_year": 2025, "initial_value": 0, "target_value": 1200}],
        }),
    )
    .await;
    let kpi_id = &kpi["kpi"]["id"];
    let recorded = call(
        "kreis.kpi.v1.KpiValueService/RecordKpiValue",
        json!({"kpi_id": kpi_id, "period": {"year": 2025, "month": 1}, "value": 120}),
    )
    .await;
    assert_eq!(recorded["kpiValue"]["value"], 120);
    let progress = call(
        "kreis.kpi.v1.KpiService/GetKpiProgress",
        json!({"kpi_id": kpi_id}),
    )
    .await;
    assert_eq!(progress["points"][0]["progress"], 10);
    call("kreis.auth.v1.AuthService/Logout", json!({})).await;
    let arguments = [
        "-plaintext",
        "-H",
        &bearer,
        &gateway,
        "kreis.org.v1.UserService/GetMe",
    ];
    let (ok, _, err) = run(grpcurl(), &arguments).await;
    assert!(!ok && err.contains("Unauthenticated"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_prints_the_reason_and_the_fields_of_a_refusal() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let bearer = format!("authorization: Bearer {}", gatekeeper.token());
    let method = "kreis.org.v1.CircleService/CreateCircle";
    for server in [stack.addresses.gateway, stack.addresses.org] {
        let server = server.to_string();
        let arguments = ["-plaintext", "-H", &bearer, "-d", "{}", &server, method];
        let (ok, _, err) = run(grpcurl(), &arguments).await;
        assert!(!ok && err.contains("INVALID_FIELDS"), "{err}");
        assert!(err.contains(r#""field":"name""#), "{err}");
        let described = ["-plaintext", &server, "describe", "google.rpc.BadRequest"];
        let (ok, text, err) = run(grpcurl(), &described).await;
        assert!(ok && text.contains("field_violations"), "{text} {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_lists_and_describes_and_checks_health_on_every_server() {
    let stack = Stack::start().await;
    let addresses = stack.addresses;
    for (server, service) in [
        (addresses.gateway, "kreis.kpi.v1.KpiValueService"),
        (addresses.auth, "kreis.auth.v1.AuthService"),
        (addresses.org, "kreis.org.v1.CircleService"),
        (addresses.kpi, "kreis.kpi.v1.KpiService"),
    ] {
        let server = server.to_string();
        let (_, services, _) = run(grpcurl(), &["-plaintext", &server, "list"]).await;
        assert!(services.contains(service), "{services}");
        let (_, text, _) = run(grpcurl(), &["-plaintext", &server, "describe", service]).await;
        assert!(text.contains("rpc "), "{text}");
        for name in ["", service] {
            let message = json!({"service": name}).to_string();
            let arguments = [
                "-plaintext",
                "-d",
                &message,
                &server,
                "grpc.health.v1.Health/Check",
            ];
            let health = answer(grpcurl(), &arguments).await;
            assert_eq!(health["status"], "SERVING", "{name} at {server}");
        }
    }
    let gateway = addresses.gateway.to_string();
    let (_, services, _) = run(grpcurl(), &["-plaintext", &gateway, "list"]).await;
    assert!(!services.contains("TokenService"), "{services}");
    // Reflection returns the comments of the contract.
    let described = [
        "-plaintext",
        &gateway,
        "describe",
        "kreis.kpi.v1.RecordKpiValueRequest",
    ];
    let (_, text, _) = run(grpcurl(), &described).await;
    assert!(text.contains("zero included"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_answers_grpcurl_without_the_gateway() {
    let stack = Stack::start().await;
    let economist = stack.economist("HR").await;
    let bearer = format!("authorization: Bearer {}", economist.token());
    let org = stack.addresses.org.to_string();
    let arguments = [
        "-plaintext",
        "-H",
        &bearer,
        &org,
        "kreis.org.v1.UserService/GetMe",
    ];
    let me = answer(grpcurl(), &arguments).await;
    assert_eq!(me["user"]["circles"][0]["name"], "HR");
    assert_eq!(me["organisation"]["timeZone"], "Europe/Zurich");
}

#[tokio::test(flavor = "multi_thread")]
async fn buf_curl_speaks_grpc_and_grpc_web_with_reflection() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(false).await;
    let message = json!({"email": email, "password": PASSWORD}).to_string();
    let login = format!("{}/kreis.auth.v1.AuthService/Login", stack.url());
    for protocol in ["grpc", "grpcweb"] {
        let mut arguments = vec!["--protocol", protocol, "-d", &message];
        if protocol == "grpc" {
            arguments.extend(["--http2-prior-knowledge", "--reflect-protocol", "grpc-v1"]);
        } else {
            // Reflection is a bidirectional stream, which gRPC-Web over HTTP/1.1 does not support.
            arguments.extend(["--schema", concat!(env!("CARGO_MANIFEST_DIR"), "/../proto")]);
        }
        arguments.push(&login);
        let session = answer(buf_curl(), &arguments).await;
        assert!(session["accessToken"].is_string(), "{protocol}: {session}");

        let bearer = format!(
            "authorization: Bearer {}",
            session["accessToken"].as_str().unwrap()
        );
        let get_me = format!("{}/kreis.org.v1.UserService/GetMe", stack.url());
        arguments.pop();
        arguments[3] = "{}";
        arguments.extend(["-H", &bearer, &get_me]);
        let me = answer(buf_curl(), &arguments).await;
        assert_eq!(me["user"]["email"], email, "{protocol}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn buf_curl_is_told_why_it_was_refused() {
    let stack = Stack::start().await;
    let message = json!({"email": "nobody@example.org", "password": "wrong"}).to_string();
    let login = format!("{}/kreis.auth.v1.AuthService/Login", stack.url());
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../proto");
    let arguments = [
        "--protocol",
        "grpcweb",
        "--schema",
        schema,
        "-d",
        &message,
        &login,
    ];
    let (ok, _, err) = run(buf_curl(), &arguments).await;
    assert!(!ok && err.contains("\"unauthenticated\""), "{err}");
    assert!(
        err.contains("sign anybody in") && err.contains("google.rpc.ErrorInfo"),
        "{err}"
    );
}
