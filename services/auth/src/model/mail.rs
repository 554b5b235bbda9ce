//! Mails: what kinds there are, how long auth tries to send one, and how many a user may get.

use std::{net::IpAddr, str::FromStr, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use kreis_service::{calendar::TimeZone, language::Language};

use super::{InvitationHash, UserId};

/// How long an invitation that was sent is valid, as one from `InviteUser`.
const INVITATION_LIFETIME: TimeDelta = TimeDelta::hours(72);
/// How long the link is valid with which a user sets a new password.
const PASSWORD_RESET_LIFETIME: TimeDelta = TimeDelta::minutes(30);

const LONGEST_RETRY: Duration = Duration::from_hours(1);

/// What a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailKind {
    /// A gatekeeper invites the user to set a first or a new password.
    Invitation,
    /// The user forgot their password.
    PasswordReset,
    /// The password of the user has changed.
    PasswordChanged,
    /// A browser or program signed in that had not signed in to the account before.
    NewBrowser,
}

impl MailKind {
    pub(crate) const ALL: [Self; 4] = [
        Self::Invitation,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::NewBrowser,
    ];

    /// The text in the database, and in log lines.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::NewBrowser => "new_browser",
        }
    }

    /// After this time auth does not try again. A person who waits for a link asks for another one.
    pub(crate) const fn give_up_after(self) -> TimeDelta {
        match self {
            Self::PasswordReset => PASSWORD_RESET_LIFETIME,
            Self::Invitation | Self::PasswordChanged | Self::NewBrowser => TimeDelta::hours(24),
        }
    }

    /// How many of this kind a user gets at most in an hour.
    pub(crate) const fn most_in_an_hour(self) -> i64 {
        match self {
            Self::PasswordReset => 3,
            Self::Invitation | Self::PasswordChanged | Self::NewBrowser => 5,
        }
    }

    /// Whether a mail that waits is void once there is a newer one of the same kind.
    pub(crate) const fn is_replaced_by_the_next(self) -> bool {
        !matches!(self, Self::NewBrowser)
    }

    /// How long the link in the mail is valid, from the time it is sent; absent for a mail without
    /// a link.
    pub(crate) const fn link_lifetime(self) -> Option<TimeDelta> {
        match self {
            Self::Invitation => Some(INVITATION_LIFETIME),
            Self::PasswordReset => Some(PASSWORD_RESET_LIFETIME),
            Self::PasswordChanged | Self::NewBrowser => None,
        }
    }
}

/// A text in the database that is no kind of mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind of mail `{0}`")]
pub(crate) struct UnknownMailKind(String);

impl FromStr for MailKind {
    type Err = UnknownMailKind;

    fn from_str(text: &str) -> Result<Self, UnknownMailKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownMailKind(text.to_owned()))
    }
}

/// A mail to send. It is written down in the transaction that causes it.
#[derive(Debug, Clone)]
pub(crate) struct NewMail {
    pub(crate) user: UserId,
    pub(crate) kind: MailKind,
    /// The gatekeeper who invites.
    pub(crate) actor: Option<UserId>,
    /// The current hash of the link, for a mail with a link.
    pub(crate) link: Option<InvitationHash>,
    /// The address of a sign-in.
    pub(crate) address: Option<IpAddr>,
}

impl NewMail {
    /// A mail to a user, without a link.
    pub(crate) const fn about(user: UserId, kind: MailKind) -> Self {
        Self {
            user,
            kind,
            actor: None,
            link: None,
            address: None,
        }
    }
}

/// A mail that this server has claimed, with what is known of its recipient now.
#[derive(Debug, Clone)]
pub(crate) struct ClaimedMail {
    pub(crate) id: i64,
    pub(crate) kind: MailKind,
    pub(crate) create_time: DateTime<Utc>,
    /// How often servers have begun to send it, with this time.
    pub(crate) attempts: i32,
    pub(crate) give_up_time: DateTime<Utc>,
    pub(crate) link: Option<InvitationHash>,
    pub(crate) recipient: Recipient,
    /// Display name of the gatekeeper who invites.
    pub(crate) actor_name: Option<String>,
    /// The address of a sign-in; absent if it is unknown.
    pub(crate) address: Option<String>,
    pub(crate) organisation: MailOrganisation,
}

/// The user who gets a mail.
#[derive(Debug, Clone)]
pub(crate) struct Recipient {
    pub(crate) user: UserId,
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) active: bool,
    pub(crate) has_password: bool,
    /// Absent if the user has chosen none.
    pub(crate) language: Option<Language>,
}

/// What a mail says about the organisation.
#[derive(Debug, Clone)]
pub(crate) struct MailOrganisation {
    /// Empty until it is set.
    pub(crate) name: String,
    pub(crate) zone: TimeZone,
}

/// How a mail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailOutcome {
    /// The mail server has taken it.
    Sent,
    /// The mail server refused it, or could not be reached in time.
    Failed,
    /// Its reason is gone: the invitation was withdrawn, or its user is inactive.
    Void,
}

impl MailOutcome {
    /// The text in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Void => "void",
        }
    }
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub(crate) struct SendError {
    /// Without the address of the recipient.
    pub(crate) cause: String,
    /// Whether a further attempt would fail too.
    pub(crate) is_final: bool,
}

/// The mails that wait, for the metrics.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WaitingMails {
    pub(crate) count: i64,
    /// Age of the oldest, in seconds; zero if none waits.
    pub(crate) oldest_age_seconds: f64,
}

/// The wait after a mail failed for the `attempts`-th time; absent if auth then gives up. Each wait
/// is three times as long as the one before.
pub(crate) fn retry_after(
    first: Duration,
    attempts: i32,
    now: DateTime<Utc>,
    give_up_time: DateTime<Utc>,
) -> Option<Duration> {
    let exponent = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let wait = first
        .saturating_mul(3_u32.saturating_pow(exponent))
        .min(LONGEST_RETRY);
    let next = now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
    (next < give_up_time).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_secs(10);

    #[test]
    fn every_kind_is_read_as_it_was_written() {
        for kind in MailKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("newsletter".parse::<MailKind>().is_err());
    }

    #[test]
    fn waits_grow_to_an_hour_and_end_after_a_day() {
        let began = Utc::now();
        let give_up_time = began + MailKind::Invitation.give_up_after();
        let (mut now, mut attempts, mut waits) = (began, 1, Vec::new());
        while let Some(wait) = retry_after(FIRST, attempts, now, give_up_time) {
            waits.push(wait.as_secs());
            now += wait;
            attempts += 1;
        }
        assert_eq!(waits[..7], [10, 30, 90, 270, 810, 2430, 3600]);
        assert!(waits[7..].iter().all(|wait| *wait == 3600), "{waits:?}");
        assert!((20..=30).contains(&waits.len()), "{waits:?}");
        assert!(now < give_up_time);
    }

    #[test]
    fn no_number_of_attempts_overflows() {
        let now = Utc::now();
        let far = now + TimeDelta::days(1);
        assert_eq!(retry_after(FIRST, i32::MAX, now, far), Some(LONGEST_RETRY));
        assert_eq!(retry_after(FIRST, 0, now, far), Some(FIRST));
    }
}
