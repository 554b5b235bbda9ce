//! The binaries of kreis as processes, as operators run them.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    ops::Range,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use crate::random::below;

const WAIT_TIMEOUT: Duration = Duration::from_mins(1);
/// Below the range that Linux uses for outgoing connections (ip(7), `ip_local_port_range`).
const LASTING_PORTS: Range<u16> = 10_000..32_000;
/// The longest time in which `kreis` stops, as its README promises.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Path of a binary of the workspace. `make test` builds all of them.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let this = env::current_exe().expect("this is a program");
    let directory = this.parent().expect("a program is in a directory");
    // Tests are one directory below the binaries.
    let directory = if directory.ends_with("deps") {
        directory.parent().expect("tests are built below target")
    } else {
        directory
    };
    let path = directory.join(name);
    assert!(
        path.exists(),
        "{} is missing: run `cargo build --workspace`",
        path.display()
    );
    path
}

/// Path of a client or helper that `tools/install tests` has installed below `.tools`.
#[must_use]
pub fn tool(path: &str) -> PathBuf {
    let tool = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../.tools")
        .join(path);
    assert!(
        tool.exists(),
        "{} is missing: run `tools/install tests`",
        tool.display()
    );
    tool
}

/// A free port that the system does not use for outgoing connections, so that it stays free between
/// two uses.
#[must_use]
pub fn lasting_port() -> u16 {
    loop {
        let offset = u16::try_from(below(u64::from(LASTING_PORTS.end - LASTING_PORTS.start)));
        let port = LASTING_PORTS.start + offset.expect("a number below that of all ports");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A binary whose environment has only `PATH`, `HOME` and these settings.
#[must_use]
pub fn command(name: &str, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(binary(name));
    command
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default());
    command
        .env("HOME", "/nonexistent")
        .env("KREIS_LISTEN", "127.0.0.1:0");
    command.envs(settings.iter().copied());
    command
}

/// The same command with a limit on open files, as `ulimit -n` sets it.
#[must_use]
pub fn with_few_files(command: &Command, most: u32) -> Command {
    let mut limited = Command::new("prlimit");
    limited.arg(format!("--nofile={most}"));
    limited.arg(command.get_program()).args(command.get_args());
    let set = |(name, value)| Some((name, value?));
    limited.env_clear().envs(command.get_envs().filter_map(set));
    limited
}

/// Runs a command to its end, with this text on standard input.
#[must_use]
pub fn run(mut command: Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child
        .stdin
        .take()
        .expect("standard input is piped")
        .write_all(input.as_bytes())
        // The program may exit without reading its input.
        .ok();
    child.wait_with_output().expect("the binary ends")
}

/// Adds the gatekeeper Greta Keller with the operator's command. `more` are additional arguments of
/// `user add`.
#[must_use]
pub fn add_greta(settings: &[(&str, &str)], password: &str, more: &[&str]) -> Output {
    let mut add = command("kreis", settings);
    add.args(["user", "add", "--gatekeeper"]);
    add.args(["--email", "greta@example.org"]);
    add.args(["--first-name", "Greta", "--last-name", "Keller"]);
    add.args(more);
    run(add, &format!("{password}\n"))
}

/// Runs a server until its standard error has this text, then stops it.
pub fn wait_for_output(mut command: Command, expected: &str) {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.reopen().expect("the same file"))
        .spawn()
        .expect("the binary runs");
    let began = Instant::now();
    let said = loop {
        let said = fs::read_to_string(log.path()).expect("text");
        if said.contains(expected) || began.elapsed() > WAIT_TIMEOUT {
            break said;
        }
        thread::sleep(Duration::from_millis(20));
    };
    end_in_time(&mut child, Signal::SIGTERM);
    assert!(said.contains(expected), "{expected:?} is not in: {said}");
}

/// Runs `kreis` to its end, signed in at a server.
pub async fn run_signed_in(
    url: &str,
    (email, password): (&str, &str),
    arguments: &[impl AsRef<OsStr>],
) -> Output {
    let settings = [
        ("KREIS_SERVER", url),
        ("KREIS_EMAIL", email),
        ("KREIS_PASSWORD", password),
    ];
    let mut kreis = command("kreis", &settings);
    kreis.args(arguments);
    tokio::task::spawn_blocking(move || run(kreis, ""))
        .await
        .expect("a run does not panic")
}

