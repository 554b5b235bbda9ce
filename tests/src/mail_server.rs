//! A real mail server, and the mails that it took.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use kreis_auth::MailConfig;
use kreis_server::{config::Settings, tls::Identity};
use serde::Deserialize;
use tempfile::TempDir;

use crate::process::tool;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mail_server.py");
const WAIT_TIMEOUT: Duration = Duration::from_secs(30);
/// Address of the web client in the mails of the tests.
pub const PUBLIC_URL: &str = "https://kreis.example.org";

/// A running mail server. It ends when it is dropped.
pub struct MailServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    child: Child,
    directory: TempDir,
    options: Vec<String>,
}

/// A mail that the server took.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    /// Recipients of the envelope.
    pub to: Vec<String>,
    /// Sender of the envelope.
    pub from: String,
    /// Names and decoded values of the headers.
    pub headers: Vec<(String, String)>,
    /// The decoded text.
    pub text: String,
    /// The bytes as they came.
    pub raw: String,
    /// How many mails the server was taking when it took this one.
    pub at_once: usize,
}

impl Mail {
    /// Value of a header that occurs once.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let mut values = self.headers.iter().filter(|(found, _)| found == name);
        let value = values.next().map_or("", |(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} occurs twice");
        value
    }

    /// The token of the link in the mail.
    #[must_use]
    pub fn token(&self) -> String {
        self.link().expect("the mail has a link")
    }

    /// The token of the link, if the mail has one.
    fn link(&self) -> Option<String> {
        let start = format!("{PUBLIC_URL}/invitation#");
        let mut tokens = self
            .text
            .lines()
            .filter_map(|line| line.strip_prefix(&start));
        let token = tokens.next()?.to_owned();
        assert!(tokens.next().is_none(), "the mail has two links");
        Some(token)
    }
}

impl MailServer {
    /// Starts a server without TLS and without sign-in.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server that demands TLS (`starttls` or `implicit`) and a sign-in.
    #[must_use]
    pub fn with_tls(mode: &str, identity: &Identity, user: &str, password: &str) -> Self {
        let path = |path: &Path| path.to_str().expect("a path of text").to_owned();
        Self::start_with(&[
            "--tls".to_owned(),
            mode.to_owned(),
            "--certificate".to_owned(),
            path(&identity.certificate),
            "--key".to_owned(),
            path(&identity.key),
            "--user".to_owned(),
            user.to_owned(),
            "--password".to_owned(),
            password.to_owned(),
        ])
    }

    fn start_with(options: &[String]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let (child, port) = run(directory.path(), 0, options);
        Self {
            port,
            child,
            directory,
            options: options.to_vec(),
        }
    }

    /// Settings of mails to this server, which allows no TLS: short waits, and retries at once.
    #[must_use]
    pub fn config(&self) -> MailConfig {
        let url = format!("smtp://127.0.0.1:{}?tls=off", self.port);
        mail_config(&[("KREIS_SMTP_URL", &url)])
    }

    /// Makes it behave badly, as `mail_server.py` says; with an empty text, well.
    pub fn set_fault(&self, fault: &str) {
        let unfinished = self.directory.path().join("next-fault");
        fs::write(&unfinished, fault).expect("a file");
        fs::rename(unfinished, self.directory.path().join("fault")).expect("a file");
    }

    /// Stops it. Its port refuses connections then.
    pub fn stop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Starts it again after [`Self::stop`], on the same port.
    pub fn start_again(&mut self) {
        (self.child, _) = run(self.directory.path(), self.port, &self.options);
    }

    /// All mails so far, in the order in which it took them.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        let directory = fs::read_dir(self.directory.path()).expect("its directory");
        let mut paths: Vec<_> = directory
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
        paths.sort();
        let read = |path| fs::read_to_string(path).expect("a mail");
        paths
            .into_iter()
            .map(|path| serde_json::from_str(&read(path)).expect("a mail"))
            .collect()
    }

    /// The recipients for whom a mail was offered, in order, also of mails that it did not take.
    #[must_use]
    pub fn offered(&self) -> Vec<String> {
        let attempts = fs::read_to_string(self.directory.path().join("attempts"));
        let attempts = attempts.unwrap_or_default();
        attempts.lines().map(ToOwned::to_owned).collect()
    }

    /// Waits until it was offered so many mails.
    pub async fn wait_until_offered(&self, mails: usize) {
        self.wait_until(|| self.offered().len() >= mails).await;
    }

    /// Waits until it has taken so many mails, and returns them.
    pub async fn wait_for(&self, mails: usize) -> Vec<Mail> {
        self.wait_until(|| self.mails().len() >= mails).await;
        self.mails()
    }

    /// The tokens of the links that it has taken for a recipient, in order.
    #[must_use]
    pub fn links_to(&self, recipient: &str) -> Vec<String> {
        let mails = self.mails().into_iter();
        let theirs = mails.filter(|mail| mail.to == [recipient]);
        theirs.filter_map(|mail| mail.link()).collect()
    }

    /// Waits until it has taken so many links for a recipient, and returns the token of the last.
    pub async fn wait_for_link(&self, recipient: &str, links: usize) -> String {
        self.wait_until(|| self.links_to(recipient).len() >= links)
            .await;
        self.links_to(recipient).remove(links - 1)
    }

    /// Waits until it has taken the first mail.
    pub async fn first_mail(&self) -> Mail {
        self.wait_for(1).await.remove(0)
    }

    async fn wait_until(&self, done: impl Fn() -> bool) {
        let began = Instant::now();
        while !done() {
            assert!(began.elapsed() < WAIT_TIMEOUT, "{:?}", self.mails());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have been stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Settings of mails, with short waits. A test names at least the server.
#[must_use]
pub fn mail_config(settings: &[(&str, &str)]) -> MailConfig {
    let usual = [
        ("KREIS_MAIL_FROM", "kreis <kreis@example.org>"),
        ("KREIS_PUBLIC_URL", PUBLIC_URL),
    ];
    let all = usual.iter().chain(settings);
    let map: BTreeMap<String, String> = all
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut settings = Settings::from_map(map);
    let config = MailConfig::from_settings(&mut settings);
    settings.finish().expect("the settings are right");
    let mut config = config.expect("a mail server is set");
    config.send_timeout = Duration::from_secs(2);
    config.first_retry = Duration::from_millis(100);
    config
}

fn run(directory: &Path, port: u16, options: &[String]) -> (Child, u16) {
    let mut child = Command::new(tool("aiosmtpd/bin/python"))
        .arg(PROGRAM)
        .arg(directory)
        .arg(format!("--port={port}"))
        .args(options)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the mail server runs");
    let mut line = String::new();
    let output = child.stdout.take().expect("it was piped");
    BufReader::new(output).read_line(&mut line).expect("a line");
    let port = line.trim().parse().expect("its port");
    (child, port)
}
