//! The outbox: use cases write mails into it, in the transaction that causes them. A background
//! task sends them.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::{error::Error, model::NewMail, store::Tx};

/// The outbox, as the use cases see it. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outbox {
    /// Wakes the sender. Absent if no mail server is configured.
    sender: Option<Arc<Notify>>,
}

impl Outbox {
    /// The outbox of a server that sends mails. `sender` wakes its sender.
    pub(crate) const fn new(sender: Arc<Notify>) -> Self {
        Self {
            sender: Some(sender),
        }
    }

    /// Whether this server sends mails.
    pub(crate) const fn sends_mail(&self) -> bool {
        self.sender.is_some()
    }

    /// Refuses what needs mails, if no mail server is configured.
    pub(crate) fn require(&self) -> Result<(), Error> {
        if self.sends_mail() {
            Ok(())
        } else {
            Err(Error::MailNotConfigured)
        }
    }

    /// Tells a user about an event with a mail without a link. It does nothing if no mail server is
    /// configured, or if the user got several such mails in the last hour.
    pub(super) async fn tell(&self, tx: &mut Tx, mail: NewMail) -> Result<(), Error> {
        let NewMail { user, kind, .. } = mail;
        if !self.sends_mail() || tx.mails_of_last_hour(user, kind).await? >= kind.most_in_an_hour()
        {
            return Ok(());
        }
        if kind.is_replaced_by_the_next() {
            tx.void_waiting_mail(user, kind).await?;
        }
        tx.insert_mail(&mail).await?;
        Ok(())
    }

    /// Wakes the sender, after a commit. The sender also looks by itself.
    pub(super) fn wake(&self) {
        if let Some(sender) = &self.sender {
            sender.notify_one();
        }
    }
}
