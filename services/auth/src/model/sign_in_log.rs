//! The log of sign-ins.

use std::{str::FromStr, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use kreis_service::page::TimeCursor;

use super::{Client, NewSession, SignInMethod, UserId};

/// How long entries are kept, as `auth.purge_sign_in_log` does.
pub(crate) const LOG_LIFETIME: TimeDelta = TimeDelta::days(400);

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Activity {
    SignedIn,
    SignInRefused,
    RenewalRefused,
    RefreshTokenReused,
    SignedOut,
    SignedOutEverywhere,
    SessionEnded,
    /// All sessions, because the role changed or the user was deactivated.
    SessionsEnded,
    UserInvited,
    /// A user who has a password was invited to choose another.
    PasswordResetInvited,
    InvitationAccepted,
    InvitationWithdrawn,
    PasswordChanged,
    PasswordChangeRefused,
    /// The operator set a password on the command line.
    PasswordSet,
    /// The user set a password with a link that they had asked for.
    PasswordReset,
    /// The account of the user at a provider was linked.
    ProviderLinked,
}

impl Activity {
    pub(crate) const ALL: [Self; 17] = [
        Self::SignedIn,
        Self::SignInRefused,
        Self::RenewalRefused,
        Self::RefreshTokenReused,
        Self::SignedOut,
        Self::SignedOutEverywhere,
        Self::SessionEnded,
        Self::SessionsEnded,
        Self::UserInvited,
        Self::PasswordResetInvited,
        Self::InvitationAccepted,
        Self::InvitationWithdrawn,
        Self::PasswordChanged,
        Self::PasswordChangeRefused,
        Self::PasswordSet,
        Self::PasswordReset,
        Self::ProviderLinked,
    ];

    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInRefused => "sign_in_refused",
            Self::RenewalRefused => "renewal_refused",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::SignedOut => "signed_out",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::SessionEnded => "session_ended",
            Self::SessionsEnded => "sessions_ended",
            Self::UserInvited => "user_invited",
            Self::PasswordResetInvited => "password_reset_invited",
            Self::InvitationAccepted => "invitation_accepted",
            Self::InvitationWithdrawn => "invitation_withdrawn",
            Self::PasswordChanged => "password_changed",
            Self::PasswordChangeRefused => "password_change_refused",
            Self::PasswordSet => "password_set",
            Self::PasswordReset => "password_reset",
            Self::ProviderLinked => "provider_linked",
        }
    }
}

/// Why a caller was refused, or a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reason {
    UnknownEmail,
    WrongPassword,
    NoPassword,
    UserInactive,
    InvitationNotOpen,
    SessionNotOpen,
    /// The session is open, but the refresh token was never one of it.
    WrongToken,
    /// The user changed after the session began.
    UserChanged,
    /// The refusals that the log counts together, because there were too many.
    LeftOut,
    RoleChanged,
    UserDeactivated,
    TooManySessions,
    UnknownKey,
    KeyExpired,
    /// The owner of the service account is no active gatekeeper.
    AccountSuspended,
    KeyRemoved,
    /// Of a service account.
    RightsChanged,
    /// The browser had not begun the sign-in with a provider, or had finished it.
    SignOnNotBegun,
    /// Another provider answered than the one that was asked.
    WrongIssuer,
    CodeRefused,
    IdTokenRefused,
    EmailNotVerified,
    /// The user has another account at the provider.
    LinkedToAnother,
    ProviderUnavailable,
    PasswordsOff,
    SignedOutAtProvider,
}

impl Reason {
    pub(crate) const ALL: [Self; 26] = [
        Self::UnknownEmail,
        Self::WrongPassword,
        Self::NoPassword,
        Self::UserInactive,
        Self::InvitationNotOpen,
        Self::SessionNotOpen,
        Self::WrongToken,
        Self::UserChanged,
        Self::LeftOut,
        Self::RoleChanged,
        Self::UserDeactivated,
        Self::TooManySessions,
        Self::UnknownKey,
        Self::KeyExpired,
        Self::AccountSuspended,
        Self::KeyRemoved,
        Self::RightsChanged,
        Self::SignOnNotBegun,
        Self::WrongIssuer,
        Self::CodeRefused,
        Self::IdTokenRefused,
        Self::EmailNotVerified,
        Self::LinkedToAnother,
        Self::ProviderUnavailable,
        Self::PasswordsOff,
        Self::SignedOutAtProvider,
    ];

    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownEmail => "unknown_email",
            Self::WrongPassword => "wrong_password",
            Self::NoPassword => "no_password",
            Self::UserInactive => "user_inactive",
            Self::InvitationNotOpen => "invitation_not_open",
            Self::SessionNotOpen => "session_not_open",
            Self::WrongToken => "wrong_token",
            Self::UserChanged => "user_changed",
            Self::LeftOut => "left_out",
            Self::RoleChanged => "role_changed",
            Self::UserDeactivated => "user_deactivated",
            Self::TooManySessions => "too_many_sessions",
            Self::UnknownKey => "unknown_key",
            Self::KeyExpired => "key_expired",
            Self::AccountSuspended => "account_suspended",
            Self::KeyRemoved => "key_removed",
            Self::RightsChanged => "rights_changed",
            Self::SignOnNotBegun => "sign_on_not_begun",
            Self::WrongIssuer => "wrong_issuer",
            Self::CodeRefused => "code_refused",
            Self::IdTokenRefused => "id_token_refused",
            Self::EmailNotVerified => "email_not_verified",
            Self::LinkedToAnother => "linked_to_another",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::PasswordsOff => "passwords_off",
            Self::SignedOutAtProvider => "signed_out_at_provider",
        }
    }
}

