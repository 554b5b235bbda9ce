//! nginx and Caddy in front of a server of kreis, with the configurations of `deploy`.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use kreis_server::tls::Identity;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use crate::process::{lasting_port, tool};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const WAIT_TIMEOUT: Duration = Duration::from_secs(30);
/// The host name in the configurations.
pub const NAME: &str = "kreis.example.org";

/// The kind of proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// nginx.
    Nginx,
    /// Caddy.
    Caddy,
}

/// A proxy. It runs until it is dropped.
pub struct Proxy {
    /// Its TLS port, on every loopback address.
    pub port: u16,
    child: Child,
    _directory: TempDir,
}

impl Proxy {
    /// Starts a proxy in front of this address, and waits until it listens.
    #[must_use]
    pub fn before(kreis: SocketAddr, kind: Kind, identity: &Identity) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let port = lasting_port();
        let mut command = match kind {
            Kind::Nginx => nginx(directory.path(), kreis, port, identity),
            Kind::Caddy => caddy(directory.path(), kreis, port, identity),
        };
        let log = directory.path().join("log");
        let file = fs::File::create(&log).expect("a file");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file);
        let child = command.spawn().expect("the proxy runs");
        let proxy = Self {
            port,
            child,
            _directory: directory,
        };
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let said = || fs::read_to_string(&log).unwrap_or_default();
            assert!(began.elapsed() < WAIT_TIMEOUT, "{kind:?}: {}", said());
            std::thread::sleep(Duration::from_millis(20));
        }
        proxy
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("a process id"));
        // It may have exited already.
        let _ = kill(pid, Signal::SIGTERM);
        let _ = self.child.wait();
    }
}

/// A configuration with a local address, port and certificate. Each text to replace must occur
/// once.
fn recipe(path: &str, changes: &[(&str, &str)]) -> String {
    let mut recipe = fs::read_to_string(Path::new(ROOT).join(path)).expect("the recipe");
    for (there, here) in changes {
        assert!(recipe.contains(there), "{path} has no {there}");
        recipe = recipe.replace(there, here);
    }
    recipe
}

fn nginx(directory: &Path, kreis: SocketAddr, port: u16, identity: &Identity) -> Command {
    let recipe = recipe(
        "deploy/nginx/kreis.conf",
        &[
            ("127.0.0.1:8080", &kreis.to_string()),
            ("listen 443 ", &format!("listen {port} ")),
            ("/etc/ssl/kreis/fullchain.pem", text(&identity.certificate)),
            ("/etc/ssl/kreis/privkey.pem", text(&identity.key)),
        ],
    );
    let here = directory.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {here}/{kind};\n"))
        .concat();
    let whole = format!(
        "pid {here}/pid;\nerror_log stderr;\ndaemon off;\nmaster_process off;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}{recipe}}}\n"
    );
    let path = directory.join("nginx.conf");
    fs::write(&path, whole).expect("a file");
    let mut command = Command::new(tool("proxies/usr/sbin/nginx"));
    command.args(["-e", "stderr", "-p", text(directory), "-c", text(&path)]);
    command
}

fn caddy(directory: &Path, kreis: SocketAddr, port: u16, identity: &Identity) -> Command {
    let Identity { certificate, key } = identity;
    let site = format!(
        "https://{NAME}:{port} {{\n\ttls {} {}\n",
        text(certificate),
        text(key)
    );
    let recipe = recipe(
        "deploy/caddy/Caddyfile",
        &[
            ("127.0.0.1:8080", &kreis.to_string()),
            (&format!("{NAME} {{\n"), &site),
        ],
    );
    // Caddy serves only the site, without its admin endpoint.
    let whole = format!("{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{recipe}");
    let path = directory.join("Caddyfile");
    fs::write(&path, whole).expect("a file");
    let mut command = Command::new(tool("proxies/usr/bin/caddy"));
    command.args(["run", "--adapter", "caddyfile", "--config", text(&path)]);
    command.env("HOME", directory);
    command
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}
