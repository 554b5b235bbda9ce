//! Many connections from one address that send nothing or read nothing.

use std::{fs, future::pending, time::Duration};

use futures_util::{StreamExt, stream};
use kreis_tests::{
    database,
    flood::{is_owed_answers, silent as silent_connection, unread_files},
    process::{command, open_directory, with_few_files},
    server::Server,
};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};

use crate::{healthy::Healthy, outcome::Check};

/// More connections than the process accepts.
const SILENT: usize = 10_100;
/// More connections than the process may open files.
const UNREAD: usize = 1_100;
const FILES: u32 = 1_000;
/// Files that each connection requests.
const STREAMS: u32 = 10;
/// Connections that are opened at the same time.
const AT_ONCE: usize = 50;
/// The default limit of an address, and what kreis itself has open: files of its runtime, and
/// connections to Postgres and between its servers.
const DESCRIPTORS: u64 = 500 + 120;
/// Longer than the server keeps a connection without progress: 10 seconds, and the time to notice.
const CUT_OFF: Duration = Duration::from_secs(16);
/// Longest time to see that a connection was closed.
const DRAINED: Duration = Duration::from_millis(100);
/// Longest time to connect. If too many connect at once, the kernel retries after one second and
/// after three (tcp(7)).
const CONNECTED: Duration = Duration::from_secs(5);
/// Removes the limit for the flood.
const ANY_NUMBER: (&str, &str) = ("KREIS_CONNECTIONS_PER_ADDRESS", "10000");

pub(crate) async fn silent(planted: bool) -> Vec<Check> {
    let settings: &[_] = if planted { &[ANY_NUMBER] } else { &[] };
    let server = Server::start(settings).await;
    let mut healthy = Healthy::before(&server).await;
    let held = open(SILENT, || silent_connection(&server.kreis.url)).await;
    let descriptors = server.kreis.descriptors();
    healthy.meanwhile(pending()).await;
    drop(held);
    let mut checks = healthy.afterwards().await;
    checks.insert(0, few_descriptors(descriptors));
    checks
}

pub(crate) async fn unread(planted: bool) -> Vec<Check> {
    let web = open_directory();
    let page = "x".repeat(1024 * 1024);
    fs::write(web.path().join("index.html"), page).expect("a file can be written");
    let directory = web.path().to_str().expect("a path of text");
    let mut settings = vec![("KREIS_WEB_DIR", directory)];
    settings.extend(planted.then_some(ANY_NUMBER));
    let few_files = |settings: &[(&str, &str)]| with_few_files(&command("kreis", settings), FILES);
    let server = Server::start_as(database::fresh().await, &settings, few_files).await;
    let mut healthy = Healthy::before(&server).await;
    let ask = || unread_files(&server.kreis.url, "/index.html", STREAMS);
    let mut held = open(UNREAD, ask).await;
    let (number, opened) = (held.len(), Instant::now());
    let descriptors = server.kreis.descriptors();
    healthy.meanwhile(pending()).await;
    sleep_until(opened + CUT_OFF).await;
    let mut left = 0;
    for socket in &mut held {
        left += usize::from(is_owed_answers(socket, DRAINED, STREAMS as usize).await);
    }
    drop(held);
    let mut checks = healthy.afterwards().await;
    checks.insert(0, few_descriptors(descriptors));
    checks.push(Check::none(
        "connections with answers that are not read, open after 16 s",
        left,
        number,
    ));
    checks
}

fn few_descriptors(open: usize) -> Check {
    let promise = "open files of kreis meanwhile, connections among them";
    Check::at_most(promise, open as u64, DESCRIPTORS, "files")
}

/// Opens this many connections, some at a time. The server may close them at any time.
async fn open<F>(number: usize, connect: impl Fn() -> F) -> Vec<TcpStream>
where
    F: Future<Output = std::io::Result<TcpStream>>,
{
    stream::iter(0..number)
        .map(|_| timeout(CONNECTED, connect()))
        .buffer_unordered(AT_ONCE)
        .filter_map(async |opened| opened.ok()?.ok())
        .collect()
        .await
}
