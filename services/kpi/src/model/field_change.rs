//! Changes of a KPI's fields, as the change log shows them.

use super::{Person, Target};

/// The effect of one change on a field of a KPI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldChange {
    /// The field, by its name in the contract.
    pub field: String,
    /// Content before the change; empty if there was none.
    pub old: String,
    /// Content after the change; empty if there is none.
    pub new: String,
}

impl FieldChange {
    /// A KPI was created.
    pub(crate) fn created(name: &str) -> Self {
        Self {
            field: "name".to_owned(),
            old: String::new(),
            new: name.to_owned(),
        }
    }

    /// A KPI was activated or deactivated.
    pub(crate) fn active(before: bool, now: bool) -> Self {
        Self {
            field: "active".to_owned(),
            old: before.to_string(),
            new: now.to_string(),
        }
    }

    /// The steward of a KPI changed. Returns nothing if the steward is the same.
    pub(crate) fn steward(before: Option<&Person>, next: Option<&Person>) -> Option<Self> {
        let id = |person: Option<&Person>| person.map(|person| person.user_id);
        let name = |person: Option<&Person>| {
            person
                .map(|person| person.display_name.clone())
                .unwrap_or_default()
        };
        (id(before) != id(next)).then(|| Self {
            field: "steward".to_owned(),
            old: name(before),
            new: name(next),
        })
    }

    /// The target of a year was set.
    pub(crate) fn target_set(before: Option<&Target>, target: &Target) -> Self {
        Self {
            field: format!("targets[{}]", target.from_year),
            old: before.map(ToString::to_string).unwrap_or_default(),
            new: target.to_string(),
        }
    }

    /// The target of a year was removed.
    pub(crate) fn target_removed(before: &Target) -> Self {
        Self {
            field: format!("targets[{}]", before.from_year),
            old: before.to_string(),
            new: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::target::target;
    use super::*;

    #[test]
    fn a_target_is_logged_with_its_year_and_plain_numbers() {
        let next = target(2026, 1e15, 44.83);
        let set = FieldChange::target_set(Some(&target(2026, -100.0, 100.0)), &next);
        assert_eq!(set.field, "targets[2026]");
        assert_eq!(set.old, "-100 → 100");
        assert_eq!(set.new, "1000000000000000 → 44.83");
        assert_eq!(FieldChange::target_removed(&next).new, "");
    }
}
