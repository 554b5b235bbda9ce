//! Other users cannot read the memory of a server, which holds passwords and keys.

use std::{
    fs::metadata,
    io::{BufRead, BufReader},
    os::unix::{fs::MetadataExt, process::CommandExt},
    process::Stdio,
};

use kreis_tests::process::command;
use nix::unistd::geteuid;

/// A user without special rights.
const NOBODY: u32 = 65_534;

/// The user who may read the memory of a gateway with these settings.
fn who_may_look(settings: &[(&str, &str)]) -> u32 {
    let mut gateway = command("kreis-gateway", settings);
    for name in ["AUTH", "ORG", "KPI", "TOKEN"] {
        gateway.env(format!("KREIS_{name}_SERVICE"), "http://127.0.0.1:9");
    }
    gateway.env("KREIS_SERVICE_SECRET", "0123456789abcdef0123456789abcdef");
    if geteuid().is_root() {
        gateway.uid(NOBODY);
    }
    gateway.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = gateway.stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let listens = said.any(|line| line.unwrap().contains("listening"));
    assert!(listens, "the gateway has ended");
    let owner = metadata(format!("/proc/{}/mem", child.id())).unwrap().uid();
    child.kill().unwrap();
    child.wait().unwrap();
    owner
}

#[test]
fn only_root_reads_the_memory_of_a_server_unless_the_operator_allows_it() {
    assert_eq!(who_may_look(&[]), 0);
    let own = if geteuid().is_root() {
        NOBODY
    } else {
        geteuid().as_raw()
    };
    assert_eq!(who_may_look(&[("KREIS_CORE_DUMPS", "on")]), own);
}
