//! A process of `kreis` with one gatekeeper, on a database of its own in the tests' Postgres. For
//! tests of the logs, traces and metrics of a whole process.

use std::{net::SocketAddr, path::Path, process::Command};

use kreis_auth::operator::set_password;
use kreis_org::operator::{NewUserInput, add_user};
use nix::sys::signal::Signal;
use sqlx::{PgPool, postgres::PgConnectOptions};
use tempfile::TempDir;
use tonic::transport::Endpoint;

use crate::{
    Actor, database,
    process::{Kreis, command, run, stderr, stdout, tool},
};

/// E-mail of the gatekeeper. No other text of a test contains it.
pub const EMAIL: &str = "hidden.gatekeeper@example.org";
/// Their password.
pub const PASSWORD: &str = "hidden horse battery";

/// A running `kreis`.
pub struct Server {
    /// The process.
    pub kreis: Kreis,
    /// Id of the gatekeeper.
    pub gatekeeper_id: i64,
    /// The superuser's pool.
    pub sql: PgPool,
    program: Box<dyn Fn() -> Command + Send + Sync>,
    directory: TempDir,
}

impl Server {
    /// Starts `kreis` with these settings and waits until it is ready.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_on(database::fresh().await, settings).await
    }

    /// The same, on this database, which is migrated and has no users.
    pub async fn start_on(database: PgConnectOptions, settings: &[(&str, &str)]) -> Self {
        Self::start_as(database, settings, |settings| command("kreis", settings)).await
    }

    /// The same, with the command that `program` makes from all settings.
    pub async fn start_as(
        database: PgConnectOptions,
        settings: &[(&str, &str)],
        program: impl Fn(&[(&str, &str)]) -> Command + Send + Sync + 'static,
    ) -> Self {
        let sql = database::pool(&database);
        let gatekeeper_id = add_gatekeeper(&sql, "Hidden", EMAIL).await;
        let directory = tempfile::tempdir().expect("a directory");
        let data_dir = directory.path().to_str().expect("a path of text");
        let mut all = vec![
            ("KREIS_DATABASE_URL".to_owned(), database::url(&database)),
            ("KREIS_DATA_DIR".to_owned(), data_dir.to_owned()),
        ];
        let settings = settings.iter();
        all.extend(settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let program = move || {
            let all = all
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()));
            program(&all.collect::<Vec<_>>())
        };
        Self {
            kreis: started(program()).await,
            gatekeeper_id,
            sql,
            program: Box::new(program),
            directory,
        }
    }

    /// The directory with its signing key.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.directory.path()
    }

    /// Kills the process with SIGKILL, and starts it again after `meanwhile`.
    pub async fn kill_and_start(&mut self, meanwhile: impl Future<Output = ()>) {
        self.kreis.end_in_time(Signal::SIGKILL);
        meanwhile.await;
        self.kreis = started((self.program)()).await;
    }

    /// A caller without a token.
    #[must_use]
    pub fn anonymous(&self) -> Actor {
        let channel = Endpoint::from_shared(self.kreis.url.clone()).expect("it prints a URL");
        Actor::new(channel.connect_lazy(), None, 0)
    }

    /// The gatekeeper, signed in.
    pub async fn gatekeeper(&self) -> Actor {
        let signed_in = self.anonymous().sign_in(EMAIL, PASSWORD).await;
        signed_in.expect("the gatekeeper can sign in")
    }

    /// Another gatekeeper with this name, signed in.
    pub async fn another_gatekeeper(&self, name: &str) -> Actor {
        let email = format!("{name}.gatekeeper@example.org");
        add_gatekeeper(&self.sql, name, &email).await;
        let signed_in = self.anonymous().sign_in(&email, PASSWORD).await;
        signed_in.expect("another gatekeeper can sign in")
    }

    /// Stops the process as operators do, and returns its whole standard error.
    pub async fn final_output(self) -> String {
        let Self {
            kreis,
            directory: _directory,
            ..
        } = self;
        tokio::task::spawn_blocking(move || kreis.final_output())
            .await
            .expect("an end does not panic")
    }
}

/// Signs in as the gatekeeper with grpcurl. Returns whether it succeeded, and its output. `options`
/// are the TLS options of grpcurl.
pub async fn grpcurl_signs_in(server: SocketAddr, options: &[&str]) -> (bool, String) {
    let login = format!(r#"{{"email": "{EMAIL}", "password": "{PASSWORD}"}}"#);
    let mut grpcurl = Command::new(tool("grpcurl/bin/grpcurl"));
    grpcurl
        .args(options)
        .args(["-d", &login, &server.to_string()]);
    grpcurl.arg("kreis.auth.v1.AuthService/Login");
    let output = tokio::task::spawn_blocking(move || run(grpcurl, "")).await;
    let output = output.expect("grpcurl does not panic");
    (output.status.success(), stdout(&output) + &stderr(&output))
}

async fn started(command: Command) -> Kreis {
    tokio::task::spawn_blocking(move || Kreis::start_command(command))
        .await
        .expect("a start does not panic")
}

async fn add_gatekeeper(sql: &PgPool, first_name: &str, email: &str) -> i64 {
    let gatekeeper = NewUserInput {
        first_name: first_name.to_owned(),
        last_name: "Gatekeeper".to_owned(),
        display_name: None,
        email: email.to_owned(),
        gatekeeper: true,
    };
    let user_id = add_user(sql, gatekeeper).await;
    let user_id = user_id.expect("a user can be added");
    let set = set_password(sql, user_id, PASSWORD, &[]).await;
    set.expect("a password can be set");
    user_id
}
