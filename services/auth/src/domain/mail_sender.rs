//! Sends the mails of the outbox, each at least once.
//!
//! A server claims a mail for the time of a lease, sends it, and notes how it ended. If the server
//! dies in between, the lease ends and another server claims the mail. The token of a link is made
//! at the claim and is only in the mail: the database has its hash.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use kreis_database::writes::Writes;
use kreis_server::{
    log_rate_limit::LogRateLimit,
    metrics::{ServerMetrics, count},
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use super::{Outbox, invitations::expire_time};
use crate::{
    error::Error,
    model::{
        ClaimedMail, InvitationToken, MailOutcome, SendError, WaitingMails, retry_after,
        text_of_mail,
    },
    smtp::{MailConfig, SmtpClient},
    store::Store,
};

/// How many mails this server sends at the same time.
const AT_ONCE: i64 = 4;
/// How often the sender looks for mails that other servers have written, or that wait for another
/// attempt.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// How often the metrics of the outbox are read.
const COUNT_INTERVAL: Duration = Duration::from_secs(10);

/// Sends the mails of the outbox.
pub(crate) struct MailSender {
    store: Store,
    writes: Writes,
    smtp: SmtpClient,
    config: MailConfig,
    wake: Arc<Notify>,
    counts: Arc<Counts>,
}

/// What the metrics show.
#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    failed: AtomicU64,
    failed_attempts: AtomicU64,
    waiting: Mutex<WaitingMails>,
}

