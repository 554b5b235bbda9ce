//! The first start: a person with the printed link becomes the first gatekeeper.

use chrono::{DateTime, Utc};
use kreis_service::{
    calendar::TimeZone,
    names::{self, NameError},
};

/// Longest name of a person or an organisation, in characters.
const MAX_NAME_CHARACTERS: usize = 100;

/// What the page of an open setup link begins with.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    /// Empty unless the operator has set it.
    pub(crate) organisation: String,
    pub(crate) time_zone: String,
    pub(crate) expire_time: DateTime<Utc>,
}

/// The name of an organisation: normalised, 1 to 100 visible characters.
#[derive(Debug, Clone)]
pub(crate) struct OrganisationName(String);

impl OrganisationName {
    pub(crate) fn parse(text: &str) -> Result<Self, NameError> {
        names::parse_visible_name(text, MAX_NAME_CHARACTERS).map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a person, by the same rules as in org.
#[derive(Debug, Clone)]
pub(crate) struct PersonName(String);

impl PersonName {
    pub(crate) fn parse(text: &str) -> Result<Self, NameError> {
        names::parse_person_name(text, MAX_NAME_CHARACTERS).map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first gatekeeper and the organisation.
#[derive(Debug, Clone)]
pub(crate) struct FirstGatekeeper {
    pub(crate) first_name: PersonName,
    pub(crate) last_name: PersonName,
    /// First and last name together.
    pub(crate) display_name: PersonName,
    /// Checked by the rules of org, not folded.
    pub(crate) email: String,
    pub(crate) organisation: OrganisationName,
    pub(crate) zone: TimeZone,
}

impl FirstGatekeeper {
    /// What others know about the person, for the strength of the password.
    pub(crate) fn known(&self) -> Vec<String> {
        [
            self.first_name.as_str(),
            self.last_name.as_str(),
            self.display_name.as_str(),
            &self.email,
            self.organisation.as_str(),
        ]
        .map(str::to_owned)
        .into()
    }
}
