//! Service accounts, their circles and their keys.

use chrono::{DateTime, TimeDelta, Utc};
use kreis_service::names;

use super::{CircleId, FieldChange, Name, Person, UserCircle, UserId, Version};

/// Most service accounts. The list has no pages, and the deactivation of an owner revokes the tokens
/// of all their accounts in one transaction.
pub(crate) const MAX_SERVICE_ACCOUNTS: i64 = 200;

/// Most keys of an account that have not expired: one in use, and the next one.
pub(crate) const MAX_SERVICE_KEYS: usize = 2;

/// Most circles of an account that is not for all of them.
const MAX_CIRCLES: usize = 500;

/// A service account with its keys, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceAccount {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) access: ServiceAccess,
    pub(crate) circles: ServiceCircles,
    pub(crate) owner: Person,
    /// Whether the owner is not an active gatekeeper.
    pub(crate) suspended: bool,
    pub(crate) keys: Vec<ServiceKeyState>,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) update_time: DateTime<Utc>,
    pub(crate) version: Version,
}

/// What a service account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServiceAccess {
    /// Call RPCs that change nothing.
    Read,
    /// Also write for its circles.
    Write,
}

/// The circles of a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ServiceCircles {
    /// All circles, also those that are created later.
    All,
    /// These, ordered by name. Empty if the last one was deleted.
    Some(Vec<UserCircle>),
}

/// The circles that a request gives to a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CircleScope {
    All,
    /// At least one, without repetitions.
    Some(Vec<CircleId>),
}

/// A list of circles that breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScopeError {
    #[error("must have at least one circle, or be for all circles")]
    Empty,
    #[error("must have at most {MAX_CIRCLES} circles")]
    TooMany,
    #[error("must have no circles if it is for all circles")]
    AllAndSome,
    #[error("must have positive numbers")]
    NoId,
}

/// A key of a service account, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceKeyState {
    pub(crate) id: ServiceKeyId,
    /// The first characters of the key.
    pub(crate) hint: String,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) expire_time: DateTime<Utc>,
    /// Absent if the key was never used.
    pub(crate) first_use_time: Option<DateTime<Utc>>,
    pub(crate) last_use_time: Option<DateTime<Utc>>,
}

/// Id of a key.
pub(crate) type ServiceKeyId = kreis_server::id::Id<OfServiceKey>;

/// Type parameter of the ids of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum OfServiceKey {}

/// How long a key lasts: 1 to 365 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyLifetime(TimeDelta);

/// A lifetime out of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 1 to 365")]
pub(crate) struct KeyLifetimeError;

impl KeyLifetime {
    /// The default.
    pub(crate) const DEFAULT: Self = Self(TimeDelta::days(90));

    pub(crate) const fn from_days(days: i32) -> Result<Self, KeyLifetimeError> {
        match days {
            1..=365 => Ok(Self(TimeDelta::days(days as i64))),
            _ => Err(KeyLifetimeError),
        }
    }

    /// When a new key expires.
    pub(crate) fn end(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.0
    }
}

impl ServiceAccess {
    /// The name in the change log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    pub(crate) const fn writes(self) -> bool {
        matches!(self, Self::Write)
    }
}

impl ServiceCircles {
    /// Their names in the change log.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Some(circles) => {
                let names: Vec<&str> = circles.iter().map(|circle| circle.name.as_str()).collect();
                names.join(", ")
            }
        }
    }
}

impl CircleScope {
    /// Checks the circles of a request.
    pub(crate) fn parse(all: bool, ids: &[i64]) -> Result<Self, ScopeError> {
        if all {
            let none = ids.is_empty();
            return none.then_some(Self::All).ok_or(ScopeError::AllAndSome);
        }
        if ids.is_empty() {
            return Err(ScopeError::Empty);
        }
        if ids.len() > MAX_CIRCLES {
            return Err(ScopeError::TooMany);
        }
        let ids: Result<Vec<CircleId>, _> = ids.iter().map(|id| CircleId::parse(*id)).collect();
        let mut ids = ids.map_err(|_| ScopeError::NoId)?;
        ids.sort_unstable();
        ids.dedup();
        Ok(Self::Some(ids))
    }
}

/// The fields of a service account to change.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServiceAccountUpdate {
    pub(crate) name: Option<Name>,
    pub(crate) access: Option<ServiceAccess>,
    pub(crate) circles: Option<ServiceCircles>,
    pub(crate) owner: Option<Person>,
}

