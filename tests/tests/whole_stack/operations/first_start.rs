//! The link that `kreis` prints at its first start.

use http::Method;
use kreis_proto::auth::v1::{CompleteSetupRequest, GetSetupRequest};
use kreis_tests::{
    Actor, Answered, database,
    process::{Kreis, add_greta, command, stderr},
    raw::RawClient,
};
use nix::sys::signal::Signal;
use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;
use tonic::{Code, Status, transport::Channel};

const PASSWORD: &str = "correct horse battery";

/// A kreis on a database, with pages to open.
struct Started {
    kreis: Kreis,
    _directory: TempDir,
}

fn start(database: &PgConnectOptions, settings: &[(&str, &str)]) -> Started {
    start_with(database, settings, &["serve"])
}

fn start_with(
    database: &PgConnectOptions,
    settings: &[(&str, &str)],
    arguments: &[&str],
) -> Started {
    let directory = tempfile::tempdir().unwrap();
    let (web, data) = (directory.path().join("web"), directory.path().join("data"));
    std::fs::create_dir(&web).unwrap();
    std::fs::write(
        web.join("index.html"),
        "<!doctype html><title>kreis</title>",
    )
    .unwrap();
    let mut serve = command("kreis", &[("KREIS_DATABASE_URL", &database::url(database))]);
    serve.env("KREIS_DATA_DIR", data).env("KREIS_WEB_DIR", web);
    serve.envs(settings.iter().copied()).args(arguments);
    Started {
        kreis: Kreis::start_command(serve),
        _directory: directory,
    }
}

impl Started {
    /// The address that the output names.
    fn link(&self) -> Option<String> {
        let said = self.kreis.log_output();
        let mut links = said.lines().map(str::trim);
        links
            .find(|line| line.contains("/setup#"))
            .map(str::to_owned)
    }

    fn token(&self) -> String {
        let link = self.link().expect("kreis prints a link");
        link.split_once('#').unwrap().1.to_owned()
    }

    async fn anonymous(&self) -> Actor {
        let address = Channel::from_shared(self.kreis.url.clone()).unwrap();
        Actor::new(address.connect().await.unwrap(), None, 0)
    }

    async fn open(&self, token: &str) -> Result<(), Status> {
        let get = GetSetupRequest {
            setup_token: token.to_owned(),
        };
        self.anonymous().await.auth().get_setup(get).await.map(drop)
    }

    async fn is_void(&self, token: &str) {
        let refused = self.open(token).await.refused();
        refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_link_is_open_until_it_is_used_and_no_scanner_uses_it_up() {
    let database = database::blank().await;
    let started = start(&database, &[("KREIS_ORGANISATION", "Verein")]);
    let link = started.link().unwrap();
    assert!(link.starts_with(&started.kreis.url), "{link}");
    let token = started.token();
    let scanner = RawClient::http1(started.kreis.url.clone());
    for path in ["/setup".to_owned(), format!("/setup?{token}")] {
        for method in [Method::HEAD, Method::GET] {
            let accept = [("accept", "text/html")];
            let answer = scanner.send(method, &path, &accept, "").await.unwrap();
            assert_eq!(answer.http, 200);
        }
    }
    let anonymous = started.anonymous().await;
    let get = GetSetupRequest {
        setup_token: token.clone(),
    };
    let opened = anonymous.auth().get_setup(get).await.unwrap();
    assert_eq!(opened.into_inner().organisation_name, "Verein");
    let setup = CompleteSetupRequest {
        setup_token: token.clone(),
        first_name: "Greta".into(),
        last_name: "Keller".into(),
        email: "greta@example.org".into(),
        password: PASSWORD.into(),
        organisation_name: "Verein".into(),
        time_zone: "Europe/Zurich".into(),
        ..CompleteSetupRequest::default()
    };
    anonymous.auth().complete_setup(setup).await.unwrap();
    started.is_void(&token).await;
    started.kreis.end_with(Signal::SIGTERM);
    let again = start(&database, &[]);
    assert_eq!(again.link(), None);
    assert!(!again.kreis.log_output().contains("user add"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_prints_another_link_and_a_user_of_the_operator_voids_it() {
    let database = database::blank().await;
    let started = start(&database, &[]);
    let first = started.token();
    started.open(&first).await.unwrap();
    started.kreis.end_with(Signal::SIGTERM);
    let started = start(&database, &[]);
    let second = started.token();
    started.is_void(&first).await;
    started.open(&second).await.unwrap();
    let place = ("KREIS_DATABASE_URL", &*database::url(&database));
    let added = add_greta(&[place], PASSWORD, &[]);
    assert!(added.status.success(), "{}", stderr(&added));
    started.is_void(&second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_begins_with_the_public_address_if_it_is_known() {
    let settings = [
        ("KREIS_SMTP_URL", "smtp://127.0.0.1:9?tls=off"),
        ("KREIS_MAIL_FROM", "kreis@example.org"),
        ("KREIS_PUBLIC_URL", "https://kreis.example.org/figures"),
    ];
    let started = start(&database::blank().await, &settings);
    let link = started.link().unwrap();
    assert!(
        link.starts_with("https://kreis.example.org/figures/setup#"),
        "{link}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_prints_no_link() {
    let demo = start_with(&database::blank().await, &[], &["serve", "--demo"]);
    assert_eq!(demo.link(), None);
    assert!(!demo.kreis.log_output().contains("user add"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_web_client_there_is_no_link() {
    let database = database::blank().await;
    let mut serve = command(
        "kreis",
        &[("KREIS_DATABASE_URL", &database::url(&database))],
    );
    let directory = tempfile::tempdir().unwrap();
    serve.env("KREIS_DATA_DIR", directory.path()).arg("serve");
    let kreis = Kreis::start_command(serve);
    let said = kreis.log_output();
    assert!(!said.contains("/setup#"), "{said}");
    assert!(said.contains("user add"), "{said}");
    let links = sqlx::query_scalar!(r#"select count(*) as "links!" from auth.setup_link"#);
    let sql = database::pool(&database);
    assert_eq!(links.fetch_one(&sql).await.unwrap(), 0);
}