/// Standard output of a run, as text.
#[must_use]
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Standard error of a run, as text.
#[must_use]
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A directory below the system's temporary one to which every user has access.
#[must_use]
pub fn open_directory() -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::Builder::new()
        .prefix("kreis-")
        .tempdir()
        .expect("a directory");
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).expect("its mode");
    directory
}

/// Sends a signal to a `kreis` and waits for its end, at most 10 seconds.
pub fn end_in_time(child: &mut Child, signal: Signal) -> ExitStatus {
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
    kill(pid, signal).expect("kreis is there");
    let asked = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("kreis is a child of ours") {
            return status;
        }
        if asked.elapsed() > STOP_TIMEOUT {
            // It may have exited after all.
            let _ = child.kill();
            let _ = child.wait();
            panic!("kreis has not ended {STOP_TIMEOUT:?} after {signal}");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// A running `kreis`.
pub struct Kreis {
    child: Child,
    /// Address of its gateway, such as `http://127.0.0.1:41234`.
    pub url: String,
    stderr: PathBuf,
    _log: TempDir,
}

impl Kreis {
    /// Starts `kreis` on a data directory and waits until it is ready.
    #[must_use]
    pub fn start(data_dir: &Path, arguments: &[&str]) -> Self {
        let data_dir = data_dir.to_str().expect("a path of text");
        let mut command = command("kreis", &[("KREIS_DATA_DIR", data_dir)]);
        command.args(arguments);
        Self::start_command(command)
    }

    /// Starts a command that prints its URL when it is ready.
    #[must_use]
    pub fn start_command(mut command: Command) -> Self {
        let log = tempfile::tempdir().expect("a directory");
        let stderr = log.path().join("stderr");
        let file = fs::File::create(&stderr).expect("a file");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .expect("kreis runs");
        let (found, ready) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().expect("standard output is piped"));
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if let Some(url) = line.strip_prefix("ready: ") {
                    // The receiver is gone if the test has given up.
                    let _ = found.send(url.to_owned());
                }
            }
        });
        let Ok(url) = ready.recv_timeout(WAIT_TIMEOUT) else {
            let said = fs::read_to_string(&stderr).unwrap_or_default();
            // It may have exited by itself.
            let _ = child.kill();
            let _ = child.wait();
            panic!("kreis was not ready: {said}");
        };
        Self {
            child,
            url,
            stderr,
            _log: log,
        }
    }

    /// Its standard error so far.
    #[must_use]
    pub fn log_output(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap_or_default()
    }

    /// Stops it as operators do, and returns its whole standard error.
    #[must_use]
    pub fn final_output(mut self) -> String {
        self.signal(Signal::SIGTERM);
        self.child.wait().expect("kreis ends");
        self.log_output()
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its resident memory in bytes (proc(5), `VmRSS`).
    #[must_use]
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()));
        let status = status.expect("kreis runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        let kibibytes: u64 = number
            .and_then(|number| number.parse().ok())
            .expect("the kernel writes a number");
        kibibytes * 1024
    }

    /// Number of its open file descriptors.
    #[must_use]
    pub fn descriptors(&self) -> usize {
        let open = fs::read_dir(format!("/proc/{}/fd", self.pid()));
        open.expect("kreis runs").count()
    }

    /// Sends a signal to it.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("kreis is there");
    }

    /// Sends a signal and waits for the end, at most 10 seconds.
    pub fn end_in_time(&mut self, signal: Signal) -> ExitStatus {
        end_in_time(&mut self.child, signal)
    }

    /// Sends a signal and waits for the end. Returns the exit status and the time it took.
    #[expect(
        clippy::must_use_candidate,
        reason = "mostly the end is what is wanted"
    )]
    pub fn end_with(mut self, signal: Signal) -> (ExitStatus, Duration) {
        let asked = Instant::now();
        self.signal(signal);
        let status = self.child.wait().expect("kreis ends");
        (status, asked.elapsed())
    }
}

impl Drop for Kreis {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.signal(Signal::SIGTERM);
            // It has exited by now, or been killed.
            let _ = self.child.wait();
        }
    }
}