impl ServiceAccount {
    /// Changes the fields that are given and leaves the rest. Returns what changed.
    pub(crate) fn apply(&mut self, update: ServiceAccountUpdate) -> Vec<FieldChange> {
        let name = update
            .name
            .and_then(|name| FieldChange::set("name", &mut self.name, name.into_string()));
        let mut changes = Vec::from_iter(name);
        let mut note = |field, old: String, new: String| {
            changes.push(FieldChange { field, old, new });
        };
        if let Some(access) = update.access.filter(|access| *access != self.access) {
            note(
                "access",
                self.access.as_str().into(),
                access.as_str().into(),
            );
            self.access = access;
        }
        if let Some(circles) = update.circles.filter(|circles| *circles != self.circles) {
            note("circles", self.circles.text(), circles.text());
            self.circles = circles;
        }
        let is_new = |owner: &Person| owner.user_id != self.owner.user_id;
        if let Some(owner) = update.owner.filter(is_new) {
            let (old, new) = (&self.owner.display_name, &owner.display_name);
            note("owner", old.clone(), new.clone());
            self.owner = owner;
            self.suspended = false;
        }
        changes
    }

    /// The key by which names are compared.
    pub(crate) fn name_key(&self) -> String {
        names::key(&self.name)
    }

    /// How many of its keys have not expired.
    pub(crate) fn active_keys(&self, now: DateTime<Utc>) -> usize {
        let active = self.keys.iter().filter(|key| key.expire_time > now);
        active.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: i64, name: &str) -> Person {
        Person {
            user_id: UserId::stored(id),
            display_name: name.to_owned(),
        }
    }

    fn circle(id: i64, name: &str) -> UserCircle {
        UserCircle {
            circle_id: CircleId::stored(id),
            name: name.to_owned(),
        }
    }

    fn account() -> ServiceAccount {
        ServiceAccount {
            id: UserId::stored(9),
            name: "Import".to_owned(),
            access: ServiceAccess::Write,
            circles: ServiceCircles::Some(vec![circle(1, "HR"), circle(2, "IT")]),
            owner: person(1, "Gina"),
            suspended: false,
            keys: Vec::new(),
            create_time: DateTime::UNIX_EPOCH,
            update_time: DateTime::UNIX_EPOCH,
            version: Version::stored(1),
        }
    }

    #[test]
    fn an_update_names_each_field_that_changes_and_no_other() {
        let changes = account().apply(ServiceAccountUpdate {
            access: Some(ServiceAccess::Read),
            circles: Some(ServiceCircles::All),
            owner: Some(person(2, "Gustav")),
            ..ServiceAccountUpdate::default()
        });
        let changes: Vec<_> = changes
            .iter()
            .map(|change| (change.field, change.old.as_str(), change.new.as_str()))
            .collect();
        assert_eq!(
            changes,
            [
                ("access", "write", "read"),
                ("circles", "HR, IT", "all"),
                ("owner", "Gina", "Gustav"),
            ]
        );
        let mut same = account();
        let changes = same.apply(ServiceAccountUpdate {
            name: Name::of_person("Import").ok(),
            access: Some(ServiceAccess::Write),
            circles: Some(account().circles),
            owner: Some(person(1, "Gina")),
        });
        assert_eq!((changes, same), (Vec::new(), account()));
    }

    #[test]
    fn a_scope_is_for_all_circles_or_for_some() {
        assert_eq!(CircleScope::parse(true, &[]), Ok(CircleScope::All));
        let some = CircleScope::Some(vec![CircleId::stored(1), CircleId::stored(2)]);
        assert_eq!(CircleScope::parse(false, &[2, 1, 2]), Ok(some));
        assert_eq!(CircleScope::parse(false, &[]), Err(ScopeError::Empty));
        assert_eq!(CircleScope::parse(true, &[1]), Err(ScopeError::AllAndSome));
        assert_eq!(CircleScope::parse(false, &[0]), Err(ScopeError::NoId));
        let many: Vec<i64> = (1..=501).collect();
        assert!(CircleScope::parse(false, &many[1..]).is_ok());
        assert_eq!(CircleScope::parse(false, &many), Err(ScopeError::TooMany));
    }

    #[test]
    fn a_key_lasts_a_day_to_a_year() {
        let end = |days| KeyLifetime::from_days(days).map(|it| it.end(DateTime::UNIX_EPOCH));
        for wrong in [-1, 0, 366, i32::MAX] {
            assert_eq!(end(wrong), Err(KeyLifetimeError));
        }
        assert_eq!(end(365), Ok(DateTime::UNIX_EPOCH + TimeDelta::days(365)));
        assert_eq!(Ok(KeyLifetime::DEFAULT), KeyLifetime::from_days(90));
    }
}
