//! Inspects other processes, and runs one to its end.

use std::io;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::socket::{getsockopt, sockopt};
use nix::unistd::Pid;

use crate::stop_control::StopControl;

/// Interval of the checks whether a wait was cancelled.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// How long a killed command may take to end.
const KILL_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether the kernel still knows the pid, including zombies.
pub(crate) fn exists(pid: Pid) -> bool {
    kill(pid, None) != Err(nix::errno::Errno::ESRCH)
}

/// Whether the process still runs. A zombie, which waits for its parent, does not.
pub(crate) fn is_running(pid: Pid) -> bool {
    exists(pid) && !zombie(pid)
}

fn zombie(pid: Pid) -> bool {
    // "7 (name) Z 1 …", where the name may contain anything. Only Linux has this file. On other
    // systems the first process reaps orphans itself.
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| rest.starts_with(" Z"))
    })
}

/// Whether the process is a Postgres on `cluster`, which is then its working directory. `None` if
/// that is unknown.
pub(crate) fn is_postgres_on(pid: Pid, cluster: &Path) -> Option<bool> {
    if cfg!(target_os = "linux") {
        let directory = std::fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
        return Some(directory == cluster);
    }
    let output = Command::new("ps")
        .args(["-o", "command=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    let command = String::from_utf8_lossy(&output.stdout).into_owned();
    (!command.trim().is_empty()).then(|| command.contains(&*cluster.to_string_lossy()))
}

/// Whether any process is a Postgres on `cluster`. `None` if that is unknown.
pub(crate) fn any_works_on(cluster: &Path) -> Option<bool> {
    let processes = std::fs::read_dir("/proc").ok()?;
    let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let mut directories = pids.map(|pid| is_postgres_on(Pid::from_raw(pid), cluster));
    Some(directories.any(|works| works == Some(true)))
}

/// The process that listens on a unix socket, from the kernel.
pub(crate) fn listener(socket: &Path) -> Option<Pid> {
    let stream = UnixStream::connect(socket).ok()?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let pid = getsockopt(&stream, sockopt::PeerCredentials).ok()?.pid();
    #[cfg(target_vendor = "apple")]
    let pid = getsockopt(&stream, sockopt::LocalPeerPid).ok()?;
    Some(Pid::from_raw(pid))
}

/// Runs a command to its end and returns its output. Kills the command and its children after
/// `deadline`, or when kreis is stopping.
pub(crate) fn run(
    mut command: Command,
    deadline: Duration,
    control: &StopControl,
) -> io::Result<Output> {
    let until = Instant::now() + deadline;
    let child = command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let group = Pid::from_raw(child.id().cast_signed());
    let (finished, outcome) = mpsc::channel();
    thread::spawn(move || finished.send(child.wait_with_output()));
    while !control.is_stopping() && Instant::now() < until {
        match outcome.recv_timeout(POLL_INTERVAL) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let _ = killpg(group, Signal::SIGKILL);
    // Waits, so that none of its processes still works when the next command begins.
    let _ = outcome.recv_timeout(KILL_TIMEOUT);
    if control.is_stopping() {
        let reason = "kreis was told to stop";
        return Err(io::Error::new(io::ErrorKind::Interrupted, reason));
    }
    Err(io::Error::new(
        io::ErrorKind::TimedOut,
        format!("no end after {} s", deadline.as_secs()),
    ))
}

/// The error output of a failed command, on one line.
pub(crate) fn stderr_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    if lines.is_empty() {
        output.status.to_string()
    } else {
        lines.join("; ")
    }
}
