//! Users and their changes.

use std::mem;

use chrono::{DateTime, Utc};
use kreis_service::{language::Language, names};

use super::{CircleId, Email, Name, UserId, Version};

/// A user with their circles, which are ordered by name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact that changes by itself"
)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    pub(crate) gatekeeper: bool,
    pub(crate) active: bool,
    pub(crate) has_password: bool,
    /// Whether an account of a provider for single sign-on is linked.
    pub(crate) is_linked: bool,
    /// Absent if it is not known.
    pub(crate) language: Option<Language>,
    pub(crate) circles: Vec<UserCircle>,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) update_time: DateTime<Utc>,
    pub(crate) version: Version,
}

/// A circle, in the list of a member's circles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserCircle {
    pub(crate) circle_id: CircleId,
    pub(crate) name: String,
}

/// Why all sessions of a user end. auth's log of sign-ins knows these names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionsEndReason {
    RoleChanged,
    UserDeactivated,
    /// Of a service account.
    RightsChanged,
    /// The owner of the service account is no longer an active gatekeeper.
    AccountSuspended,
}

impl SessionsEndReason {
    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::RoleChanged => "role_changed",
            Self::UserDeactivated => "user_deactivated",
            Self::RightsChanged => "rights_changed",
            Self::AccountSuspended => "account_suspended",
        }
    }
}

/// Whether a user can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserState {
    /// Has no password yet, and no account of a provider.
    Invited,
    /// Can sign in.
    Active,
    /// Was deactivated.
    Inactive,
}

/// A field that changed, with the old and the new content as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldChange {
    /// Name of the field in the message.
    pub(crate) field: &'static str,
    pub(crate) old: String,
    pub(crate) new: String,
}

impl FieldChange {
    /// Sets a field. Returns nothing if the field has this text already.
    pub(crate) fn set(field: &'static str, kept: &mut String, new: String) -> Option<Self> {
        if *kept == new {
            return None;
        }
        let old = mem::replace(kept, new.clone());
        Some(Self { field, old, new })
    }
}

impl User {
    pub(crate) fn state(&self) -> UserState {
        match (self.active, self.can_sign_in()) {
            (false, _) => UserState::Inactive,
            (true, false) => UserState::Invited,
            (true, true) => UserState::Active,
        }
    }

    /// Whether the user has a password, or an account of a provider for single sign-on.
    pub(crate) const fn can_sign_in(&self) -> bool {
        self.has_password || self.is_linked
    }

    /// Whether this is an active gatekeeper: one who can sign in, now or after accepting their
    /// invitation.
    pub(crate) fn is_active_gatekeeper(&self) -> bool {
        self.gatekeeper && self.active
    }

    /// Changes the fields that are given and leaves the rest. Returns what changed.
    pub(crate) fn apply(&mut self, update: UserUpdate) -> Vec<FieldChange> {
        let texts = [
            (
                "first_name",
                &mut self.first_name,
                update.first_name.map(Name::into_string),
            ),
            (
                "last_name",
                &mut self.last_name,
                update.last_name.map(Name::into_string),
            ),
            (
                "display_name",
                &mut self.display_name,
                update.display_name.map(Name::into_string),
            ),
            (
                "email",
                &mut self.email,
                update.email.map(Email::into_string),
            ),
        ];
        let mut changes: Vec<FieldChange> = texts
            .into_iter()
            .filter_map(|(field, kept, new)| FieldChange::set(field, kept, new?))
            .collect();
        if let Some(gatekeeper) = update.gatekeeper.filter(|new| *new != self.gatekeeper) {
            changes.push(FieldChange {
                field: "gatekeeper",
                old: self.gatekeeper.to_string(),
                new: gatekeeper.to_string(),
            });
            self.gatekeeper = gatekeeper;
        }
        if let Some(language) = update.language.filter(|new| Some(*new) != self.language) {
            changes.push(FieldChange {
                field: "language",
                old: self.language.map_or("", Language::tag).to_owned(),
                new: language.tag().to_owned(),
            });
            self.language = Some(language);
        }
        changes
    }

