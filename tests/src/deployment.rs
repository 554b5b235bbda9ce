//! kreis as in `docker-compose.yml`, but without containers. Each server is a process with the
//! file's command and environment. The servers use TCP, and a Postgres that asks every role for its
//! password.

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use docker_compose_types::{Command as Words, Compose, Environment, HealthcheckTest, Service};
use kreis_embedded_postgres as embedded;
use kreis_server::tls::Identity;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, UnixStream},
};

use crate::{
    certificates::Authority,
    database::options,
    process::{binary, lasting_port, open_directory, run, stderr},
    stack::PASSWORD,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const WAIT_TIMEOUT: Duration = Duration::from_mins(1);
/// E-mail of the first gatekeeper, who has [`PASSWORD`].
pub const GATEKEEPER: &str = "greta@example.org";

/// An installation, with several processes for each server.
pub struct Deployment {
    compose: Compose,
    copies: usize,
    /// The real port, by service, copy, and port in the file.
    ports: BTreeMap<(String, usize, u16), u16>,
    postgres_port: u16,
    directory: TempDir,
    /// The authority of the servers' certificates; absent for plain text.
    authority: Option<Authority>,
    _postgres: embedded::Postgres,
}

/// The file, with its anchors and merges resolved.
#[must_use]
pub fn compose_file() -> Compose {
    let text = fs::read_to_string(Path::new(ROOT).join("docker-compose.yml")).expect("the file");
    let mut value: serde_norway::Value = serde_norway::from_str(&text).expect("YAML");
    value.apply_merge().expect("anchors that are there");
    serde_norway::from_value(value).expect("what the Compose specification knows")
}

impl Deployment {
    /// The migrated database, with secrets and a gatekeeper. No server runs yet.
    pub async fn begin(copies: usize) -> Self {
        Self::begin_with(copies, false).await
    }

    /// The same, with servers that use mutual TLS.
    pub async fn begin_over_tls(copies: usize) -> Self {
        Self::begin_with(copies, true).await
    }

    async fn begin_with(copies: usize, tls: bool) -> Self {
        let directory = open_directory();
        let (postgres, postgres_port) = postgres(directory.path()).await;
        let mut deployment = Self {
            compose: compose_file(),
            copies,
            ports: BTreeMap::new(),
            postgres_port,
            authority: tls.then(|| Authority::new(directory.path())),
            directory,
            _postgres: postgres,
        };
        deployment.make_secrets();
        deployment.lock_up().await;
        for (service, listens) in [
            ("auth", &[9090, 9091, 9100][..]),
            ("org", &[9090, 9100]),
            ("kpi", &[9090, 9100]),
            ("gateway", &[8080, 9100]),
        ] {
            for (copy, port) in
                (0..copies).flat_map(|copy| listens.iter().map(move |at| (copy, *at)))
            {
                let key = (service.to_owned(), copy, port);
                deployment.ports.insert(key, lasting_port());
            }
        }
        let migrated = run(deployment.command("migrate", 0), "");
        assert!(migrated.status.success(), "{}", stderr(&migrated));
        let mut add = deployment.command("migrate", 0);
        add = with_arguments(
            &add,
            &["user", "add", "--gatekeeper", "--email", GATEKEEPER],
        );
        add.args(["--first-name", "Greta", "--last-name", "Keller"]);
        let added = run(add, &format!("{PASSWORD}\n"));
        assert!(added.status.success(), "{}", stderr(&added));
        deployment
    }

    /// Runs the project's own script, in a directory of this test.
    fn make_secrets(&self) {
        let deploy = self.directory.path().join("deploy");
        fs::create_dir(&deploy).expect("a directory");
        let script = deploy.join("make-secrets");
        fs::copy(Path::new(ROOT).join("deploy/make-secrets"), &script).expect("the script");
        let made = run(Command::new(&script), "");
        assert!(made.status.success(), "{}", stderr(&made));
    }

    fn secret(&self, name: &str) -> PathBuf {
        self.directory.path().join("secrets").join(name)
    }

    /// Does what the Postgres image does with its environment: creates a superuser with a password
    /// and a database, and requires passwords.
    async fn lock_up(&self) {
        let data = self.directory.path().join("data");
        let socket = data.join("postgres-socket");
        let mut connection = PgConnection::connect_with(&options(path(&socket)))
            .await
            .expect("Postgres is there");
        let password = fs::read_to_string(self.secret("postgres_password")).expect("the secret");
        for statement in [
            format!(
                "create role kreis superuser login password '{}'",
                password.trim()
            ),
            "create database kreis owner kreis".to_owned(),
        ] {
            let made = connection.execute(AssertSqlSafe(statement)).await;
            made.expect("the image's superuser");
        }
        fs::write(
            data.join("postgres/pg_hba.conf"),
            "local all all scram-sha-256\n",
        )
        .expect("its file");
        let read = connection.execute("select pg_reload_conf()").await;
        read.expect("the file is read");
    }

    /// A service of the file as a process, with its command and environment. Local addresses and
    /// secrets replace those of the file.
    fn command(&self, service: &str, copy: usize) -> Command {
        let definition = self.service(service);
        let Some(Words::Args(words)) = &definition.command else {
            panic!("{service} has a command of several words");
        };
        let (program, arguments) = words.split_first().expect("a command");
        let mut command = Command::new(binary(program));
        command.args(arguments).env_clear();
        command.envs(self.environment(service, copy));
        command
    }

    /// The environment of a service.
    fn environment(&self, service: &str, copy: usize) -> BTreeMap<String, String> {
        let definition = self.service(service);
        let Environment::KvPair(environment) = &definition.environment else {
            panic!("{service} names its environment");
        };
        let mut here = BTreeMap::new();
        for (name, value) in environment {
            let value = value.as_ref().expect("a value").to_string();
            here.insert(name.clone(), self.here(service, copy, &value));
        }
        if let Some(authority) = &self.authority {
            let identity = self.identity(service, authority);
            for (name, file) in [
                ("KREIS_SERVICE_CERTIFICATE_FILE", &identity.certificate),
                ("KREIS_SERVICE_KEY_FILE", &identity.key),
                ("KREIS_SERVICE_CA_FILE", &authority.certificate),
            ] {
                here.insert(name.to_owned(), path(file).to_owned());
            }
        }
        here
    }

    /// The certificate of a service, for the address at which others call it.
    fn identity(&self, service: &str, authority: &Authority) -> Identity {
        let directory = self.directory.path().join("certificates").join(service);
        if directory.exists() {
            return Identity {
                certificate: directory.join("certificate.pem"),
                key: directory.join("key.pem"),
            };
        }
        fs::create_dir_all(&directory).expect("a directory");
        authority.vouch_for(&["127.0.0.1"], &directory)
    }

    /// The authority of the servers' certificates.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        self.authority.as_ref().expect("a deployment over TLS")
    }

    fn service(&self, name: &str) -> &Service {
        let found = self.compose.services.0.get(name).and_then(Option::as_ref);
        found.unwrap_or_else(|| panic!("the file has no {name}"))
    }

    /// Replaces the addresses and paths in a value of the file by local ones.
    fn here(&self, service: &str, copy: usize, value: &str) -> String {
        let secrets = self.directory.path().join("secrets");
        let value = value
            .replace("${KREIS_TIME_ZONE:-Europe/Zurich}", "Europe/Zurich")
            .replace("${KREIS_TRUSTED_PROXIES:-}", "")
            .replace("/run/secrets", path(&secrets))
            .replace("@postgres/", &format!("@127.0.0.1:{}/", self.postgres_port));
        if let Some(address) = value.strip_prefix("http://") {
            let (host, port) = address.split_once(':').expect("a host and a port");
            let of = if host == "127.0.0.1" { service } else { host };
            let copies = if of == service {
                copy..=copy
            } else {
                0..=self.copies - 1
            };
            let urls = copies.map(|copy| self.url(of, copy, port.parse().expect("a port")));
            return urls.collect::<Vec<_>>().join(",");
        }
        match value.strip_prefix("0.0.0.0:").map(str::parse) {
            Some(Ok(port)) => format!("127.0.0.1:{}", self.port(service, copy, port)),
            _ => value,
        }
    }

    fn port(&self, service: &str, copy: usize, port: u16) -> u16 {
        self.ports[&(service.to_owned(), copy, port)]
    }

    /// The local URL of a service for this port in the file.
    #[must_use]
    pub fn url(&self, service: &str, copy: usize, port: u16) -> String {
        let scheme = match &self.authority {
            Some(_) if service != "gateway" => "https",
            _ => "http",
        };
        format!("{scheme}://127.0.0.1:{}", self.port(service, copy, port))
    }

    /// Address of a gateway.
    #[must_use]
    pub fn gateway(&self, copy: usize) -> SocketAddr {
        ([127, 0, 0, 1], self.port("gateway", copy, 8080)).into()
    }

    /// Starts one process of a service, and waits until its health check passes. The services it
    /// depends on must serve already.
    #[must_use]
    pub fn start(&self, service: &str, copy: usize) -> Server {
        self.start_with(service, copy, &[])
    }

    /// The same, with additional settings.
    #[must_use]
    pub fn start_with(&self, service: &str, copy: usize, settings: &[(&str, PathBuf)]) -> Server {
        let log = self.directory.path().join(format!("{service}-{copy}.log"));
        let file = fs::File::options().create(true).append(true).open(&log);
        let mut command = self.command(service, copy);
        command
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file.expect("a file"));
        let server = Server {
            child: command.spawn().expect("the binary runs"),
            log,
        };
        let began = Instant::now();
        while !self.is_healthy(service, copy) {
            assert!(
                began.elapsed() < WAIT_TIMEOUT,
                "{service}: {}",
                server.log_output()
            );
        }
        server
    }

    /// Runs the health check of the file.
    fn is_healthy(&self, service: &str, copy: usize) -> bool {
        let check = self.service(service).healthcheck.as_ref();
        let Some(HealthcheckTest::Multiple(words)) = check.and_then(|check| check.test.as_ref())
        else {
            panic!("{service} has a health check");
        };
        let [kind, program, arguments @ ..] = words.as_slice() else {
            panic!("{service} has a health check of several words");
        };
        assert_eq!(kind, "CMD");
        let mut command = Command::new(binary(program));
        command.env_clear().envs(self.environment(service, copy));
        command.args(arguments.iter().map(|word| self.here(service, copy, word)));
        run(command, "").status.success()
    }
}

