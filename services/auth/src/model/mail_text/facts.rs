//! What the texts of all languages are made from.

/// Subject and body of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailText {
    pub(crate) subject: String,
    pub(crate) body: String,
}

/// What a mail tells.
pub(super) struct Facts<'a> {
    /// Display name of the recipient.
    pub(super) name: &'a str,
    /// E-mail of the recipient.
    pub(super) email: &'a str,
    /// kreis, with the name of the organisation if it has one.
    pub(super) house: String,
    /// Display name of the gatekeeper who invites; empty if they are gone.
    pub(super) inviter: &'a str,
    /// Address of the web client.
    pub(super) url: &'a str,
    /// Address of the page on which the recipient sets a password; empty in a mail without a link.
    pub(super) link: &'a str,
    /// When the link expires; empty in a mail without a link.
    pub(super) until: String,
    /// When it happened.
    pub(super) time: String,
    /// The address of a sign-in; empty if it is unknown.
    pub(super) address: &'a str,
}

/// The texts of one language: for an invitation, for an invitation of a user who has a password,
/// for a forgotten password, for a changed password, and for a sign-in with a new browser.
pub(super) type Texts = [fn(&Facts<'_>) -> MailText; 5];