impl Counts {
    fn waiting(&self) -> WaitingMails {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A claimed mail and the token of its link.
struct Outgoing {
    mail: ClaimedMail,
    link: Option<(InvitationToken, DateTime<Utc>)>,
}

impl MailSender {
    pub(crate) fn new(store: Store, writes: Writes, config: MailConfig) -> Self {
        Self {
            store,
            writes,
            smtp: SmtpClient::new(&config),
            config,
            wake: Arc::default(),
            counts: Arc::default(),
        }
    }

    /// The outbox that this sender empties.
    pub(crate) fn outbox(&self) -> Outbox {
        Outbox::new(Arc::clone(&self.wake))
    }

    /// Registers how many mails wait, since when, and how many ended.
    pub(crate) fn register_metrics(&self, metrics: &ServerMetrics) {
        let counts = || Arc::clone(&self.counts);
        let (waiting, age) = (counts(), counts());
        metrics.gauge(
            "kreis_mails_waiting",
            "Mails that wait to be sent, of all servers",
            &[],
            move || count(waiting.waiting().count.unsigned_abs()),
        );
        metrics.gauge(
            "kreis_mails_oldest_age_seconds",
            "Age of the oldest mail that waits to be sent",
            &[],
            move || age.waiting().oldest_age_seconds,
        );
        let (sent, failed, attempts) = (counts(), counts(), counts());
        metrics.counter(
            "kreis_mails_sent",
            "Mails that the mail server has taken",
            &[],
            move || count(sent.sent.load(Ordering::Relaxed)),
        );
        metrics.counter(
            "kreis_mails_failed",
            "Mails that were given up",
            &[],
            move || count(failed.failed.load(Ordering::Relaxed)),
        );
        metrics.counter(
            "kreis_mail_attempts_failed",
            "Attempts to send a mail that failed",
            &[],
            move || count(attempts.failed_attempts.load(Ordering::Relaxed)),
        );
    }

    /// Sends mails until it is dropped.
    pub(crate) async fn run(self) {
        let mut last_count: Option<Instant> = None;
        loop {
            if last_count.is_none_or(|last| last.elapsed() >= COUNT_INTERVAL) {
                last_count = Some(Instant::now());
                self.count_waiting().await;
            }
            let claimed = self.claim().await;
            if claimed.is_empty() {
                // The time limit is the interval, so its end is no error.
                let _ = timeout(LOOK_INTERVAL, self.wake.notified()).await;
            } else {
                join_all(claimed.into_iter().map(|outgoing| self.send(outgoing))).await;
                last_count = None;
            }
        }
    }

    async fn count_waiting(&self) {
        if let Ok(waiting) = self.store.waiting_mails().await {
            *self
                .counts
                .waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = waiting;
        }
    }

    async fn claim(&self) -> Vec<Outgoing> {
        let (store, lease) = (self.store.clone(), self.config.lease());
        let claimed = self
            .writes
            .run(async move { claim(&store, lease).await })
            .await;
        let (claimed, void) = match claimed {
            Ok(mails) => mails,
            Err(refused) => {
                static LOG_LIMIT: LogRateLimit = LogRateLimit::new(1);
                if LOG_LIMIT.allow().is_some() {
                    let cause = refused.message();
                    tracing::warn!(error.cause = cause, "mails could not be claimed");
                }
                return Vec::new();
            }
        };
        for mail in void {
            self.end(&mail, MailOutcome::Void).await;
        }
        claimed
    }

    async fn send(&self, Outgoing { mail, link }: Outgoing) {
        let language = mail.recipient.language.unwrap_or(self.config.language);
        let link = link.map(|(token, until)| {
            let address = self.config.page(&format!("invitation#{}", token.as_str()));
            (address, until)
        });
        let link = link
            .as_ref()
            .map(|(address, until)| (address.as_str(), *until));
        let text = text_of_mail(&mail, language, &self.config.page(""), link);
        let outcome = if mail.give_up_time <= Utc::now() {
            Err(SendError {
                cause: "it waited for too long".to_owned(),
                is_final: true,
            })
        } else {
            self.smtp.send(&mail, text).await
        };
        match outcome {
            Ok(()) => {
                self.counts.sent.fetch_add(1, Ordering::Relaxed);
                self.end(&mail, MailOutcome::Sent).await;
            }
            Err(error) => self.fail(&mail, &error).await,
        }
    }

    /// Lets a mail wait for another attempt, or gives it up.
    async fn fail(&self, mail: &ClaimedMail, error: &SendError) {
        self.counts.failed_attempts.fetch_add(1, Ordering::Relaxed);
        let wait = retry_after(
            self.config.first_retry,
            mail.attempts,
            Utc::now(),
            mail.give_up_time,
        );
        let wait = wait.filter(|_| !error.is_final);
        let (kind, cause) = (mail.kind.as_str(), error.to_string());
        let user = mail.recipient.user.get();
        let Some(wait) = wait else {
            self.counts.failed.fetch_add(1, Ordering::Relaxed);
            tracing::error!(
                mail.id = mail.id,
                mail.kind = kind,
                mail.attempts = mail.attempts,
                user.id = user,
                error.cause = cause,
                "a mail was given up"
            );
            self.end(mail, MailOutcome::Failed).await;
            return;
        };
        tracing::warn!(
            mail.id = mail.id,
            mail.kind = kind,
            mail.attempts = mail.attempts,
            user.id = user,
            retry_ms = wait.as_millis(),
            error.cause = cause,
            "a mail was not sent yet"
        );
        let (store, mail) = (self.store.clone(), mail.clone());
        let noted = self
            .writes
            .run(async move { Ok::<_, Error>(store.retry_mail(&mail, wait).await?) });
        // Otherwise the lease ends, and the next attempt comes then.
        let _ = noted.await;
    }

    async fn end(&self, mail: &ClaimedMail, outcome: MailOutcome) {
        let (store, ended) = (self.store.clone(), mail.clone());
        let noted = self
            .writes
            .run(async move { Ok::<_, Error>(store.end_mail(&ended, outcome).await?) });
        if let Err(refused) = noted.await {
            tracing::warn!(
                mail.id = mail.id,
                error.cause = refused.message(),
                "it was not noted that a mail has ended, so it may be sent again"
            );
        }
    }
}

/// Claims mails that are due, and gives each link a new token. Returns the mails to send, and those
/// whose reason is gone.
async fn claim(store: &Store, lease: Duration) -> Result<(Vec<Outgoing>, Vec<ClaimedMail>), Error> {
    let mut tx = store.begin().await?;
    let (mut claimed, mut void) = (Vec::new(), Vec::new());
    for mail in tx.claim_mails(AT_ONCE, lease).await? {
        if !mail.recipient.active {
            void.push(mail);
            continue;
        }
        let Some(current) = mail.link.clone() else {
            claimed.push(Outgoing { mail, link: None });
            continue;
        };
        let token = InvitationToken::random().map_err(|_| Error::NoRandomness)?;
        let (hash, until) = (token.hash(), expire_time(mail.kind));
        let owner = (mail.recipient.user, mail.kind);
        if tx.renew_link(owner, &current, &hash, until).await? {
            tx.set_link_of_mail(mail.id, &hash).await?;
            let link = Some((token, until));
            claimed.push(Outgoing { mail, link });
        } else {
            void.push(mail);
        }
    }
    tx.commit().await?;
    Ok((claimed, void))
}
