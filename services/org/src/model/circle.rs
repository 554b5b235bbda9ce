//! Circles and their members.

use chrono::{DateTime, Utc};
use kreis_service::names;

use super::{CircleId, FieldChange, Name, UserId, Version};

/// A circle with its economists, who are ordered by display name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Circle {
    pub(crate) id: CircleId,
    pub(crate) name: String,
    pub(crate) members: Vec<CircleMember>,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) update_time: DateTime<Utc>,
    pub(crate) version: Version,
}

/// A user, in the list of members of a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CircleMember {
    pub(crate) user_id: UserId,
    pub(crate) display_name: String,
    pub(crate) active: bool,
}

impl Circle {
    /// Renames the circle. Returns the change, or nothing if the name is the same.
    pub(crate) fn rename(&mut self, name: Name) -> Option<FieldChange> {
        FieldChange::set("name", &mut self.name, name.into_string())
    }

    /// The key by which names are compared.
    pub(crate) fn name_key(&self) -> String {
        names::key(&self.name)
    }

    /// The position in the list of circles.
    pub(crate) fn cursor(&self) -> CircleCursor {
        CircleCursor {
            name_key: self.name_key(),
            id: self.id,
        }
    }
}

/// A position in the list of circles, kept in a page token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CircleCursor {
    pub(crate) name_key: String,
    pub(crate) id: CircleId,
}

impl CircleCursor {
    /// Before the first circle: a key is never empty, and ids are positive.
    pub(crate) const START: Self = Self {
        name_key: String::new(),
        id: CircleId::stored(0),
    };
}

/// What still refers to a circle, so that it cannot be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CircleUse {
    Members,
    ServiceAccounts,
    Kpis,
    Changes,
}

impl CircleUse {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::ServiceAccounts => "service_accounts",
            Self::Kpis => "kpis",
            Self::Changes => "changes",
        }
    }
}