    /// The key by which display names are compared.
    pub(crate) fn display_name_key(&self) -> String {
        names::key(&self.display_name)
    }

    /// The key by which e-mails are compared.
    pub(crate) fn email_key(&self) -> String {
        names::key(&self.email)
    }

    /// The position in the list of users.
    pub(crate) fn cursor(&self) -> UserCursor {
        UserCursor {
            display_name_key: self.display_name_key(),
            id: self.id,
        }
    }
}

/// What to change about a user. Absent fields stay as they are.
#[derive(Debug, Clone, Default)]
pub(crate) struct UserUpdate {
    pub(crate) first_name: Option<Name>,
    pub(crate) last_name: Option<Name>,
    pub(crate) display_name: Option<Name>,
    pub(crate) email: Option<Email>,
    pub(crate) gatekeeper: Option<bool>,
    pub(crate) language: Option<Language>,
}

impl UserUpdate {
    /// Whether the update can end the role of a gatekeeper.
    pub(crate) fn demotes(&self) -> bool {
        self.gatekeeper == Some(false)
    }
}

/// A position in the list of users, kept in a page token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserCursor {
    pub(crate) display_name_key: String,
    pub(crate) id: UserId,
}

impl UserCursor {
    /// Before the first user: a key is never empty, and ids are positive.
    pub(crate) const START: Self = Self {
        display_name_key: String::new(),
        id: UserId::stored(0),
    };
}

/// The token with which an invited user sets a password. It is shown once, and never kept or
/// logged.
pub(crate) struct Invitation {
    pub(crate) token: String,
    pub(crate) expire_time: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> User {
        User {
            id: UserId::stored(1),
            first_name: "Anna".to_owned(),
            last_name: "Keller".to_owned(),
            display_name: "Anna Keller".to_owned(),
            email: "anna@example.org".to_owned(),
            gatekeeper: true,
            active: true,
            has_password: true,
            is_linked: false,
            language: None,
            circles: Vec::new(),
            create_time: DateTime::UNIX_EPOCH,
            update_time: DateTime::UNIX_EPOCH,
            version: Version::stored(1),
        }
    }

    #[test]
    fn an_update_names_each_field_that_changes_and_no_other() {
        let mut anne = user();
        let changes = anne.apply(UserUpdate {
            first_name: Name::of_person("Anne").ok(),
            last_name: Name::of_person(" Keller ").ok(),
            gatekeeper: Some(false),
            language: Some(Language::French),
            ..UserUpdate::default()
        });
        assert_eq!(
            changes,
            [
                FieldChange {
                    field: "first_name",
                    old: "Anna".to_owned(),
                    new: "Anne".to_owned(),
                },
                FieldChange {
                    field: "gatekeeper",
                    old: "true".to_owned(),
                    new: "false".to_owned(),
                },
                FieldChange {
                    field: "language",
                    old: String::new(),
                    new: "fr".to_owned(),
                },
            ]
        );
        assert_eq!(anne.first_name, "Anne");
        assert!(!anne.gatekeeper);
    }

    #[test]
    fn an_update_to_the_same_changes_nothing() {
        let mut same = user();
        let changes = same.apply(UserUpdate {
            email: Email::parse("anna@example.org").ok(),
            gatekeeper: Some(true),
            ..UserUpdate::default()
        });
        assert!(changes.is_empty());
        assert_eq!(same, user());
    }

    #[test]
    fn only_an_active_gatekeeper_counts_as_one() {
        for (gatekeeper, active) in [(false, false), (false, true), (true, false), (true, true)] {
            let user = User {
                gatekeeper,
                active,
                ..user()
            };
            assert_eq!(user.is_active_gatekeeper(), gatekeeper && active);
        }
    }

    #[test]
    fn a_deactivated_user_is_inactive_with_or_without_a_password() {
        for has_password in [true, false] {
            let user = User {
                active: false,
                has_password,
                ..user()
            };
            assert_eq!(user.state(), UserState::Inactive);
        }
    }
}