/// The same environment with other arguments.
fn with_arguments(command: &Command, arguments: &[&str]) -> Command {
    let mut other = Command::new(command.get_program());
    other.env_clear().args(arguments);
    other.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    other
}

/// One process of a service.
pub struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Stops it as a restart does, and waits until it has exited.
    pub fn stop(mut self) {
        self.signal();
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}: {}", self.log_output());
    }

    /// Its log so far.
    #[must_use]
    pub fn log_output(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn signal(&self) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), Signal::SIGTERM).expect("it is there");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.signal();
            // It has exited by now, or been killed.
            let _ = self.child.wait();
        }
    }
}

/// A Postgres with its data directory below this one, and its TCP port.
async fn postgres(directory: &Path) -> (embedded::Postgres, u16) {
    let settings = embedded::Settings::new(directory.join("data"))
        // The data is not needed after the test.
        .with("fsync", "off")
        .with("kreis.may_lose_data", "on")
        .with("max_connections", "200");
    let postgres = embedded::start(settings).await.expect("a Postgres");
    let socket = postgres.socket_dir().join(".s.PGSQL.5432");
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    // This Postgres listens on a socket only, so bytes are copied to and from a TCP port.
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let socket = socket.clone();
            tokio::spawn(async move {
                if let Ok(mut server) = UnixStream::connect(&socket).await {
                    // Either end may close at any time.
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                }
            });
        }
    });
    (postgres, port)
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}
