//! Each service as a process of its own, and unusable configurations.

use std::net::{SocketAddr, TcpListener};

use kreis_proto::org::v1::GetMeRequest;
use kreis_tests::{
    Actor, database,
    process::{add_greta, command, run, stderr},
    stack::{PASSWORD, channel, wait_until_serving},
};
use nix::sys::signal::{Signal, kill};

/// A port that was free a moment ago.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// A process that is killed at the end of the test.
struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.0.id()).unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
        assert!(self.0.wait().unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_serve_as_one() {
    let database = database::blank().await;
    let url = |user: &str| database::url(&database.clone().username(user));
    let secret = "0123456789abcdef0123456789abcdef";
    let superuser = url("postgres");
    let mut migrate = command("kreis", &[("KREIS_DATABASE_URL", &superuser)]);
    for service in ["AUTH", "ORG", "KPI"] {
        migrate.env(format!("KREIS_{service}_PASSWORD"), "of-this-cluster");
    }
    migrate.env("KREIS_TIME_ZONE", "Europe/Rome").arg("migrate");
    let migrated = run(migrate, "");
    assert!(migrated.status.success(), "{}", stderr(&migrated));
    let added = add_greta(&[("KREIS_DATABASE_URL", &superuser)], PASSWORD, &[]);
    assert!(added.status.success(), "{}", stderr(&added));

    let key = tempfile::tempdir().unwrap();
    let key_file = key.path().join("key.pem");
    kreis_auth::signing_keys::generate(&key_file).unwrap();
    let secret_file = key.path().join("secret");
    std::fs::write(&secret_file, format!("{secret}\n")).unwrap();

    let [auth, tokens, org, kpi, gateway] = [(); 5].map(|()| free_address());
    let address = |of: SocketAddr| format!("http://{of}");
    let start = |name: &str, listen: SocketAddr, user: &str| {
        let mut process = command(name, &[("KREIS_LISTEN", &listen.to_string())]);
        process.env("KREIS_SERVICE_SECRET_FILE", &secret_file);
        process.env("KREIS_DATABASE_URL", url(user));
        process.env("KREIS_DATABASE_PASSWORD", "of-this-cluster");
        process.env("KREIS_TOKEN_SERVICE", address(tokens));
        process.env("KREIS_TOKEN_LISTEN", tokens.to_string());
        process.env("KREIS_SIGNING_KEY_FILES", &key_file);
        process.env("KREIS_AUTH_SERVICE", address(auth));
        process.env("KREIS_ORG_SERVICE", address(org));
        process.env("KREIS_KPI_SERVICE", address(kpi));
        process.env("KREIS_LOG", "warn");
        Running(process.spawn().unwrap())
    };
    let _processes = [
        start("kreis-auth", auth, "kreis_auth"),
        start("kreis-org", org, "kreis_org"),
        start("kreis-kpi", kpi, "kreis_kpi"),
        start("kreis-gateway", gateway, "nobody"),
    ];
    wait_until_serving(gateway).await;
    let nobody = Actor::new(channel(gateway), None, 0);
    let greta = nobody.sign_in("greta@example.org", PASSWORD).await.unwrap();
    let me = greta
        .users()
        .get_me(greta.request(GetMeRequest {}))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(me.organisation.unwrap().time_zone, "Europe/Rome");
    greta.sign_out().await.unwrap();
    let refused = greta
        .users()
        .get_me(greta.request(GetMeRequest {}))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated);
}

#[test]
fn all_faults_of_a_configuration_are_named_at_once() {
    for (name, settings, expected) in [
        (
            "kreis-auth",
            &[
                ("KREIS_ACCESS_TOKEN_SECONDS", "forever"),
                ("KREIS_LISTEN", "here"),
            ][..],
            &[
                "KREIS_ACCESS_TOKEN_SECONDS",
                "KREIS_LISTEN",
                "KREIS_DATABASE_URL",
                "KREIS_SIGNING_KEY_FILES",
                "KREIS_SERVICE_SECRET",
            ][..],
        ),
        (
            "kreis-org",
            &[
                ("KREIS_SERVICE_SECRET", "short"),
                ("KREIS_LOG_FORMAT", "xml"),
                ("KREIS_LOG", "kreis_org=loudly"),
            ],
            &[
                "KREIS_SERVICE_SECRET must be 32",
                "KREIS_LOG_FORMAT",
                "KREIS_LOG is `kreis_org=loudly`; it must be a level",
                "KREIS_TOKEN_SERVICE",
                "KREIS_DATABASE_URL",
            ],
        ),
        (
            "kreis-kpi",
            &[
                ("KREIS_DATABASE_URL_FILE", "/does/not/exist"),
                ("KREIS_DATABASE_CONNECTIONS", "0"),
            ],
            &[
                "KREIS_DATABASE_URL_FILE",
                "KREIS_DATABASE_CONNECTIONS",
                "KREIS_TOKEN_SERVICE",
            ],
        ),
        (
            "kreis-gateway",
            &[
                ("KREIS_LISTEN", "0.0.0.0:0"),
                ("KREIS_WEB_DIR", "/does/not/exist"),
                ("KREIS_CORS_ORIGINS", "*"),
            ],
            &[
                "KREIS_ALLOW_PLAINTEXT=1",
                "KREIS_WEB_DIR",
                "KREIS_CORS_ORIGINS",
                "KREIS_AUTH_SERVICE",
                "KREIS_KPI_SERVICE",
            ],
        ),
        (
            "kreis",
            &[
                ("KREIS_LISTEN", "0.0.0.0:0"),
                ("KREIS_TIME_ZONE", "Europe/Atlantis"),
                ("KREIS_DATABASE_URL", "nowhere"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317"),
            ],
            &[
                "KREIS_ALLOW_PLAINTEXT=1",
                "Europe/Atlantis",
                "KREIS_DATABASE_URL",
                "OTEL_EXPORTER_OTLP_ENDPOINT is `https://collector:4317`",
            ],
        ),
    ] {
        let output = run(command(name, settings), "");
        assert!(!output.status.success(), "{name}");
        for error in expected {
            assert!(
                stderr(&output).contains(error),
                "{name}: {error} in {}",
                stderr(&output)
            );
        }
    }
}

#[test]
fn a_demo_listens_on_loopback_alone() {
    let settings = [
        ("KREIS_LISTEN", "0.0.0.0:0"),
        ("KREIS_ALLOW_PLAINTEXT", "1"),
    ];
    let mut demo = command("kreis", &settings);
    demo.env("KREIS_DATA_DIR", "/nonexistent/demo")
        .arg("--demo");
    let output = run(demo, "");
    assert!(!output.status.success());
    assert!(stderr(&output).contains("loopback"), "{}", stderr(&output));
}