/// A text in the database that is no activity or no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log of sign-ins has no `{0}`")]
pub(crate) struct UnknownName(String);

impl FromStr for Activity {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|activity| activity.as_str() == name)
            .ok_or_else(|| UnknownName(name.to_owned()))
    }
}

impl FromStr for Reason {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == name)
            .ok_or_else(|| UnknownName(name.to_owned()))
    }
}

/// An entry to append: what happened, and to which user. The other fields are set where they are known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewEntry<'a> {
    pub(crate) activity: Activity,
    pub(crate) user: UserId,
    /// Another person who did it.
    pub(crate) actor: Option<UserId>,
    pub(crate) method: Option<SignInMethod>,
    /// Why a session ended.
    pub(crate) reason: Option<Reason>,
    /// Label of a provider.
    pub(crate) provider: Option<&'a str>,
    pub(crate) session: Option<&'a str>,
    /// The program and address of the user, or of the caller who showed the user's token.
    pub(crate) client: Option<&'a Client>,
}

impl<'a> NewEntry<'a> {
    /// What the user did.
    pub(crate) const fn by_user(activity: Activity, user: UserId, client: &'a Client) -> Self {
        Self {
            client: Some(client),
            ..Self::by_operator(activity, user)
        }
    }

    /// The beginning of a session.
    pub(crate) fn signed_in(session: &'a NewSession) -> Self {
        Self {
            method: Some(session.method),
            provider: session.provider.as_ref().map(|it| it.label.as_str()),
            session: Some(&session.id),
            ..Self::by_user(Activity::SignedIn, session.user, &session.client)
        }
    }

    /// What the operator did.
    pub(crate) const fn by_operator(activity: Activity, user: UserId) -> Self {
        Self {
            activity,
            user,
            actor: None,
            method: None,
            reason: None,
            provider: None,
            session: None,
            client: None,
        }
    }

    /// What a gatekeeper did. The log does not keep their address and program.
    pub(crate) fn by_gatekeeper(activity: Activity, user: UserId, gatekeeper: UserId) -> Self {
        Self {
            actor: (gatekeeper != user).then_some(gatekeeper),
            ..Self::by_operator(activity, user)
        }
    }

    /// What this person did, who may be the user or another. The log keeps only the user's own
    /// address and program.
    pub(crate) fn by(activity: Activity, user: UserId, actor: UserId, client: &'a Client) -> Self {
        if actor == user {
            return Self::by_user(activity, user, client);
        }
        Self::by_gatekeeper(activity, user, actor)
    }
}

/// Refusals of one kind, as the log records them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusals {
    pub(crate) refusal: Refusal,
    /// Of the first one.
    pub(crate) client: Client,
    /// Time of the first one.
    pub(crate) time: DateTime<Utc>,
    pub(crate) count: u32,
}

/// What was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Refusal {
    pub(crate) activity: Activity,
    pub(crate) reason: Reason,
    /// Absent if it is about no known user.
    pub(crate) user: Option<UserId>,
    pub(crate) method: Option<SignInMethod>,
    /// Label of a provider.
    pub(crate) provider: Option<Arc<str>>,
}

impl Refusal {
    /// A link is not open.
    pub(crate) const LINK: Self = Self {
        activity: Activity::SignInRefused,
        reason: Reason::InvitationNotOpen,
        user: None,
        method: Some(SignInMethod::Invitation),
        provider: None,
    };
}

/// A person, with their current display name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) user_id: UserId,
    pub(crate) display_name: String,
}

/// What the log has of earlier sign-ins of a user.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EarlierSignIns {
    /// Whether there is one.
    pub(crate) any: bool,
    /// Whether one came from this address with this `user-agent`.
    pub(crate) by_this_program: bool,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) activity: Activity,
    pub(crate) user: Option<Person>,
    /// Whether the user is a service account.
    pub(crate) is_service_account: bool,
    pub(crate) actor: Option<Person>,
    pub(crate) method: Option<SignInMethod>,
    pub(crate) reason: Option<Reason>,
    pub(crate) session: String,
    pub(crate) client: Client,
    /// Label of a provider; empty for other methods.
    pub(crate) provider: String,
    pub(crate) count: i32,
}

impl Entry {
    /// The cursor after this entry.
    pub(crate) const fn cursor(&self) -> TimeCursor {
        TimeCursor {
            time: self.create_time,
            id: self.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_as_it_was_written() {
        for activity in Activity::ALL {
            assert_eq!(activity.as_str().parse(), Ok(activity));
        }
        for reason in Reason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(reason));
        }
        assert!("magic".parse::<Activity>().is_err());
        assert!("magic".parse::<Reason>().is_err());
    }
}
