//! The change log of users, roles, circles and membership.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use kreis_service::page::TimeCursor;

use super::{CircleId, UserId};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    UserCreated,
    UserUpdated,
    UserInvited,
    UserDeactivated,
    UserReactivated,
    /// A user who has a password was invited to choose another.
    PasswordResetInvited,
    InvitationAccepted,
    /// The operator set a password on the command line.
    PasswordSet,
    PasswordChanged,
    /// A user who forgot their password chose another one by the link in a mail.
    PasswordReset,
    InvitationWithdrawn,
    CircleCreated,
    CircleUpdated,
    CircleDeleted,
    MemberAdded,
    MemberRemoved,
    ServiceAccountCreated,
    ServiceAccountUpdated,
    ServiceAccountRemoved,
    ServiceKeyAdded,
    ServiceKeyRemoved,
}

impl Activity {
    pub(crate) const ALL: [Self; 21] = [
        Self::UserCreated,
        Self::UserUpdated,
        Self::UserInvited,
        Self::UserDeactivated,
        Self::UserReactivated,
        Self::PasswordResetInvited,
        Self::InvitationAccepted,
        Self::PasswordSet,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::InvitationWithdrawn,
        Self::CircleCreated,
        Self::CircleUpdated,
        Self::CircleDeleted,
        Self::MemberAdded,
        Self::MemberRemoved,
        Self::ServiceAccountCreated,
        Self::ServiceAccountUpdated,
        Self::ServiceAccountRemoved,
        Self::ServiceKeyAdded,
        Self::ServiceKeyRemoved,
    ];

    /// The text in the change log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::UserCreated => "user_created",
            Self::UserUpdated => "user_updated",
            Self::UserInvited => "user_invited",
            Self::UserDeactivated => "user_deactivated",
            Self::UserReactivated => "user_reactivated",
            Self::PasswordResetInvited => "password_reset_invited",
            Self::InvitationAccepted => "invitation_accepted",
            Self::PasswordSet => "password_set",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::InvitationWithdrawn => "invitation_withdrawn",
            Self::CircleCreated => "circle_created",
            Self::CircleUpdated => "circle_updated",
            Self::CircleDeleted => "circle_deleted",
            Self::MemberAdded => "member_added",
            Self::MemberRemoved => "member_removed",
            Self::ServiceAccountCreated => "service_account_created",
            Self::ServiceAccountUpdated => "service_account_updated",
            Self::ServiceAccountRemoved => "service_account_removed",
            Self::ServiceKeyAdded => "service_key_added",
            Self::ServiceKeyRemoved => "service_key_removed",
        }
    }
}

/// A text in the database that is no activity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no activity `{0}`")]
pub(crate) struct UnknownActivity(String);

impl FromStr for Activity {
    type Err = UnknownActivity;

    fn from_str(text: &str) -> Result<Self, UnknownActivity> {
        Self::ALL
            .into_iter()
            .find(|activity| activity.as_str() == text)
            .ok_or_else(|| UnknownActivity(text.to_owned()))
    }
}

/// A person who did something, with their current display name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) user_id: UserId,
    pub(crate) display_name: String,
}

/// One entry of the change log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) id: i64,
    pub(crate) create_time: DateTime<Utc>,
    /// Absent for the operator's command line, and for a provider.
    pub(crate) changed_by: Option<Person>,
    /// The present owner of the service account that made the change; absent for a person.
    pub(crate) owner: Option<Person>,
    pub(crate) activity: Activity,
    pub(crate) user: Option<Person>,
    pub(crate) circle_id: Option<CircleId>,
    /// Name of the circle at the time of the change.
    pub(crate) circle_name: String,
    pub(crate) field: String,
    pub(crate) old_text: String,
    pub(crate) new_text: String,
    /// Label of the provider whose single sign-on made the change; empty for others.
    pub(crate) provider: String,
}

impl Change {
    /// The cursor after this change.
    pub(crate) const fn cursor(&self) -> TimeCursor {
        TimeCursor {
            time: self.create_time,
            id: self.id,
        }
    }
}

/// An entry to append: begins with the user or the circle, then sets fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewChange<'a> {
    pub(crate) activity: Activity,
    pub(crate) user: Option<UserId>,
    pub(crate) circle: Option<(CircleId, &'a str)>,
    pub(crate) field: &'a str,
    pub(crate) old_text: &'a str,
    pub(crate) new_text: &'a str,
}

impl<'a> NewChange<'a> {
    /// An entry about a user.
    pub(crate) fn about_user(activity: Activity, user: UserId) -> Self {
        Self {
            activity,
            user: Some(user),
            circle: None,
            field: "",
            old_text: "",
            new_text: "",
        }
    }

    /// An entry about a circle, with its current name.
    pub(crate) fn about_circle(activity: Activity, circle: CircleId, name: &'a str) -> Self {
        Self {
            activity,
            user: None,
            circle: Some((circle, name)),
            field: "",
            old_text: "",
            new_text: "",
        }
    }
}

/// Which entries a list of changes has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeScope {
    All,
    User(UserId),
    Circle(CircleId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_activity_is_read_as_it_was_written() {
        for activity in Activity::ALL {
            assert_eq!(activity.as_str().parse(), Ok(activity));
        }
        assert!("user_deleted".parse::<Activity>().is_err());
    }
}
