//! People who forgot their password and ask for a link.
//!
//! The call only puts the e-mail into a queue. Whether it is that of a user is found out after the
//! answer, so that the time of the answer tells nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kreis_database::writes::Writes;
use kreis_server::metrics::{ServerMetrics, count};
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::{Outbox, PasswordSwitch, invitations};
use crate::{error::Error, model::EmailKey, store::Store};

/// Maximum number of waiting requests. Each has an e-mail of at most a kilobyte.
const MAX_WAITING: usize = 1_000;
/// How often a request is tried if the database fails.
const ATTEMPTS: u32 = 10;
const RETRY_WAIT: Duration = Duration::from_secs(1);

/// Where callers leave their request. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct ResetRequests {
    waiting: Sender<EmailKey>,
    refused: Arc<AtomicU64>,
}

impl ResetRequests {
    /// The queue, and its end for [`run`].
    pub(crate) fn new() -> (Self, Receiver<EmailKey>) {
        let (waiting, received) = mpsc::channel(MAX_WAITING);
        let requests = Self {
            waiting,
            refused: Arc::default(),
        };
        (requests, received)
    }

    /// Registers how many requests wait, and how many were refused.
    pub(crate) fn register_metrics(&self, metrics: &ServerMetrics) {
        let (waiting, refused) = (self.waiting.downgrade(), Arc::clone(&self.refused));
        metrics.gauge(
            "kreis_password_resets_waiting",
            "Requests for a new password that wait until their e-mail is looked up",
            &[],
            move || {
                let waiting = waiting.upgrade();
                count(waiting.map_or(0, |queue| queue.max_capacity() - queue.capacity()) as u64)
            },
        );
        metrics.counter(
            "kreis_password_resets_refused",
            "Requests for a new password that were refused because too many waited",
            &[],
            move || count(refused.load(Ordering::Relaxed)),
        );
    }

    /// Takes a request for any e-mail, known or not. Refuses it if too many wait.
    pub(crate) fn take(&self, email: EmailKey) -> Result<(), Error> {
        self.waiting.try_send(email).map_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            Error::Overloaded
        })
    }
}

/// Looks up the e-mails of the requests one after the other, and sends users their link.
pub(crate) async fn run(
    mut requests: Receiver<EmailKey>,
    store: Store,
    writes: Writes,
    outbox: Outbox,
    switch: PasswordSwitch,
) {
    while let Some(email) = requests.recv().await {
        for attempt in 1..=ATTEMPTS {
            let Err(cause) = answer(&email, &store, &writes, &outbox, &switch).await else {
                break;
            };
            if attempt == ATTEMPTS {
                tracing::warn!(error.cause = cause, "a request for a new password was lost");
                break;
            }
            tokio::time::sleep(RETRY_WAIT).await;
        }
    }
}

async fn answer(
    email: &EmailKey,
    store: &Store,
    writes: &Writes,
    outbox: &Outbox,
    switch: &PasswordSwitch,
) -> Result<(), String> {
    let user = store.user_to_reset(email, switch.only_gatekeepers()).await;
    let Some(user) = user.map_err(|error| error.to_string())? else {
        return Ok(());
    };
    let (store, outbox) = (store.clone(), outbox.clone());
    writes
        .run(async move { invitations::send_password_reset(&store, &outbox, user).await })
        .await
        .map_err(|refused| refused.message().to_owned())
}
